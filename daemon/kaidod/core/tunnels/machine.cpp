#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/tunnels/step.hpp"

namespace kaido::tunnels {
namespace {

void index_connections(TunnelStates& tunnels) {
  auto& index = tunnels.by_connection;
  index.clear();
  for (std::uint32_t i = 0; i < tunnels.size(); ++i)
    if (!tunnels[i].connection.empty()) index.push_back(i);
  std::ranges::sort(index, {},
                    [&](std::uint32_t i) { return std::string_view(tunnels[i].connection); });
}

}  // namespace

void Step::on(const Configured& event) {
  std::unordered_map<std::string, Tunnel> before;
  for (auto& tunnel : tunnels_.list) {
    auto name = tunnel.name;
    before.emplace(std::move(name), std::move(tunnel));
  }
  tunnels_.disabled = event.disabled;
  tunnels_.torn_down = false;
  tunnels_.list = tunnels_of(board_.model);
  for (auto& tunnel : tunnels_.list) {
    auto node = before.extract(tunnel.name);
    if (node.empty()) {
      tunnel.since = now_;
      continue;
    }
    auto spec = static_cast<TunnelSpec&&>(tunnel);
    tunnel = std::move(node.mapped());
    static_cast<TunnelSpec&>(tunnel) = std::move(spec);
  }
  index_connections(tunnels_);
  // charon's adapter ends the SAs of connections that are gone.
  judge_all();
  actions_.emplace_back(Reconcile{});
}

void Step::on(const UplinksChanged&) {
  judge_all();
  actions_.emplace_back(Reconcile{});
}

void Step::on(const TunnelsEnabled& event) {
  for (const auto& name : event.names) {
    if (event.enabled) {
      tunnels_.disabled.erase(name);
    } else {
      tunnels_.disabled.insert(name);
    }
  }
  judge_all();
  actions_.emplace_back(Reconcile{});
}

void Step::on(const Guarded& event) {
  tunnels_.unguarded = event.unguarded;
  judge_all();
}

void Step::on(const TornDown&) {
  tunnels_.torn_down = true;
  tunnels_.unguarded = Error{Condition::torn_down, ""};
  for (auto& tunnel : tunnels_.list) {
    tunnel.sas.clear();
    tunnel.retiring.clear();
    tunnel.attempt_sa = 0;
    tunnel.last_handshake = 0;
    tunnel.handshake_fresh = false;
    judge(tunnel);
  }
}

void Step::on(const Tick&) {
  for (auto& tunnel : tunnels_.list) judge(tunnel);
}

}  // namespace kaido::tunnels

namespace kaido {

Actions step(TunnelStates& tunnels, const Board& board, const Event& event, Instant now) {
  tunnels::Step handling(tunnels, board, now);
  std::visit([&](const auto& e) { handling.on(e); }, event);
  return std::move(handling).take();
}

std::optional<Instant> next_deadline(const TunnelStates& tunnels) {
  std::optional<Instant> next;
  const auto consider = [&](Instant at) { next = next ? std::min(*next, at) : at; };
  // A hub's ends listen, and wait for nothing.
  if (tunnels.size() == 0 || tunnels[0].listens) return next;
  for (const auto& tunnel : tunnels) {
    if (const auto* connecting = std::get_if<state::Connecting>(&tunnel.state))
      consider(connecting->deadline);
    if (tunnel.trying() && !tunnel.troubled) consider(tunnel.trying_since + kPatience);
    if (const auto* waiting = std::get_if<state::BackOff>(&tunnel.state)) consider(waiting->until);
  }
  return next;
}

}  // namespace kaido
