#include <algorithm>
#include <array>

#include "core/addressing.hpp"
#include "core/desired/desired.hpp"

namespace kaido {
namespace {

constexpr std::uint32_t kMetric = 20;  // under the 32 of routes that BIRD writes
constexpr std::uint32_t kSpareMetric = kUnreachableMetric - 1;
constexpr std::uint32_t kUsualMtu = 1500;

/// Where strict reverse path filtering may be asked for; devices have what was the default when
/// they were made.
std::vector<std::string> filter_paths(const Model& model) {
  std::vector<std::string> devices{"all", "default"};
  for (const auto& uplink : model.uplinks) {
    devices.push_back(uplink.device);
    devices.push_back(vrf_device(uplink.number));
  }
  for (const auto& slot : model.slots)
    for (const auto transport : {Transport::ikev2, Transport::wireguard})
      devices.push_back(site_device(transport, slot.number));
  std::vector<std::string> paths;
  paths.reserve(devices.size());
  for (const auto& device : devices) paths.push_back("ipv4/conf/" + device + "/rp_filter");
  return paths;
}

class Builder {
 public:
  Builder(const GatewayState& state, const KernelState& observed)
      : state_(state), model_(state.model), observed_(observed) {}

  KernelState take() && {
    settings();
    own_device();
    if (model_.is_hub()) {
      hub_tunnels();
      // What is offered is reached by routes of its own. When they are withdrawn, nothing of it
      // leaves by the default route, in the clear.
      for (const auto& network : model_.networks)
        for (const auto& prefix : network.prefixes) add_unreachable(prefix, kMainTable);
    } else {
      result_.rules = desired_rules(state_, observed_);
      for (std::size_t i = 0; i < model_.uplinks.size(); ++i) uplink(i);
      for (const auto& tunnel : state_.tunnels) site_tunnel(tunnel);
    }
    for (const auto& choice : choices(state_)) {
      routes_of(choice);
      fragment(choice);
    }
    return std::move(result_);
  }

 private:
  void set(std::string path, std::string value) {
    result_.sysctls.push_back({std::move(path), std::move(value)});
  }
  [[nodiscard]] bool reads(const std::string& path, const char* value) const {
    return std::ranges::find(observed_.sysctls, Sysctl{path, value}) != observed_.sysctls.end();
  }

  void settings() {
    set("ipv4/ip_forward", "1");
    set("ipv6/conf/all/forwarding", "1");
    set("ipv4/nexthop_compat_mode", "0");
    // Strict filtering would drop what comes by another tunnel than the one in use.
    // The greater of a device's own value and that of all counts.
    if (std::ranges::any_of(filter_paths(model_),
                            [&](const std::string& path) { return reads(path, "1"); }))
      set("ipv4/conf/all/rp_filter", "2");
    if (model_.is_hub()) return;
    // Sockets that are bound to no device (charon's, WireGuard's, an SSH server's) go on to hear
    // what comes by an uplink now that it is in a VRF.
    set("ipv4/udp_l3mdev_accept", "1");
    set("ipv4/tcp_l3mdev_accept", "1");
  }

  void add_link(std::string name, LinkKind kind, std::uint32_t mtu) {
    result_.links.push_back({.name = std::move(name),
                             .kind = std::move(kind),
                             .alias = kLinkAlias,
                             .mtu = mtu,
                             .up = true});
  }
  void add_address(std::string device, const Prefix& host) {
    result_.addresses.push_back({std::move(device), host.address(), host.length()});
  }
  void add_host_address(const std::string& device, const IpAddress& address) {
    add_address(device, Prefix(address));
  }
  void add_device_route(const Prefix& destination, const std::string& device, std::uint32_t table) {
    result_.routes.push_back(
        {.destination = destination, .table = table, .metric = kMetric, .device = device});
  }
  void add_unreachable(const Prefix& destination, std::uint32_t table) {
    result_.routes.push_back({.destination = destination,
                              .table = table,
                              .metric = kUnreachableMetric,
                              .type = RouteType::unreachable});
  }

  void own_device() {
    const auto& gateway = model_.gateway;
    add_link(kOwnDevice, DummyLink{}, kUsualMtu);
    for (const auto& prefix : own_prefixes(gateway.fleet, gateway.number, gateway.loopback))
      add_address(kOwnDevice, prefix);
  }

  void uplink(std::size_t index) {
    const auto& uplink = model_.uplinks[index];
    const auto& seen = state_.uplinks[index];
    const auto table = vrf_table(uplink.number);
    const auto vrf = vrf_device(uplink.number);
    add_link(vrf, VrfLink{table}, 65575);  // the kernel's own choice for a VRF
    add_host_address(vrf, vrf_address(uplink.number));
    spare_routes({vrf, vrf_address(uplink.number), 32}, table);
    for (const auto* everything : {"0.0.0.0/0", "::/0"})
      if (const auto prefix = Prefix::parse(everything)) add_unreachable(*prefix, table);
    if (!seen.present || !seen.master.empty()) return;
    result_.links.push_back({.name = uplink.device, .master = vrf, .up = true});
    // Joining the VRF takes the link down for a moment: static IPv6 addresses have to survive it.
    set("ipv6/conf/" + uplink.device + "/keep_addr_on_down", "1");
    // Two uplinks may have the same subnet: answer ARP only where the address is.
    set("ipv4/conf/" + uplink.device + "/arp_ignore", "1");
    // A router ignores router advertisements unless told otherwise.
    const auto accept_ra = "ipv6/conf/" + uplink.device + "/accept_ra";
    if (reads(accept_ra, "1")) set(accept_ra, "2");
    for (const auto& entry : observed_.addresses)
      if (entry.device == uplink.device && !entry.address.is_link_local())
        spare_routes(entry, table);
    if (!seen.running) return;
    for (const auto& gateway : seen.gateways) {
      if (!can_use(seen, gateway)) continue;
      const auto way_out = default_route(uplink, gateway);
      result_.routes.push_back(way_out);
      for (std::size_t i = 0; i < state_.sizes.size(); ++i)
        if (state_.sizes[i].fragments) fragment(state_.tunnels.at(i), index, way_out);
    }
  }

  /// Whatever state the device's addresses are in: a tentative one is as good as there.
  [[nodiscard]] bool can_use(const ObservedUplink& seen, const IpAddress& gateway) const {
    if (gateway.is_link_local() && !gateway.is_v4()) return true;
    const auto family = gateway.family();
    return std::ranges::count(seen.addresses, family, &IpAddress::family) > 0 ||
           std::ranges::any_of(observed_.addresses, [&](const InterfaceAddress& entry) {
             return entry.device == seen.device && entry.address.family() == family &&
                    (gateway.is_v4() || !entry.address.is_link_local());
           });
  }

  /// The device has a prefix that the gateway is in.
  [[nodiscard]] bool is_connected(const std::string& device, const IpAddress& gateway) const {
    if (gateway.is_link_local() && !gateway.is_v4()) return true;
    return std::ranges::any_of(observed_.addresses, [&](const InterfaceAddress& entry) {
      return entry.device == device && entry.connected().contains(gateway) &&
             entry.connected() != Prefix(entry.address);
    });
  }

  /// A site's outer packets to the endpoint of this tunnel, by the uplink's default route.
  void fragment(const Tunnel& tunnel, std::size_t uplink, Route route) {
    const auto& slot = model_.slots.at(tunnel.owner);
    const auto& endpoint = model_.hubs.at(slot.hub).endpoints.at(slot.endpoint).address;
    if (slot.uplink != uplink || endpoint.family() != route.destination.family()) return;
    route.destination = Prefix(endpoint);
    lock(std::move(route), passing_size(state_, tunnel));
  }

  /// Packets outside have no more bytes than one of `size` inside makes them; larger ones go in
  /// fragments. Locked: else the first ICMP "too big" would be believed instead.
  void lock(Route route, std::uint32_t size) {
    route.mtu = outer_size(Transport::wireguard, route.destination.family(), size);
    route.mtu_locked = true;
    result_.routes.push_back(std::move(route));
  }

  /// The kernel makes the routes of an address once. Should somebody flush the VRF's table, these
  /// stand in for them; otherwise they lose to the kernel's own by their metric.
  void spare_routes(const InterfaceAddress& entry, std::uint32_t table) {
    Route local{.destination = Prefix(entry.address), .table = table};
    local.metric = kSpareMetric;
    local.type = RouteType::local;
    local.device = entry.device;
    result_.routes.push_back(local);
    if (entry.connected() == Prefix(entry.address)) return;
    Route connected = local;
    connected.destination = entry.connected();
    connected.type = RouteType::unicast;
    // (A stable and a temporary address have one prefix.)
    if (std::ranges::find(result_.routes, connected) == result_.routes.end())
      result_.routes.push_back(std::move(connected));
  }

  [[nodiscard]] Route default_route(const Uplink& uplink, const IpAddress& gateway) const {
    const IpAddress any(gateway.family(), {});
    Route route{.destination = Prefix(any, 0),
                .table = vrf_table(uplink.number),
                .metric = kMetric,
                .device = uplink.device};
    if (gateway.is_unspecified()) return route;  // by the device
    route.gateway = gateway;
    route.onlink = !is_connected(uplink.device, gateway);
    return route;
  }

  void site_tunnel(const Tunnel& tunnel) {
    const auto& slot = model_.slots.at(tunnel.owner);
    const auto& hub = model_.hubs.at(slot.hub);
    const auto& gateway = model_.gateway;
    const auto inner = [&](std::uint16_t number) {
      return inner_address(gateway.fleet, number, tunnel.transport, slot.number);
    };
    const auto device = tunnel_device(state_, tunnel);
    const auto mtu = tunnel_mtu(state_, tunnel);
    if (tunnel.transport == Transport::ikev2) {
      const auto vrf = vrf_device(model_.uplinks.at(slot.uplink).number);
      add_link(device, XfrmLink{if_id(gateway.number, slot.number), vrf}, mtu);
    } else {
      add_link(device, WireGuardLink{}, mtu);
    }
    add_host_address(device, inner(gateway.number));
    for (const auto& address : slot.addresses) add_address(device, address);
    if (hub.kaido) add_device_route(Prefix(inner(hub.number)), device, kMainTable);
    if (const auto probe = slot.probe_for(tunnel.transport))
      probe_route(Prefix(*probe), tunnel.transport, device);
  }

  /// Probes are bound to their device, so it is enough that each device has a route; the metric
  /// tells the two of a slot apart, and of slots with the same address the first one keeps it.
  void probe_route(const Prefix& probe, Transport transport, const std::string& device) {
    Route route{.destination = probe, .table = kMainTable, .metric = kMetric, .device = device};
    if (transport != Transport::ikev2) ++route.metric;
    const auto same = [&](const Route& other) {
      return other.destination == probe && other.table == route.table &&
             other.metric == route.metric;
    };
    if (std::ranges::none_of(result_.routes, same)) result_.routes.push_back(std::move(route));
  }

  void hub_tunnels() {
    const auto& gateway = model_.gateway;
    std::array<bool, 256> inner_ike{};
    std::array<bool, 256> inner_wireguard{};
    for (const auto& tunnel : state_.tunnels) {
      const auto device = tunnel_device(state_, tunnel);
      const auto mtu = tunnel_mtu(state_, tunnel);
      const auto& site = model_.sites.at(tunnel.owner);
      auto& known =
          (tunnel.transport == Transport::ikev2 ? inner_ike : inner_wireguard)[tunnel.slot];
      if (tunnel.transport == Transport::ikev2) {
        add_link(device, XfrmLink{if_id(site.number, tunnel.slot), ""}, mtu);
      } else if (!known) {
        add_link(device, WireGuardLink{}, mtu);
      }
      if (!known)
        add_host_address(kOwnDevice, inner_address(gateway.fleet, gateway.number, tunnel.transport,
                                                   tunnel.slot));
      known = true;
      add_device_route(
          Prefix(inner_address(gateway.fleet, site.number, tunnel.transport, tunnel.slot)), device,
          kMainTable);
    }
  }

  /// A hub's outer packets to a site: beside each route that could lead there, whatever policy
  /// rules choose it, the same one for this address alone.
  void fragment(const Choice& choice) {
    const auto peer = fragmented_peer(state_, choice);
    if (!peer) return;
    std::map<std::uint32_t, const Route*> best;  // by table
    for (const auto& route : observed_.routes) {
      if (route.protocol == kRouteProtocol || route.type != RouteType::unicast ||
          route.nexthop != 0 || route.device.empty() || !route.destination.contains(*peer))
        continue;
      auto& known = best[route.table];
      const auto length = route.destination.length();
      if (known == nullptr || length > known->destination.length() ||
          (length == known->destination.length() && route.metric < known->metric))
        known = &route;
    }
    for (const auto& [table, like] : best) {
      auto route = *like;
      route.destination = Prefix(*peer);
      route.protocol = kRouteProtocol;
      const auto same = [&](const Route& other) {
        return other.table == route.table && other.destination == route.destination &&
               other.metric == route.metric;
      };
      // Two sites behind one address: the smaller size holds for both.
      const auto known = std::ranges::find_if(result_.routes, same);
      if (known == result_.routes.end())
        lock(std::move(route), choice.mtu);
      else
        known->mtu =
            std::min(known->mtu, outer_size(Transport::wireguard, peer->family(), choice.mtu));
    }
  }

  [[nodiscard]] std::optional<IpAddress> source(Family family) const {
    const auto& gateway = model_.gateway;
    if (family == Family::v6) return own_address(gateway.fleet, gateway.number);
    const auto found = std::ranges::find(gateway.loopback, Family::v4, &IpAddress::family);
    if (found == gateway.loopback.end()) return std::nullopt;
    return *found;
  }

  void routes_of(const Choice& choice) {
    for (const auto& prefix : choice.prefixes)
      if (!leaves_the_rest(prefix)) add_unreachable(prefix, kMainTable);
    if (!choice.tunnel) return;
    const auto device = tunnel_device(state_, state_.tunnels.at(*choice.tunnel));
    for (const auto family : {Family::v4, Family::v6}) {
      const auto id = choice.nexthop + (family == Family::v4 ? 0U : 1U);
      const auto of_family = [&](const Prefix& p) { return p.family() == family; };
      if (std::ranges::none_of(choice.delivered, of_family)) continue;
      result_.nexthops.push_back({.id = id, .family = family, .device = device});
      for (const auto& prefix : choice.delivered)
        if (of_family(prefix)) network_route(choice, prefix, id, device);
    }
  }

  /// What the gateway itself sends to nowhere in particular has another way; what it forwards finds
  /// none, with this route or without.
  [[nodiscard]] bool leaves_the_rest(const Prefix& prefix) const {
    return !model_.is_hub() && prefix.length() == 0 &&
           model_.gateway.own_traffic == OwnTraffic::uplink;
  }

  void network_route(const Choice& choice, const Prefix& prefix, std::uint32_t nexthop,
                     const std::string& device) {
    result_.routes.push_back({.destination = prefix,
                              .table = kMainTable,
                              .metric = choice.stale ? kStaleMetric : kMetric,
                              .nexthop = nexthop,
                              .source = source(prefix.family()),
                              .mtu = choice.mtu == 0 || prefix.family() == Family::v4
                                         ? choice.mtu
                                         : std::max<std::uint32_t>(choice.mtu, kMinimumMtu)});
    // BIRD cannot read nexthop objects: plain routes, in a table of their own.
    if (!model_.is_hub() || !choice.announce) return;
    add_device_route(prefix, device, kSitesTable);
    if (choice.stale) result_.routes.back().metric = kStaleMetric;
    if (choice.outranks) result_.routes.back().metric = kOutranksMetric;
  }

  const GatewayState& state_;
  const Model& model_;
  const KernelState& observed_;
  KernelState result_;
};

bool is_inside(const Model& model, const IpAddress& address) {
  const auto has = [&](const Prefix& prefix) {
    return prefix.length() != 0 && prefix.contains(address);
  };
  return model.gateway.fleet.contains(address) ||
         std::ranges::any_of(
             model.networks,
             [&](const Network& network) { return std::ranges::any_of(network.prefixes, has); }) ||
         std::ranges::any_of(model.sites, [&](const Site& site) {
           return std::ranges::any_of(site.prefixes, has) ||
                  std::ranges::find(site.loopback, address) != site.loopback.end();
         });
}

}  // namespace

std::optional<IpAddress> fragmented_peer(const GatewayState& state, const Choice& choice) {
  if (!state.model.is_hub() || !choice.fragments || !choice.tunnel) return std::nullopt;
  const auto& outer = state.tunnels.at(*choice.tunnel).outer;
  // A site can write any source on its outer packets: no host of the inside gets a route outside.
  if (!outer || is_inside(state.model, *outer)) return std::nullopt;
  return outer;
}

std::vector<IpAddress> fragmented_peers(const GatewayState& state) {
  std::vector<IpAddress> peers;
  if (std::ranges::none_of(state.routing, [](const auto& entry) { return entry.second.fragments; }))
    return peers;
  for (const auto& choice : choices(state))
    if (const auto peer = fragmented_peer(state, choice)) peers.push_back(*peer);
  return peers;
}

KernelState desired_kernel(const GatewayState& state, const KernelState& observed) {
  return Builder(state, observed).take();
}

std::vector<std::string> uplink_devices(const Model& model) {
  std::vector<std::string> devices;
  devices.reserve(model.uplinks.size());
  for (const auto& uplink : model.uplinks) devices.push_back(uplink.device);
  return devices;
}

std::vector<std::string> sysctl_paths(const Model& model) {
  auto paths = filter_paths(model);
  paths.insert(paths.end(),
               {"ipv4/ip_forward", "ipv6/conf/all/forwarding", "ipv4/nexthop_compat_mode",
                "ipv4/udp_l3mdev_accept", "ipv4/tcp_l3mdev_accept"});
  for (const auto& uplink : model.uplinks) {
    paths.push_back("ipv6/conf/" + uplink.device + "/keep_addr_on_down");
    paths.push_back("ipv6/conf/" + uplink.device + "/accept_ra");
    paths.push_back("ipv4/conf/" + uplink.device + "/arp_ignore");
  }
  return paths;
}

}  // namespace kaido
