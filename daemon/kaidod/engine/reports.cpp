#include "engine/reports.hpp"

#include <algorithm>

#include "core/addressing.hpp"
#include "core/desired/desired.hpp"
#include "core/overloaded.hpp"

namespace kaido {
namespace {

std::int64_t seconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

std::int64_t next_attempt(const Tunnel& tunnel, Instant now) {
  const auto* back_off = std::get_if<state::BackOff>(&tunnel.state);
  return back_off == nullptr ? -1 : std::max<std::int64_t>(0, seconds(back_off->until - now));
}

void add_ends(const GatewayState& state, const Tunnel& tunnel, TunnelReport& report) {
  const auto& model = state.model;
  const auto& fleet = model.gateway.fleet;
  const auto inner = [&](std::uint16_t number) {
    return inner_address(fleet, number, tunnel.transport, tunnel.slot).to_string();
  };
  report.inner = inner(model.gateway.number);
  if (model.is_hub()) {
    const auto& site = model.sites.at(tunnel.owner);
    report.peer = site.name;
    report.peer_inner = inner(site.number);
    return;
  }
  const auto& slot = model.slots.at(tunnel.owner);
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

TunnelReport report_tunnel(const GatewayState& state, std::size_t index, const Figures& figures,
                           Instant now) {
  const auto& tunnel = state.tunnels.at(index);
  TunnelReport report;
  report.name = tunnel_name(state, tunnel);
  report.slot = tunnel.slot;
  report.transport = to_string(tunnel.transport);
  report.device = tunnel_device(state, tunnel);
  report.state = to_string(tunnel.state);
  report.reason = tunnel.reason();
  report.since = seconds(now - tunnel.since);
  report.next_attempt = next_attempt(tunnel, now);
  report.failures = tunnel.failures;
  add_ends(state, tunnel, report);
  if (tunnel.last_handshake != 0)
    report.last_handshake = std::max<std::int64_t>(0, seconds(now - tunnel.handshake_at));
  if (tunnel.transport == Transport::ikev2) {
    const auto& model = state.model;
    const auto name = model.is_hub() ? connection_name(model.sites.at(tunnel.owner), tunnel.slot)
                                     : connection_name(model, model.slots.at(tunnel.owner));
    const auto sa = figures.sas.find(name);
    if (sa != figures.sas.end()) add_ike(sa->second, report);
  } else {
    report.cipher = "ChaCha20-Poly1305";
    const auto* key = peer_key(state.model, tunnel);
    const auto peer =
        key == nullptr ? figures.peers.end() : figures.peers.find({report.device, *key});
    if (peer != figures.peers.end()) {
      report.received = peer->second.received;
      report.sent = peer->second.sent;
      const auto& endpoint = peer->second.peer.endpoint;
      if (endpoint) report.remote = endpoint->to_string();
    }
  }
  return report;
}

std::map<std::size_t, std::vector<std::string>> uses(const GatewayState& state) {
  std::map<std::size_t, std::vector<std::string>> result;
  for (const auto& choice : choices(state))
    if (choice.tunnel)
      result[*choice.tunnel].push_back(state.model.is_hub() ? "return" : choice.name);
  return result;
}

std::vector<UplinkReport> report_uplinks(const GatewayState& state) {
  std::vector<UplinkReport> result;
  for (std::size_t i = 0; i < state.model.uplinks.size(); ++i) {
    const auto& uplink = state.model.uplinks[i];
    const auto& seen = state.uplinks.at(i);
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

std::vector<NetworkReport> report_networks(const GatewayState& state) {
  std::vector<NetworkReport> result;
  const auto& model = state.model;
  for (const auto& choice : choices(state)) {
    NetworkReport report;
    report.name = choice.name;
    for (const auto& prefix : choice.prefixes) report.prefixes.push_back(prefix.to_string());
    const auto network = std::ranges::find(model.networks, choice.name, &Network::name);
    if (!model.is_hub() && network != model.networks.end())
      for (const auto hub : network->hubs) report.hubs.push_back(model.hubs.at(hub).name);
    if (choice.tunnel) report.tunnel = tunnel_name(state, state.tunnels[*choice.tunnel]);
    report.tunnels = static_cast<std::uint32_t>(choice.candidates.size());
    report.tunnels_up = static_cast<std::uint32_t>(std::ranges::count_if(
        choice.candidates, [&](std::size_t i) { return state.tunnels[i].up(); }));
    result.push_back(std::move(report));
  }
  return result;
}

}  // namespace kaido
