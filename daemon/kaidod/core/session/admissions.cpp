#include "core/session/admissions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <utility>

#include "core/addressing.hpp"
#include "core/session/ike_identities.hpp"

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

Admissions admissions(const Stored& stored, WallTime now) {
  Admissions result{.known = true, .peers = {}, .connections = {}, .members = {}};
  const auto known = enabled_users(stored.users);
  std::map<DeviceName, const Device*> usable;
  for (const auto& device : stored.devices) {
    const auto user = known.find(device.user);
    if (!device.enabled || user == known.end()) continue;
    usable.emplace(DeviceName(device.user, device.name), &device);
    for (const auto& group : user->second->groups)
      for (const auto& address : device.addresses) result.members[group].emplace_back(address);
  }
  for (auto& [group, prefixes] : result.members) std::ranges::sort(prefixes);
  for (const auto& session : stored.sessions) {
    const auto device = usable.find({session.user, session.device});
    if (!session.lives(now) || device == usable.end()) continue;
    const auto secret = stored.preshared_keys.find(session.id);
    admit(result, session, *device->second, known.at(session.user)->groups,
          secret == stored.preshared_keys.end() ? std::nullopt : std::optional(secret->second));
  }
  return result;
}

void admit(Admissions& admissions, const Session& session, const Device& device,
           const std::vector<std::string>& groups, const std::optional<Secret>& preshared_key) {
  if (device.wireguard_key) {
    admissions.peers.insert_or_assign(*device.wireguard_key,
                                      Admission{.session = session.id,
                                                .ends = session.ends,
                                                .addresses = device.addresses,
                                                .preshared_key = preshared_key});
    return;
  }
  auto identities = ike_identities(device.certificate);
  if (device.addresses.empty() || identities.empty()) return;
  admissions.connections.insert_or_assign(connection_name(device),
                                          IkeAdmission{.session = session.id,
                                                       .ends = session.ends,
                                                       .addresses = device.addresses,
                                                       .certificate = device.certificate,
                                                       .identities = std::move(identities),
                                                       .groups = groups});
}

std::string connection_name(const Device& device) {
  constexpr std::size_t kBytes = 4;
  return fmt::format("{}{}-{}-{:02x}", kPeopleConnectionPrefix, device.user, device.name,
                     fmt::join(std::span(device.fingerprint).first<kBytes>(), ""));
}

std::optional<WallTime> next_end(const Admissions& admissions) {
  std::optional<WallTime> next;
  for (const auto& [key, admission] : admissions.peers)
    next = std::min(next.value_or(admission.ends), admission.ends);
  for (const auto& [name, admission] : admissions.connections)
    next = std::min(next.value_or(admission.ends), admission.ends);
  return next;
}

WireGuardPeer peer_of(const WireGuardKey& key, const Admission& admission) {
  WireGuardPeer peer{.public_key = key,
                     .endpoint = std::nullopt,
                     .allowed_ips = {},
                     .preshared_key = admission.preshared_key};
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
