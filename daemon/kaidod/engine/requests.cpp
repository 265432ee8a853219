#include "engine/requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "core/role.hpp"
#include "engine/engine.hpp"

namespace kaido {
namespace {

constexpr auto kFresh = std::chrono::seconds(1);
/// Reports are given again for so many times as long as it took to make them, a second at most: any
/// local user may ask, and 10,000 take their time.
constexpr int kReportsLast = 10;

/// What is fixed when the adapters are made.
std::optional<Error> needs_restart(const Model& running, const Model& wanted) {
  if (running.gateway.role != wanted.gateway.role)
    return Error{Condition::needs_restart,
                 fmt::format("[gateway] role from {} to {}", to_string(running.gateway.role),
                             to_string(wanted.gateway.role))};
  if (running.ike_socket != wanted.ike_socket)
    return Error{Condition::needs_restart,
                 fmt::format("[ike] socket from {} to {}", running.ike_socket, wanted.ike_socket)};
  return std::nullopt;
}

}  // namespace

Requests::Requests(Engine& engine) : engine_(engine), started_(engine.ports_.clock.now()) {}

Controls Requests::controls() {
  return {.gateway = *this,
          .tunnels = *this,
          .networks = *this,
          .configuration = *this,
          .people = engine_.people_};
}

// ---- the gateway

StatusReport Requests::status() {
  if (engine_.life_ != Life::torn_down) engine_.forwarding_.look();
  const auto& board = engine_.board_;
  const auto now = engine_.ports_.clock.now();
  StatusReport report{
      .name = board.model.gateway.name,
      .role = to_string(board.model.gateway.role),
      .number = board.model.gateway.number,
      .version = KAIDO_VERSION,
      .uptime = std::chrono::duration_cast<std::chrono::seconds>(now - started_).count(),
      .tunnels = static_cast<std::uint32_t>(board.tunnels.size()),
      .certificate_expires = board.identities.not_after,
      .conditions = engine_.conditions_.report(now)};
  report.tunnels_up = static_cast<std::uint32_t>(
      std::ranges::count_if(board.tunnels, [](const Tunnel& tunnel) { return tunnel.up(); }));
  return report;
}

std::vector<UplinkReport> Requests::uplinks() { return report_uplinks(engine_.board_); }

std::vector<LogEntry> Requests::log(std::size_t count) { return engine_.log_.newest(count); }

void Requests::teardown(Done<std::vector<std::string>> done) { engine_.tear_down(std::move(done)); }

void Requests::set_observer(Observer* observer) { engine_.announcer_.set_observer(observer); }

// ---- tunnels

const std::vector<TunnelReport>& Requests::tunnels() {
  const auto begin = engine_.ports_.clock.now();
  if (begin < reports_until_) return reports_;
  reports_ = make_reports();
  const auto end = engine_.ports_.clock.now();
  reports_until_ = end + std::min<Duration>((end - begin) * kReportsLast, kFresh);
  return reports_;
}

std::vector<TunnelReport> Requests::make_reports() {
  engine_.tunnels_.look_for_figures();
  const auto& board = engine_.board_;
  const auto used = uses(board);
  std::vector<TunnelReport> reports;
  reports.reserve(board.tunnels.size());
  for (std::size_t i = 0; i < board.tunnels.size(); ++i) {
    auto& report = reports.emplace_back(
        report_tunnel(board, i, engine_.tunnels_.figures(), engine_.ports_.clock.now()));
    if (const auto use = used.find(i); use != used.end()) report.used_for = use->second;
    report.public_key = public_key_of(board.tunnels[i]);
  }
  return reports;
}

/// Our own; derived once, since that costs more than all else in a report.
std::string Requests::public_key_of(const Tunnel& tunnel) {
  if (tunnel.transport != Transport::wireguard) return {};
  const auto& identities = engine_.board_.identities;
  const auto* key = tunnel.listens ? (identities.hub_key ? &*identities.hub_key : nullptr)
                                   : identities.slot_key(tunnel.slot);
  if (key == nullptr) return {};
  const auto number = tunnel.listens ? std::uint8_t{0} : tunnel.slot;
  auto known = public_keys_.find(number);
  if (known == public_keys_.end() || known->second.first != *key)
    known = public_keys_
                .insert_or_assign(number,
                                  std::pair(*key, engine_.ports_.configuration.public_key(*key)))
                .first;
  return known->second.second;
}

void Requests::set_enabled(const std::string& name, bool enabled, Done<std::size_t> done) {
  engine_.farewell_.end();
  TunnelsEnabled event{.names = {}, .enabled = enabled};
  for (const auto index : match_tunnels(engine_.board_.tunnels, name))
    event.names.push_back(engine_.board_.tunnels[index].name);
  if (event.names.empty()) return done(failure(Condition::not_found, name));
  // Remembered before anything else: it holds also if we end within the next second.
  engine_.notebook_.set_disabled(event.names, !enabled);
  const bool moved = !enabled && engine_.routes_->leave({event.names.begin(), event.names.end()});
  engine_.farewell_.after(moved,
                          [this, event = std::move(event), done = std::move(done)]() mutable {
                            engine_.tunnels_.feed(event);
                            engine_.applier_.write_connections(false);
                            done(event.names.size());
                          });
}

// ---- networks and paths

std::vector<NetworkReport> Requests::networks() {
  auto reports = report_networks(engine_.board_);
  if (engine_.routes_)
    for (auto& report : reports) engine_.routes_->explain(report);
  return reports;
}

std::vector<PathReport> Requests::paths() {
  return engine_.routes_ ? engine_.routes_->paths() : std::vector<PathReport>{};
}

void Requests::switch_network(const std::string& network, const std::string& path,
                              Done<std::string> done) {
  done(engine_.routes_->switch_network(network, path));
}

// ---- the configuration

std::expected<std::vector<std::string>, Diagnostics> Requests::diff(
    const std::optional<std::string>& text) {
  auto& configuration = engine_.ports_.configuration;
  const auto wanted = text ? configuration.check(*text) : configuration.load();
  if (!wanted) return std::unexpected(wanted.error());
  return configuration.diff(engine_.board_.model, engine_.board_.identities, *wanted);
}

std::string Requests::show() { return engine_.ports_.configuration.show(engine_.board_.model); }

void Requests::refuse(const std::string& why) {
  engine_.log_.write(Message::configuration_refused, "configuration", why);
}

void Requests::apply(std::optional<std::string> text,
                     Done<std::vector<std::string>, ApplyFailure> done) {
  engine_.farewell_.end();
  auto wanted = engine_.ports_.configuration.prepare(text);
  if (!wanted) {
    for (const auto& mistake : wanted.error()) refuse(mistake.to_string());
    return done(std::unexpected(ApplyFailure(std::move(wanted.error()))));
  }
  if (const auto why = needs_restart(engine_.board_.model, wanted->model)) {
    refuse(why->to_string());
    return done(std::unexpected(ApplyFailure(*why)));
  }
  if (text)
    if (const auto saved = engine_.ports_.configuration.save(*text); !saved) {
      refuse(saved.error().to_string());
      return done(std::unexpected(ApplyFailure(saved.error())));
    }
  const bool moved = engine_.routes_->leave_for(wanted->model);
  engine_.farewell_.after(moved,
                          [this, wanted = std::move(*wanted), done = std::move(done)]() mutable {
                            put_into_force(std::move(wanted), std::move(done));
                          });
}

void Requests::put_into_force(LoadedConfiguration wanted,
                              Done<std::vector<std::string>, ApplyFailure> done) {
  auto changes =
      engine_.ports_.configuration.diff(engine_.board_.model, engine_.board_.identities, wanted);
  engine_.configure(std::move(wanted));
  engine_.applier_.apply();
  engine_.applier_.write_connections(false);
  for (const auto& change : changes)
    engine_.log_.write(Message::configuration_applied, "configuration", change);
  engine_.announcer_.configuration_applied(changes);
  engine_.applier_.after_connections([this, trouble = engine_.applier_.trouble(),
                                      changes = std::move(changes),
                                      done = std::move(done)]() mutable {
    if (!trouble) trouble = engine_.conditions_.find("charon");
    if (trouble) return done(std::unexpected(ApplyFailure(std::move(*trouble))));
    done(std::move(changes));
  });
}

}  // namespace kaido
