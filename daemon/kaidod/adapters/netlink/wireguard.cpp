#include "adapters/netlink/wireguard.hpp"

#include <fmt/format.h>
#include <linux/if.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cerrno>

#include "adapters/netlink/wireguard_messages.hpp"

namespace kaido::netlink {

Result<Socket*> WireGuard::Session::prepare() {
  if (!socket) {
    auto opened = Socket::open(NETLINK_GENERIC);
    if (!opened) return std::unexpected(opened.error().to_error("open generic netlink"));
    socket = std::move(*opened);
    family = 0;
  }
  if (family != 0) return &*socket;
  auto message = get_wireguard_family();
  const auto done = socket->request(
      message, [&](std::uint16_t, Bytes payload) { family = parse_family(payload); });
  if (done && family != 0) return &*socket;
  if (done || done.error().code == ENOENT)
    return failure(Condition::wireguard_unsupported, "generic netlink knows no \"wireguard\"");
  return std::unexpected(error_of(done.error(), "", "look WireGuard up"));
}

Error WireGuard::Session::error_of(const Refusal& refusal, const std::string& device,
                                   const char* what) {
  if (refusal.local) socket.reset();
  if (refusal.code == ENODEV || refusal.code == EOPNOTSUPP)
    return {Condition::not_found, fmt::format("{}: no such WireGuard device", device)};
  return refusal.to_error(fmt::format("{} {}", what, device));
}

Result<ObservedWireGuardDevice> WireGuard::read(const std::string& device) {
  const std::lock_guard lock(reading_mutex_);
  const auto socket = reading_.prepare();
  if (!socket) return std::unexpected(socket.error());
  if (device.size() >= IFNAMSIZ)
    return std::unexpected(reading_.error_of({.code = ENODEV}, device, "read"));
  ObservedWireGuardDevice observed;
  auto message = get_device(reading_.family, device);
  const auto done = (*socket)->dump(
      message, [&] { observed = {}; },
      [&](std::uint16_t, Bytes payload) { parse_device(payload, observed); });
  (*socket)->wipe();
  if (!done) {
    if (done.error().code == ENOENT)
      reading_.family = 0;  // the module went: its id is not valid any more
    return std::unexpected(reading_.error_of(done.error(), device, "read"));
  }
  for (auto& peer : observed.peers) std::ranges::sort(peer.peer.allowed_ips);
  std::ranges::sort(observed.peers, {}, [](const auto& peer) { return peer.peer.public_key; });
  return observed;
}

Result<void> WireGuard::write(const WireGuardChange& change) {
  const auto socket = writing_.prepare();
  if (!socket) return std::unexpected(socket.error());
  if (change.device.size() >= IFNAMSIZ)
    return std::unexpected(writing_.error_of({.code = ENODEV}, change.device, "set"));
  auto messages = set_device(writing_.family, change);
  const auto refused = (*socket)->pipeline(messages);
  if (!refused) return std::unexpected(writing_.error_of(refused.error(), change.device, "set"));
  if (refused->empty()) return {};
  const auto& first = refused->front().refusal;
  if (first.code == ENOENT) writing_.family = 0;
  return std::unexpected(writing_.error_of(first, change.device, "set"));
}

}  // namespace kaido::netlink
