#include "core/tunnels/sizes.hpp"

#include <algorithm>

#include "core/addressing.hpp"

namespace kaido {
namespace {

constexpr std::uint32_t kUsualMtu = 1500;

}  // namespace

std::uint32_t tunnel_mtu(const Board& board, const Tunnel& tunnel) {
  const auto hub_end = tunnel_mtu(tunnel.transport, Family::v6, kUsualMtu);
  if (tunnel.listens) return hub_end;
  const auto& model = board.model;
  const auto& slot = model.slots.at(tunnel.slot_index);
  const auto& hub = model.hubs.at(slot.hub);
  const auto family = hub.endpoints.at(slot.endpoint).address.family();
  const auto mtu = tunnel_mtu(tunnel.transport, family, board.uplinks.at(slot.uplink).mtu);
  return hub.kaido ? std::min(mtu, hub_end) : mtu;
}

std::uint32_t passing_size(const Board& board, const Tunnel& tunnel) {
  const auto full = tunnel_mtu(board, tunnel);
  const auto& sizes = board.routes.sizes;
  const auto index = board.tunnels.index_of(tunnel);
  const auto proved = index < sizes.size() ? sizes[index].size : std::uint16_t{0};
  return proved == 0 ? full : std::min<std::uint32_t>(proved, full);
}

}  // namespace kaido
