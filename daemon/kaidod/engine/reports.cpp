#include "engine/reports.hpp"

#include <algorithm>

#include "core/addressing.hpp"
#include "core/overloaded.hpp"
#include "core/role.hpp"

namespace kaido {
namespace {

std::int64_t seconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

std::int64_t next_attempt(const Tunnel& tunnel, Instant now) {
  const auto* back_off = std::get_if<state::BackOff>(&tunnel.state);
  return back_off == nullptr ? -1 : std::max<std::int64_t>(0, seconds(back_off->until - now));
}

void add_ends(const Board& board, const Tunnel& tunnel, TunnelReport& report) {
  const auto& model = board.model;
  const auto& fleet = model.gateway.fleet;
  const auto inner = [&](std::uint16_t number) {
    return inner_address(fleet, number, tunnel.transport, tunnel.slot).to_string();
  };
  report.inner = inner(model.gateway.number);
  if (tunnel.listens) {
    const auto& site = model.sites.at(tunnel.site_index);
    report.peer = site.name;
    report.peer_inner = inner(site.number);
    return;
  }
  const auto& slot = model.slots.at(tunnel.slot_index);
  const auto& hub = model.hubs.at(slot.hub);
  report.peer = hub.name;
  report.endpoint = hub.endpoints.at(slot.endpoint).name;
  report.uplink = model.uplinks.at(slot.uplink).name;
  report.remote = hub.endpoints.at(slot.endpoint).address.to_string();
  if (hub.kaido) report.peer_inner = inner(hub.number);
}

void add_ike(const IkeSa& sa, TunnelReport& report) {
  report.local = sa.local;
  report.remote = sa.remote;
  report.cipher = sa.proposal;
  for (const auto& child : sa.children) {
    report.cipher = child.proposal;
    report.received += child.bytes_in;
    report.sent += child.bytes_out;
  }
}

}  // namespace

TunnelReport report_tunnel(const Board& board, std::size_t index, const Figures& figures,
                           Instant now) {
  const auto& tunnel = board.tunnels.at(index);
  TunnelReport report;
  report.name = tunnel.name;
  report.slot = tunnel.slot;
  report.transport = to_string(tunnel.transport);
  report.device = tunnel.device;
  report.state = to_string(tunnel.state);
  report.reason = tunnel.reason();
  report.since = seconds(now - tunnel.since);
  report.next_attempt = next_attempt(tunnel, now);
  report.failures = tunnel.failures;
  add_ends(board, tunnel, report);
  if (tunnel.last_handshake != 0)
    report.last_handshake = std::max<std::int64_t>(0, seconds(now - tunnel.handshake_at));
  if (tunnel.transport == Transport::ikev2) {
    const auto sa = figures.sas.find(tunnel.connection);
    if (sa != figures.sas.end()) add_ike(sa->second, report);
  } else {
    report.cipher = "ChaCha20-Poly1305";
    const auto& key = tunnel.peer_key;
    const auto peer = key ? figures.peers.find({report.device, *key}) : figures.peers.end();
    if (peer != figures.peers.end()) {
      report.received = peer->second.received;
      report.sent = peer->second.sent;
      const auto& endpoint = peer->second.peer.endpoint;
      if (endpoint) report.remote = endpoint->to_string();
    }
  }
  return report;
}

std::map<std::size_t, std::vector<std::string>> uses(const Board& board) {
  std::map<std::size_t, std::vector<std::string>> result;
  for (const auto& choice : network_routes(board))
    if (choice.tunnel)
      result[*choice.tunnel].push_back(board.tunnels[*choice.tunnel].listens ? "return"
                                                                             : choice.name);
  return result;
}

std::vector<UplinkReport> report_uplinks(const Board& board) {
  std::vector<UplinkReport> result;
  for (std::size_t i = 0; i < board.model.uplinks.size(); ++i) {
    const auto& uplink = board.model.uplinks[i];
    const auto& seen = board.uplinks.at(i);
    UplinkReport report{.name = uplink.name,
                        .number = uplink.number,
                        .device = uplink.device,
                        .vrf = vrf_device(uplink.number)};
    for (const auto& address : seen.addresses) report.addresses.push_back(address.to_string());
    for (const auto& gateway : seen.gateways) report.gateways.push_back(gateway.to_string());
    const auto v4 = unusable(uplink, seen, Family::v4);
    const auto v6 = unusable(uplink, seen, Family::v6);
    report.state = "up";
    if (v4 && v6) {
      const auto code = info(v4->condition).code;
      report.state = code.starts_with("uplink-") ? code.substr(7) : code;
    }
    result.push_back(std::move(report));
  }
  return result;
}

NetworkReport report_network(const Board& board, const NetworkRoute& route) {
  const auto& model = board.model;
  NetworkReport report;
  report.name = route.name;
  for (const auto& prefix : route.prefixes) report.prefixes.push_back(prefix.to_string());
  if (std::holds_alternative<SiteView>(role_of(model))) {
    const auto network = std::ranges::find(model.networks, route.name, &Network::name);
    if (network != model.networks.end())
      for (const auto hub : network->hubs) report.hubs.push_back(model.hubs.at(hub).name);
  }
  if (route.tunnel) report.tunnel = board.tunnels[*route.tunnel].name;
  report.tunnels = static_cast<std::uint32_t>(route.candidates.size());
  report.tunnels_up = static_cast<std::uint32_t>(std::ranges::count_if(
      route.candidates, [&](std::size_t i) { return board.tunnels[i].up(); }));
  return report;
}

std::vector<NetworkReport> report_networks(const Board& board) {
  std::vector<NetworkReport> result;
  for (const auto& route : network_routes(board)) result.push_back(report_network(board, route));
  return result;
}

}  // namespace kaido
