#include "adapters/netlink/wireguard.hpp"

#include <fmt/format.h>
#include <linux/if.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cerrno>

#include "adapters/netlink/wireguard_messages.hpp"

namespace kaido::netlink {

Result<Socket*> WireGuard::prepare() {
  if (!socket_) {
    auto socket = Socket::open(NETLINK_GENERIC);
    if (!socket) return std::unexpected(socket.error().to_error("open generic netlink"));
    socket_ = std::move(*socket);
    family_ = 0;
  }
  if (family_ != 0) return &*socket_;
  auto message = get_wireguard_family();
  const auto done = socket_->request(
      message, [&](std::uint16_t, Bytes payload) { family_ = parse_family(payload); });
  if (done && family_ != 0) return &*socket_;
  if (done || done.error().code == ENOENT)
    return failure(Condition::wireguard_unsupported, "generic netlink knows no \"wireguard\"");
  return std::unexpected(error_of(done.error(), "", "look WireGuard up"));
}

Error WireGuard::error_of(const Refusal& refusal, const std::string& device, const char* what) {
  if (refusal.local) socket_.reset();
  if (refusal.code == ENODEV || refusal.code == EOPNOTSUPP)
    return {Condition::not_found, fmt::format("{}: no such WireGuard device", device)};
  return refusal.to_error(fmt::format("{} {}", what, device));
}

Result<ObservedWireGuardDevice> WireGuard::read(const std::string& device) {
  const auto socket = prepare();
  if (!socket) return std::unexpected(socket.error());
  if (device.size() >= IFNAMSIZ) return std::unexpected(error_of({.code = ENODEV}, device, "read"));
  ObservedWireGuardDevice observed;
  auto message = get_device(family_, device);
  const auto done = (*socket)->dump(
      message, [&] { observed = {}; },
      [&](std::uint16_t, Bytes payload) { parse_device(payload, observed); });
  (*socket)->wipe();
  if (!done) {
    if (done.error().code == ENOENT) family_ = 0;  // the module went: its id is not valid any more
    return std::unexpected(error_of(done.error(), device, "read"));
  }
  for (auto& peer : observed.peers) std::ranges::sort(peer.peer.allowed_ips);
  return observed;
}

Result<void> WireGuard::write(const WireGuardChange& change) {
  const auto socket = prepare();
  if (!socket) return std::unexpected(socket.error());
  if (change.device.size() >= IFNAMSIZ)
    return std::unexpected(error_of({.code = ENODEV}, change.device, "set"));
  auto messages = set_device(family_, change);
  const auto refused = (*socket)->pipeline(messages);
  if (!refused) return std::unexpected(error_of(refused.error(), change.device, "set"));
  if (refused->empty()) return {};
  const auto& first = refused->front().refusal;
  if (first.code == ENOENT) family_ = 0;
  return std::unexpected(error_of(first, change.device, "set"));
}

}  // namespace kaido::netlink
