#include "core/session/admissions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kaido::session {
namespace {

using DeviceName = std::pair<std::string, std::string>;

std::map<std::string, const User*> enabled_users(const std::vector<User>& users) {
  std::map<std::string, const User*> enabled;
  for (const auto& user : users)
    if (user.enabled) enabled.emplace(user.name, &user);
  return enabled;
}

}  // namespace

Admissions admissions(const std::vector<Session>& sessions, const std::vector<Device>& devices,
                      const std::vector<User>& users, WallTime now) {
  Admissions result{.known = true, .peers = {}, .members = {}};
  const auto known = enabled_users(users);
  std::map<DeviceName, const Device*> usable;
  for (const auto& device : devices) {
    const auto user = known.find(device.user);
    if (!device.enabled || user == known.end()) continue;
    usable.emplace(DeviceName(device.user, device.name), &device);
    for (const auto& group : user->second->groups)
      for (const auto& address : device.addresses) result.members[group].emplace_back(address);
  }
  for (auto& [group, prefixes] : result.members) std::ranges::sort(prefixes);
  for (const auto& session : sessions) {
    const auto device = usable.find({session.user, session.device});
    if (!session.lives(now) || device == usable.end()) continue;
    const auto& key = device->second->wireguard_key;
    if (!key) continue;
    result.peers.insert_or_assign(*key, Admission{.session = session.id,
                                                  .ends = session.ends,
                                                  .addresses = device->second->addresses});
  }
  return result;
}

std::optional<WallTime> next_end(const Admissions& admissions) {
  std::optional<WallTime> next;
  for (const auto& [key, admission] : admissions.peers)
    next = std::min(next.value_or(admission.ends), admission.ends);
  return next;
}

WireGuardPeer peer_of(const WireGuardKey& key, const Admission& admission) {
  WireGuardPeer peer{.public_key = key, .endpoint = std::nullopt, .allowed_ips = {}};
  for (const auto& address : admission.addresses) peer.allowed_ips.emplace_back(address);
  std::ranges::sort(peer.allowed_ips);
  return peer;
}

std::string people_set(std::size_t group) { return fmt::format("people{}_", group); }

std::map<std::string, std::vector<Prefix>> members_of(const Settings& settings,
                                                      const FirewallTable& kept) {
  std::map<std::string, std::vector<Prefix>> members;
  for (std::size_t i = 0; i < settings.groups.size(); ++i) {
    for (const char* family : {"4", "6"}) {
      const auto set = kept.sets.find(people_set(i) + family);
      if (set == kept.sets.end()) continue;
      for (const auto& element : set->second.elements)
        members[settings.groups[i].name].push_back(element.prefix);
    }
  }
  return members;
}

}  // namespace kaido::session
