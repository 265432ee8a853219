// Links of the fake, and what goes with them.
#include <algorithm>

#include "adapters/fake/network_stack.hpp"

namespace kaido::fake {
namespace {

constexpr std::uint32_t kSmallestIpv6Mtu = 1280;

std::unexpected<Error> refused(const char* text) {
  return failure(Condition::kernel_refused, text);
}

std::uint32_t default_mtu(const LinkKind& kind) {
  if (std::holds_alternative<VrfLink>(kind)) return 65575;
  if (std::holds_alternative<WireGuardLink>(kind)) return 1420;
  return 1500;
}

}  // namespace

Result<void> NetworkStack::create(const Link& wanted) {
  if (wanted.name.empty() || wanted.name.size() > 15) return refused("Invalid argument");
  if (link(wanted.name) != nullptr) return {};  // EEXIST: left alone
  if (std::holds_alternative<OtherLink>(wanted.kind)) return refused("Operation not supported");
  const auto* xfrm = std::get_if<XfrmLink>(&wanted.kind);
  if (xfrm != nullptr && !xfrm->underlying.empty() && link(xfrm->underlying) == nullptr)
    return refused("No such device");
  if (xfrm != nullptr && std::ranges::any_of(state_.links, [&](const Link& l) {
        const auto* other = std::get_if<XfrmLink>(&l.kind);
        return other != nullptr && other->if_id == xfrm->if_id;
      }))
    return refused("File exists");  // one interface per if_id
  Link made;
  made.name = wanted.name;
  made.kind = wanted.kind;
  made.mtu = default_mtu(wanted.kind);
  made.index = next_index_++;
  state_.links.push_back(made);
  if (std::holds_alternative<VrfLink>(wanted.kind) && !l3mdev_rules_) {
    l3mdev_rules_ = true;
    for (const auto family : {Family::v4, Family::v6}) {
      Rule rule;
      rule.family = family;
      rule.priority = 1000;
      rule.l3mdev = true;
      rule.protocol = 2;
      state_.rules.push_back(rule);
    }
  }
  return update(wanted);
}

Result<void> NetworkStack::update(const Link& wanted) {
  auto* target = link(wanted.name);
  if (target == nullptr) return refused("No such device");
  if (!wanted.master.empty() && link(wanted.master) == nullptr) {
    // An adapter marks a link that it has just made, even when its master is absent.
    if (target->alias.empty() && !target->up) target->alias = wanted.alias;  // just made
    return refused("No such device");
  }
  if (!wanted.alias.empty()) target->alias = wanted.alias;
  if (wanted.mtu != 0) set_mtu(*target, wanted.mtu);
  set_master(*target, wanted.master);
  set_up(*target, wanted.up);
  return {};
}

void NetworkStack::remove_link(const std::string& name) {
  auto* target = link(name);
  if (target == nullptr) return;
  set_up(*target, false);
  lose_nexthops(name);
  lose_routes(name);
  std::erase_if(state_.addresses, [&](const InterfaceAddress& a) { return a.device == name; });
  for (auto& slave : state_.links)
    if (slave.master == name) set_master(slave, "");
  for (auto& other : state_.links)
    if (auto* xfrm = std::get_if<XfrmLink>(&other.kind);
        xfrm != nullptr && xfrm->underlying == name)
      xfrm->underlying.clear();
  std::erase_if(state_.links, [&](const Link& l) { return l.name == name; });
  no_carrier_.erase(name);
}

void NetworkStack::set_master(Link& target, const std::string& master) {
  if (target.master == master) return;
  const auto is_vrf = [&](const std::string& name) {
    const auto* found = find_link(name);
    return found != nullptr && std::holds_alternative<VrfLink>(found->kind);
  };
  const bool moves = is_vrf(target.master) || is_vrf(master);
  target.master = master;
  if (moves && target.up) {  // the kernel cycles the device
    set_up(target, false);
    set_up(target, true);
  }
}

void NetworkStack::set_up(Link& target, bool up) {
  const bool fell = target.up && !up;
  target.up = up;
  refresh_running(target);
  if (!fell) return;
  lose_nexthops(target.name);
  lose_routes(target.name);
  if (!keeps_addresses(target.name)) lose_ipv6_addresses(target.name);
}

void NetworkStack::refresh_running(Link& target) {
  const auto found = no_carrier_.find(target.name);
  target.running = target.up && (found == no_carrier_.end() || !found->second);
}

void NetworkStack::set_mtu(Link& target, std::uint32_t mtu) {
  target.mtu = mtu;
  if (mtu >= kSmallestIpv6Mtu) return;
  lose_ipv6_addresses(target.name);
  std::erase_if(state_.routes, [&](const Route& route) {
    return route.destination.family() == Family::v6 && route.device == target.name;
  });
}

void NetworkStack::lose_nexthops(const std::string& device) {
  std::vector<std::uint32_t> ids;
  for (const auto& nexthop : state_.nexthops)
    if (nexthop.device == device) ids.push_back(nexthop.id);
  for (const auto id : ids) remove_nexthop(id);
}

void NetworkStack::lose_routes(const std::string& device) {
  std::erase_if(state_.routes, [&](const Route& route) { return route.device == device; });
}

void NetworkStack::lose_ipv6_addresses(const std::string& device) {
  std::erase_if(state_.addresses, [&](const InterfaceAddress& a) {
    return a.device == device && a.address.family() == Family::v6;
  });
}

bool NetworkStack::keeps_addresses(const std::string& device) const {
  for (const auto& scope : {std::string("all"), device}) {
    const auto found = sysctls_.find("ipv6/conf/" + scope + "/keep_addr_on_down");
    if (found != sysctls_.end() && found->second == "1") return true;
  }
  return false;
}

Result<void> NetworkStack::add_address(const InterfaceAddress& address) {
  const auto* device = link(address.device);
  if (device == nullptr) return refused("No such device");
  const bool v6 = address.address.family() == Family::v6;
  if (v6 && device->mtu < kSmallestIpv6Mtu) return refused("Invalid argument");
  const bool present = std::ranges::any_of(state_.addresses, [&](const InterfaceAddress& a) {
    return a.device == address.device && a.address == address.address &&
           (v6 || a.prefix_length == address.prefix_length);
  });
  if (!present) state_.addresses.push_back(address);
  return {};
}

}  // namespace kaido::fake
