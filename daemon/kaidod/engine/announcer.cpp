#include "engine/announcer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/overloaded.hpp"
#include "core/role.hpp"

namespace kaido {
namespace {

constexpr std::size_t kListed = 200;  // more tunnels than this at once are one line of the log
constexpr std::uint32_t kMovesAMinute = 10;  // of one site that are written

Message message_for(const Tunnel& tunnel) {
  return std::visit(
      overloaded{
          [](const state::Disabled&) { return Message::tunnel_disabled; },
          [](const state::Waiting&) { return Message::tunnel_waiting; },
          [&](const state::Connecting&) {
            return tunnel.failures == 0 ? Message::tunnel_trying : Message::tunnel_failed;
          },
          [&](const state::BackOff&) {
            return tunnel.failures <= 1 ? Message::tunnel_lost : Message::tunnel_failed;
          },
          [](const state::Listening&) { return Message::tunnel_listening; },
          [](const state::Up&) { return Message::tunnel_up; },
      },
      tunnel.state);
}

/// Of a site's own networks Paths writes the line, with the figures.
bool is_written_elsewhere(const Model& model, const std::string& name) {
  return std::ranges::find(model.networks, name, &Network::name) != model.networks.end();
}

}  // namespace

Announcer::Announcer(const Clock& clock, const Board& board, Log& log, Conditions& conditions)
    : clock_(clock), board_(board), log_(log) {
  log_.on_entry = [this](const LogEntry& entry) {
    if (observer_ != nullptr) observer_->logged(entry);
  };
  conditions.on_change = [this](const ConditionReport& report, bool raised) {
    log_.write(raised ? Message::condition_raised : Message::condition_cleared, report.subject,
               raised ? report.error.to_string() : std::string(info(report.error.condition).cause));
    if (observer_ != nullptr) observer_->condition_changed(report, raised);
  };
}

void Announcer::path(const PathReport& report) {
  if (observer_ != nullptr) observer_->path_changed(report);
}

void Announcer::configuration_applied(const std::vector<std::string>& changes) {
  if (observer_ != nullptr) observer_->configuration_applied(changes);
}

void Announcer::tunnels(const std::vector<TunnelChanged>& changes, const Figures& figures,
                        bool quiet_waiting) {
  const bool listed = changes.size() <= kListed;
  if (!listed) many(changes.size());
  for (const auto& change : changes) {
    const auto& state = board_.tunnels.at(change.index).state;
    if (quiet_waiting && std::holds_alternative<state::Waiting>(state)) continue;
    tunnel(change.index, figures, listed);
  }
}

void Announcer::many(std::size_t count) {
  std::map<std::string, std::size_t> states;
  for (const auto& tunnel : board_.tunnels) ++states[to_string(tunnel.state)];
  std::string text = fmt::format("{} tunnels changed; now", count);
  for (const auto& [name, number] : states) text += fmt::format(" {} {}", number, name);
  log_.write(Message::tunnels_changed, board_.model.gateway.name, std::move(text));
}

void Announcer::tunnel(std::size_t index, const Figures& figures, bool log) {
  if (!log && observer_ == nullptr) return;
  const auto report = report_tunnel(board_, index, figures, clock_.now());
  std::string text = report.state;
  if (report.reason) text += ": " + report.reason->to_string();
  if (log) log_.write(message_for(board_.tunnels.at(index)), report.name, std::move(text));
  if (observer_ != nullptr) observer_->tunnel_changed(report);
}

void Announcer::log_move(Message message, const std::string& name, std::string text) {
  // A site may move as often as it likes.
  if (auto line = limit_.pass(message, name, std::move(text), clock_.now(), kMovesAMinute))
    log_.write(message, name, std::move(*line));
}

void Announcer::route(const NetworkRoute& route, const RouteRunner& runner) {
  auto tunnel = route.tunnel ? board_.tunnels[*route.tunnel].name : std::string();
  auto& before = tunnel_of_[route.name];
  if (before == tunnel) return;
  before = std::move(tunnel);
  if (before.empty()) {
    log_move(Message::network_unreachable, route.name, "no tunnel is up");
  } else if (!is_written_elsewhere(board_.model, route.name)) {
    const auto why = runner.why(route.name);
    log_move(Message::network_moved, route.name,
             "now by " + before + (why.empty() ? "" : ": " + why));
  }
  if (observer_ == nullptr) return;
  auto report = report_network(board_, route);
  runner.explain(report);
  observer_->network_changed(report);
}

void Announcer::routes(const RouteRunner& runner) {
  const auto all = network_routes(board_);
  for (const auto& each : all) route(each, runner);
  if (tunnel_of_.size() == all.size()) return;
  std::map<std::string, std::string> still;  // a configuration left some out
  for (const auto& each : all) still[each.name] = std::move(tunnel_of_[each.name]);
  tunnel_of_ = std::move(still);
}

}  // namespace kaido
