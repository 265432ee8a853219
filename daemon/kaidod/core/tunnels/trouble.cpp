#include "core/tunnels/trouble.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/desired/network_routes.hpp"

namespace kaido {
namespace {

constexpr std::int64_t kExpiresSoon = std::int64_t{21} * 86'400;

bool needs(const Model& model, std::size_t uplink, Family family) {
  return std::ranges::any_of(model.slots, [&](const Slot& slot) {
    return slot.uplink == uplink &&
           model.hubs.at(slot.hub).endpoints.at(slot.endpoint).address.family() == family;
  });
}

/// Every network that the tunnel leads to goes by another one meanwhile.
bool is_replaced(const Board& board, const std::vector<NetworkRoute>& routes,
                 const Tunnel& tunnel) {
  const auto& model = board.model;
  const auto hub = model.slots.at(tunnel.slot_index).hub;
  bool leads = false;
  for (std::size_t i = 0; i < model.networks.size(); ++i) {
    if (std::ranges::count(model.networks[i].hubs, hub) == 0) continue;
    if (!routes.at(i).tunnel) return false;
    leads = true;
  }
  return leads;
}

}  // namespace

std::optional<Error> uplink_trouble(const Board& board, std::size_t uplink) {
  const auto& model = board.model;
  std::optional<Error> trouble;
  bool of_some_use = false;
  for (const auto family : {Family::v4, Family::v6}) {
    if (!needs(model, uplink, family)) continue;
    auto why = unusable(model.uplinks.at(uplink), board.uplinks.at(uplink), family);
    of_some_use |= !why;
    if (why && !trouble) trouble = std::move(why);
  }
  if (trouble && of_some_use) trouble->gravity = Severity::warning;
  return trouble;
}

std::optional<Error> certificate_trouble(const Identities& identities, std::int64_t wall_time) {
  std::optional<Error> soon;
  const auto day = [](std::int64_t time) { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(time)); };
  for (const auto& [what, from, until] : identities.validity) {
    if (until < wall_time)
      return Error{Condition::tunnel_certificate_expired,
                   fmt::format("{} expired on {}", what, day(until))};
    if (from > wall_time)
      return Error{Condition::tunnel_certificate_expired,
                   fmt::format("{} is not valid before {}, and this machine's clock says {}", what,
                               day(from), day(wall_time))};
    if (until - wall_time < kExpiresSoon && !soon)
      soon = Error{Condition::certificate_expires_soon,
                   fmt::format("{} expires on {}", what, day(until))};
  }
  return soon;
}

std::map<std::string, Error> tunnel_troubles(const Board& board, const std::set<Condition>& told) {
  std::map<std::string, Error> troubles;
  std::vector<NetworkRoute> all;
  for (const auto& tunnel : board.tunnels) {
    if (!tunnel.troubled) continue;
    auto why = tunnel.reason().value_or(Error{silence_of(tunnel.transport), ""});
    if (told.contains(why.condition)) continue;
    if (all.empty()) all = network_routes(board);
    if (is_replaced(board, all, tunnel)) why.gravity = Severity::warning;
    troubles.emplace("tunnel " + tunnel.name, std::move(why));
  }
  return troubles;
}

}  // namespace kaido
