#include "core/kernel.hpp"

#include <fmt/format.h>

namespace kaido {
namespace {

struct KindName {
  const char* operator()(const OtherLink&) const { return "other"; }
  const char* operator()(const VrfLink&) const { return "vrf"; }
  const char* operator()(const XfrmLink&) const { return "xfrm"; }
  const char* operator()(const WireGuardLink&) const { return "wireguard"; }
  const char* operator()(const DummyLink&) const { return "dummy"; }
};

const char* family_name(Family family) { return family == Family::v4 ? "IPv4" : "IPv6"; }

std::string text(const InterfaceAddress& address) {
  return fmt::format("address {}/{} on {}", address.address.to_string(), address.prefix_length,
                     address.device);
}

std::string text(const Rule& rule) {
  auto result = fmt::format("{} rule {}", family_name(rule.family), rule.priority);
  if (rule.fwmask != 0) result += fmt::format(" fwmark {:#x}/{:#x}", rule.fwmark, rule.fwmask);
  if (rule.from) result += " from " + rule.from->to_string();
  if (!rule.iif.empty()) result += " iif " + rule.iif;
  if (rule.ip_protocol != 0) result += fmt::format(" ipproto {}", rule.ip_protocol);
  if (rule.source_port != 0) result += fmt::format(" sport {}", rule.source_port);
  if (rule.destination_port != 0) result += fmt::format(" dport {}", rule.destination_port);
  return result + (rule.l3mdev ? " l3mdev" : fmt::format(" lookup {}", rule.table));
}

std::string text(const Route& route) {
  std::string result = "route ";
  if (route.type == RouteType::unreachable) result += "unreachable ";
  if (route.type == RouteType::blackhole) result += "blackhole ";
  if (route.type == RouteType::local) result += "local ";
  result += route.destination.to_string();
  if (route.gateway) result += fmt::format(" via {}", route.gateway->to_string());
  if (!route.device.empty()) result += fmt::format(" dev {}", route.device);
  if (route.onlink) result += " onlink";
  if (route.nexthop != 0) result += fmt::format(" nexthop {}", route.nexthop);
  return result + fmt::format(" table {} metric {}", route.table, route.metric);
}

struct Description {
  std::string operator()(const CreateLink& c) const {
    return fmt::format("add link {} ({})", c.link.name, std::visit(KindName{}, c.link.kind));
  }
  std::string operator()(const UpdateLink& c) const {
    auto result = fmt::format("set link {}: {}", c.link.name, c.link.up ? "up" : "down");
    if (c.link.mtu != 0) result += fmt::format(", mtu {}", c.link.mtu);
    if (!c.link.master.empty()) result += fmt::format(", master {}", c.link.master);
    return result;
  }
  std::string operator()(const DeleteLink& c) const {
    return fmt::format("delete link {}", c.name);
  }
  std::string operator()(const AddAddress& c) const { return "add " + text(c.address); }
  std::string operator()(const DeleteAddress& c) const { return "delete " + text(c.address); }
  std::string operator()(const AddRule& c) const { return "add " + text(c.rule); }
  std::string operator()(const DeleteRule& c) const { return "delete " + text(c.rule); }
  std::string operator()(const ReplaceNexthop& c) const {
    return fmt::format("set nexthop {} ({}) to {}", c.nexthop.id, family_name(c.nexthop.family),
                       c.nexthop.device);
  }
  std::string operator()(const DeleteNexthop& c) const {
    return fmt::format("delete nexthop {}", c.id);
  }
  std::string operator()(const ReplaceRoute& c) const { return "set " + text(c.route); }
  std::string operator()(const DeleteRoute& c) const { return "delete " + text(c.route); }
  std::string operator()(const SetSysctl& c) const {
    return fmt::format("set net/{} to {}", c.sysctl.path, c.sysctl.value);
  }
};

}  // namespace

std::string describe(const KernelChange& change) { return std::visit(Description{}, change); }

}  // namespace kaido
