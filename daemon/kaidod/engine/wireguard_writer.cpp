#include "engine/wireguard_writer.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/desired/wireguard.hpp"

namespace kaido {

void WireGuardWriter::write(const Board& board,
                            const std::function<void(const ObservedWireGuardDevice&)>& seen) {
  std::optional<Error> trouble;
  std::vector<ObservedWireGuardDevice> all;
  for (const auto& device : desired_wireguard(board)) {
    auto observed = wireguard_.read(device.name);
    if (!observed) {
      trouble = observed.error();
      continue;
    }
    if (auto refused = write_device(device, *observed)) trouble = std::move(refused);
    all.push_back(std::move(*observed));
  }
  troubles_.report("wireguard", trouble);
  for (const auto& device : all) seen(device);
}

std::optional<Error> WireGuardWriter::write_device(const WireGuardDevice& desired,
                                                   const ObservedWireGuardDevice& observed) {
  const auto change = difference(desired, observed);
  if (change.empty()) return std::nullopt;
  const auto written = wireguard_.write(change);
  log_.write(
      written ? Message::wireguard_changed : Message::kernel_refused, desired.name,
      written ? fmt::format("{} peers written", change.peers.size()) : written.error().detail);
  return written ? std::nullopt : std::optional(written.error());
}

bool WireGuardWriter::add_peers(const std::string& device,
                                const std::vector<WireGuardPeer>& peers) {
  WireGuardChange change{.device = device};
  for (const auto& peer : peers)
    change.peers.push_back({.peer = peer, .set_allowed_ips = true, .set_preshared_key = true});
  return write_now(change);
}

bool WireGuardWriter::write_now(const WireGuardChange& change) {
  const auto written = change.peers.empty() ? Result<void>{} : wireguard_.write(change);
  if (!written) log_.write(Message::kernel_refused, change.device, written.error().detail);
  return written.has_value();
}

bool WireGuardWriter::remove_peers(const std::string& device,
                                   const std::vector<WireGuardKey>& peers) {
  WireGuardChange change{.device = device};
  for (const auto& peer : peers) {
    WireGuardPeer gone{.public_key = peer};
    change.peers.push_back({.peer = std::move(gone), .remove = true});
  }
  return write_now(change);
}

void WireGuardWriter::empty_device(const std::string& name) {
  const auto observed = wireguard_.read(name);
  if (!observed) return;
  std::vector<WireGuardKey> peers;
  for (const auto& peer : observed->peers) peers.push_back(peer.peer.public_key);
  remove_peers(name, peers);
}

void WireGuardWriter::poke(const Board& board, const std::set<std::string>& devices) {
  for (const auto& device : desired_wireguard(board)) {
    if (!devices.contains(device.name) || device.peers.empty()) continue;
    // A keepalive that is switched on is sent at once, and asks for a handshake (wireguard(8)).
    WireGuardChange change{.device = device.name};
    for (const bool on : {false, true}) {
      auto peer = device.peers.front();
      if (!on) peer.persistent_keepalive = 0;
      change.peers = {{.peer = std::move(peer), .set_keepalive = true, .update_only = true}};
      if (!wireguard_.write(change)) break;
    }
  }
}

}  // namespace kaido
