// The part of the kernel's network state that Kaido reads and writes, as plain values.
//
// What Kaido made carries its mark: routes, rules and nexthop objects the protocol number 210,
// links the alias "kaido". Nothing without the mark is ever changed or removed, but for what
// core/desired/difference.hpp names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "kaido/ip.hpp"

namespace kaido {

inline constexpr std::uint8_t kRouteProtocol = 210;  ///< RTPROT_ of everything Kaido makes
inline constexpr char kLinkAlias[] = "kaido";        ///< IFLA_IFALIAS of links Kaido makes

struct VrfLink {
  std::uint32_t table = 0;
  friend bool operator==(const VrfLink&, const VrfLink&) = default;
};
struct XfrmLink {
  std::uint32_t if_id = 0;
  std::string underlying;  ///< a device's name; empty: none
  friend bool operator==(const XfrmLink&, const XfrmLink&) = default;
};
struct WireGuardLink {
  friend bool operator==(const WireGuardLink&, const WireGuardLink&) = default;
};
struct DummyLink {
  friend bool operator==(const DummyLink&, const DummyLink&) = default;
};
/// Any kind that Kaido does not make; observed only.
struct OtherLink {
  friend bool operator==(const OtherLink&, const OtherLink&) = default;
};
using LinkKind = std::variant<OtherLink, VrfLink, XfrmLink, WireGuardLink, DummyLink>;

struct Link {
  std::string name;
  LinkKind kind;
  std::string alias;
  std::string master;           ///< name of the VRF or bridge; empty: none
  std::uint32_t mtu = 0;        ///< bytes
  bool up = false;              ///< IFF_UP
  bool running = false;         ///< IFF_LOWER_UP; observed only
  int index = 0;                ///< observed only
  bool point_to_point = false;  ///< IFF_POINTOPOINT; observed only
  std::string mac;  ///< of Ethernet, e.g. "02:00:00:00:00:01"; empty: none; observed only
  friend bool operator==(const Link&, const Link&) = default;
};

struct InterfaceAddress {
  std::string device;
  IpAddress address;
  std::uint8_t prefix_length = 0;
  bool usable = true;             ///< observed: neither tentative nor deprecated nor failed
  bool temporary = false;         ///< observed: changes every day (RFC 8981)
  std::optional<IpAddress> peer;  ///< observed: whose the prefix is, on a point-to-point link
  /// What is reached by the device itself.
  [[nodiscard]] Prefix connected() const { return {peer.value_or(address), prefix_length}; }
  friend bool operator==(const InterfaceAddress&, const InterfaceAddress&) = default;
};

/// A policy rule. Identity: everything.
struct Rule {
  Family family = Family::v4;
  std::uint32_t priority = 0;
  std::uint32_t table = 0;  ///< 0 with l3mdev
  std::uint32_t fwmark = 0;
  std::uint32_t fwmask = 0;  ///< 0: no mark is matched
  bool l3mdev = false;
  std::uint8_t protocol = kRouteProtocol;
  std::string iif;             ///< "lo": what the machine itself sends; empty: any
  std::optional<Prefix> from;  ///< source
  std::uint8_t ip_protocol = 0;
  std::uint16_t source_port = 0;  ///< 0: any
  std::uint16_t destination_port = 0;
  friend bool operator==(const Rule&, const Rule&) = default;
};

/// A nexthop object on a device. Identity: id.
struct Nexthop {
  std::uint32_t id = 0;
  Family family = Family::v4;
  std::string device;
  std::uint8_t protocol = kRouteProtocol;
  friend bool operator==(const Nexthop&, const Nexthop&) = default;
};

enum class RouteType : std::uint8_t { unicast, unreachable, blackhole, local };

/// Identity: table, destination, metric, type.
struct Route {
  Prefix destination;
  std::uint32_t table = 254;
  std::uint32_t metric = 0;
  RouteType type = RouteType::unicast;
  std::optional<IpAddress> gateway;
  std::string device;               ///< empty with a nexthop object
  std::uint32_t nexthop = 0;        ///< id of a nexthop object; 0: none
  std::optional<IpAddress> source;  ///< preferred source
  std::uint32_t mtu = 0;            ///< 0: the device's
  bool mtu_locked = false;
  bool onlink = false;  ///< the gateway is beyond the device, whatever prefixes it has
  std::uint8_t protocol = kRouteProtocol;
  friend bool operator==(const Route&, const Route&) = default;
};

/// A file under /proc/sys/net and what it should hold, e.g. {"ipv4/ip_forward", "1"}.
struct Sysctl {
  std::string path;
  std::string value;
  friend bool operator==(const Sysctl&, const Sysctl&) = default;
};

/// What was read, or what should be.
struct KernelState {
  std::vector<Link> links;
  std::vector<InterfaceAddress> addresses;
  std::vector<Rule> rules;
  std::vector<Nexthop> nexthops;
  std::vector<Route> routes;
  std::vector<Sysctl> sysctls;
};

// One change each; applied in the order given.
struct CreateLink {
  Link link;
};  ///< with alias, master, mtu and up
struct UpdateLink {
  Link link;
};  ///< master, mtu, up and alias of link.name
struct DeleteLink {
  std::string name;
};
struct AddAddress {
  InterfaceAddress address;
};
struct DeleteAddress {
  InterfaceAddress address;
};
struct AddRule {
  Rule rule;
};
struct DeleteRule {
  Rule rule;
};
struct ReplaceNexthop {
  Nexthop nexthop;
};  ///< RTM_NEWNEXTHOP with NLM_F_REPLACE
struct DeleteNexthop {
  std::uint32_t id;
};
struct ReplaceRoute {
  Route route;
};
struct DeleteRoute {
  Route route;
};
struct SetSysctl {
  Sysctl sysctl;
};
using KernelChange =
    std::variant<CreateLink, UpdateLink, DeleteLink, AddAddress, DeleteAddress, AddRule, DeleteRule,
                 ReplaceNexthop, DeleteNexthop, ReplaceRoute, DeleteRoute, SetSysctl>;

/// One line for the journal, e.g. "add link kd-ike3 (xfrm)".
[[nodiscard]] std::string describe(const KernelChange& change);

}  // namespace kaido
