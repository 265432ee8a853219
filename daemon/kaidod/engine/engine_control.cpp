// What the API asks of the engine, and what the engine tells of itself.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "core/desired/desired.hpp"
#include "core/overloaded.hpp"
#include "core/tunnels/trouble.hpp"
#include "engine/engine.hpp"

namespace kaido {
namespace {

/// For a hub to follow, and for what is under way to arrive, before a tunnel goes.
constexpr auto kFarewell = std::chrono::seconds(1);
constexpr auto kFresh = std::chrono::seconds(1);  // figures of peers that were asked for
/// Reports are given again for so many times as long as it took to make them, a second at most: any
/// local user may ask, and 10,000 take their time.
constexpr int kReportsLast = 10;
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

StatusReport Engine::status() {
  if (!torn_down_) forwarding_.look();
  const auto& model = state_.model;
  StatusReport report{
      .name = model.gateway.name,
      .role = to_string(model.gateway.role),
      .number = model.gateway.number,
      .version = KAIDO_VERSION,
      .uptime = std::chrono::duration_cast<std::chrono::seconds>(now() - started_).count(),
      .tunnels = static_cast<std::uint32_t>(state_.tunnels.size()),
      .certificate_expires = model.identity.not_after,
      .conditions = conditions_.report(now())};
  report.tunnels_up = static_cast<std::uint32_t>(
      std::ranges::count_if(state_.tunnels, [](const Tunnel& tunnel) { return tunnel.up(); }));
  return report;
}

const std::vector<TunnelReport>& Engine::tunnels() {
  const auto begin = now();
  if (begin < tunnel_reports_until_) return tunnel_reports_;
  tunnel_reports_ = make_tunnel_reports();
  const auto end = now();
  tunnel_reports_until_ = end + std::min<Duration>((end - begin) * kReportsLast, kFresh);
  return tunnel_reports_;
}

std::vector<TunnelReport> Engine::make_tunnel_reports() {
  look_for_figures();
  const auto used = uses(state_);
  std::vector<TunnelReport> reports;
  reports.reserve(state_.tunnels.size());
  for (std::size_t i = 0; i < state_.tunnels.size(); ++i) {
    auto& report = reports.emplace_back(report_tunnel(state_, i, figures_, now()));
    if (const auto use = used.find(i); use != used.end()) report.used_for = use->second;
    report.public_key = public_key_of(state_.tunnels[i]);
  }
  return reports;
}

/// Our own; derived once, since that costs more than all else in a report.
std::string Engine::public_key_of(const Tunnel& tunnel) {
  if (tunnel.transport != Transport::wireguard) return {};
  const auto& model = state_.model;
  const auto& key =
      model.is_hub() ? model.wireguard_private_key : model.slots.at(tunnel.owner).private_key;
  if (!key) return {};
  const auto number = model.is_hub() ? std::uint8_t{0} : tunnel.slot;
  auto known = public_keys_.find(number);
  if (known == public_keys_.end() || known->second.first != *key)
    known = public_keys_
                .insert_or_assign(number, std::pair(*key, ports_.configuration.public_key(*key)))
                .first;
  return known->second.second;
}

/// Every local user may ask, and a dump of 10,000 peers takes its time.
void Engine::look_for_figures() {
  if (figures_timer_->due()) return;
  look_at_wireguard(false, true);
  refresh_sas();
  figures_timer_->set(now() + kFresh, [this] { figures_.peers.clear(); });
}

std::vector<UplinkReport> Engine::uplinks() { return report_uplinks(state_); }
std::vector<NetworkReport> Engine::networks() {
  auto reports = report_networks(state_);
  if (!state_.model.is_hub())
    for (auto& report : reports) paths_.explain(report);
  return reports;
}

void Engine::set_enabled(const std::string& name, bool enabled, Done<std::size_t> done) {
  finish_leaving();
  TunnelsEnabled event{.names = {}, .enabled = enabled};
  for (const auto index : match_tunnels(state_, name))
    event.names.push_back(tunnel_name(state_, state_.tunnels[index]));
  if (event.names.empty()) return done(failure(Condition::not_found, name));
  // Remembered before anything else: it holds also if we end within the next second.
  auto& disabled = reconciler_.remembered.disabled;
  for (const auto& tunnel : event.names) {
    if (enabled)
      disabled.erase(tunnel);
    else
      disabled.insert(tunnel);
  }
  reconciler_.save(now());
  const bool moved = !enabled && !adopting_ && !torn_down_ &&
                     paths_.leave({event.names.begin(), event.names.end()});
  after_leaving(moved, [this, event = std::move(event), done = std::move(done)]() mutable {
    feed(event);
    sync_ike();
    done(event.names.size());
  });
}

void Engine::switch_network(const std::string& network, const std::string& path,
                            Done<std::string> done) {
  done(paths_.switch_network(network, path));
}

std::expected<std::vector<std::string>, Diagnostics> Engine::diff(
    const std::optional<std::string>& text) {
  const auto wanted = text ? ports_.configuration.check(*text) : ports_.configuration.load();
  if (!wanted) return std::unexpected(wanted.error());
  return ports_.configuration.diff(state_.model, *wanted);
}

void Engine::apply(std::optional<std::string> text,
                   Done<std::vector<std::string>, ApplyFailure> done) {
  finish_leaving();
  auto wanted = ports_.configuration.prepare(text);
  if (!wanted) {
    for (const auto& mistake : wanted.error())
      log_.write(Message::configuration_refused, "configuration", mistake.to_string());
    return done(std::unexpected(ApplyFailure(std::move(wanted.error()))));
  }
  if (const auto why = needs_restart(state_.model, *wanted)) {
    log_.write(Message::configuration_refused, "configuration", why->to_string());
    return done(std::unexpected(ApplyFailure(*why)));
  }
  if (text)
    if (const auto saved = ports_.configuration.save(*text); !saved) {
      log_.write(Message::configuration_refused, "configuration", saved.error().to_string());
      return done(std::unexpected(ApplyFailure(saved.error())));
    }
  const bool moved = !adopting_ && !torn_down_ && !wanted->is_hub() && paths_.leave_for(*wanted);
  after_leaving(moved, [this, wanted = std::move(*wanted), done = std::move(done)]() mutable {
    put_into_force(std::move(wanted), std::move(done));
  });
}

/// New before old: traffic leaves a path before its tunnel goes, and the hubs hear of it.
void Engine::after_leaving(bool moved, std::move_only_function<void()> then) {
  leaving_ = std::move(then);
  if (!moved) return finish_leaving();
  leaving_timer_->set(now() + kFarewell, [this] { finish_leaving(); });
}

void Engine::finish_leaving() {
  leaving_timer_->cancel();
  if (auto pending = std::exchange(leaving_, nullptr)) pending();
}

void Engine::put_into_force(Model wanted, Done<std::vector<std::string>, ApplyFailure> done) {
  auto changes = ports_.configuration.diff(state_.model, wanted);
  configure(std::move(wanted));
  reconcile();
  sync_ike();
  for (const auto& change : changes)
    log_.write(Message::configuration_applied, "configuration", change);
  if (observer_ != nullptr) observer_->configuration_applied(changes);
  after_ike([this, trouble = reconciler_.trouble(), changes = std::move(changes),
             done = std::move(done)]() mutable {
    if (!trouble) trouble = conditions_.find("charon");
    if (trouble) return done(std::unexpected(ApplyFailure(std::move(*trouble))));
    done(std::move(changes));
  });
}

/// Once charon has answered what it was given so far.
void Engine::after_ike(std::move_only_function<void()> then) {
  if (ike_loads_ == 0) return then();
  after_ike_.push_back(std::move(then));
}

void Engine::teardown(Done<std::vector<std::string>> done) {
  finish_leaving();
  torn_down_ = true;
  if (std::exchange(adopting_, false) && state_.model.is_hub()) returns_.listen();
  ike_dirty_ = false;
  loaded_ike_ = {};  // which is what apply() below gives it
  pokes_.clear();
  paths_.stop();
  forwarding_.stop();
  state_.routing.clear();
  auto removed = reconciler_.remove_everything(now());
  log_.write(Message::torn_down, state_.model.gateway.name,
             removed ? fmt::format("{} things", removed->size())
                     : "not all of it: " + removed.error().to_string());
  conditions_.raise("kaido", {Condition::torn_down, ""}, now());
  feed(TornDown{});
  announce_networks();
  judge_conditions();
  ports_.ike.apply({}, [removed = std::move(removed), done = std::move(done)](
                           const Result<std::vector<std::string>>& unloaded) mutable {
    // A charon that is not there has nothing loaded.
    if (removed && !unloaded && unloaded.error().condition != Condition::charon_absent)
      return done(std::unexpected(unloaded.error()));
    if (removed && unloaded)
      for (const auto& name : *unloaded) removed->push_back("unload connection " + name);
    done(std::move(removed));
  });
}

void Engine::teardown_offline(Done<std::vector<std::string>> done) {
  auto remembered = ports_.store.load();
  if (remembered) {
    reconciler_.remembered = std::move(*remembered);
  } else {  // the machine's own settings cannot be given back
    done = [error = remembered.error(),
            done = std::move(done)](Result<std::vector<std::string>> removed) mutable {
      if (removed) removed = std::unexpected(std::move(error));
      done(std::move(removed));
    };
  }
  // Charon's connections can only be unloaded once it answers, or is known to be absent.
  auto once = std::make_shared<Done<std::vector<std::string>>>(std::move(done));
  const auto go = [this, once] {
    if (*once) teardown(std::exchange(*once, nullptr));
  };
  ports_.ike.start([go](const IkeEvent& event) {
    if (std::holds_alternative<CharonUp>(event) || std::holds_alternative<CharonDown>(event)) go();
  });
  retry_timer_->set(now() + std::chrono::seconds(3), go);
}

void Engine::announce_many(std::size_t count) {
  std::map<std::string, std::size_t> states;
  for (const auto& tunnel : state_.tunnels) ++states[to_string(tunnel.state)];
  std::string text = fmt::format("{} tunnels changed; now", count);
  for (const auto& [name, number] : states) text += fmt::format(" {} {}", number, name);
  log_.write(Message::tunnels_changed, state_.model.gateway.name, std::move(text));
}

void Engine::announce(std::size_t index, bool log) {
  tunnel_reports_until_ = {};
  if (!log && observer_ == nullptr) return;
  // It waits for nothing but the look that is under way; see finish_adoption.
  if (adopting_ && std::holds_alternative<state::Waiting>(state_.tunnels.at(index).state)) return;
  const auto report = report_tunnel(state_, index, figures_, now());
  std::string text = report.state;
  if (report.reason) text += ": " + report.reason->to_string();
  if (log) log_.write(message_for(state_.tunnels.at(index)), report.name, std::move(text));
  if (observer_ != nullptr) observer_->tunnel_changed(report);
}

/// A site may move as often as it likes.
void Engine::log_move(Message message, const std::string& name, std::string text) {
  if (auto line = limit_.pass(message, name, std::move(text), now(), kMovesAMinute))
    log_.write(message, name, std::move(*line));
}

void Engine::announce_networks() {
  std::map<std::string, std::string> current;
  for (const auto& choice : choices(state_)) {
    const auto tunnel =
        choice.tunnel ? tunnel_name(state_, state_.tunnels[*choice.tunnel]) : std::string();
    const auto before = network_tunnels_.find(choice.name);
    const bool differs =
        before == network_tunnels_.end() ? !tunnel.empty() : before->second != tunnel;
    current.emplace(choice.name, tunnel);
    if (!differs) continue;
    // Of a network of ours Paths has said so, and why.
    const bool told = std::ranges::find(state_.model.networks, choice.name, &Network::name) !=
                      state_.model.networks.end();
    if (tunnel.empty()) {
      log_move(Message::network_unreachable, choice.name, "no tunnel is up");
    } else if (!told) {
      const auto why = returns_.why(choice.name);
      log_move(Message::network_moved, choice.name,
               "now by " + tunnel + (why.empty() ? "" : ": " + why));
    }
    if (observer_ == nullptr) continue;
    for (const auto& report : networks())
      if (report.name == choice.name) observer_->network_changed(report);
  }
  network_tunnels_ = std::move(current);
}

/// Conditions that follow from the state alone.
void Engine::judge_conditions() {
  if (adopting_) return;  // not yet known
  const auto& model = state_.model;
  const auto judge = [&](const std::string& subject, const std::optional<Error>& error) {
    if (!error) return conditions_.clear_all(subject);
    conditions_.raise(subject, *error, now());
    conditions_.clear_others(subject, error->condition);
  };
  for (std::size_t i = 0; i < model.uplinks.size(); ++i)
    judge("uplink " + model.uplinks[i].name, uplink_trouble(state_, i));
  judge("identity", certificate_trouble(model.identity, ports_.clock.wall_time()));
  const bool uses_ike = std::ranges::any_of(
      state_.tunnels, [](const Tunnel& tunnel) { return tunnel.transport == Transport::ikev2; });
  if (uses_ike && !state_.charon_up) {
    conditions_.raise("charon", {Condition::charon_absent, model.ike_socket}, now());
  } else {
    conditions_.clear("charon", Condition::charon_absent);
  }
  if (model.is_hub()) return;  // a site that is away is no trouble of the hub's
  for (const auto& network : model.networks) {
    const auto used = network_tunnels_.find(network.name);
    const bool reached = used != network_tunnels_.end() && !used->second.empty();
    judge("network " + network.name,
          reached || torn_down_
              ? std::nullopt
              : std::optional(Error{Condition::network_unreachable, network.name}));
  }
  judge_tunnels();
}

/// After whatever may have changed a tunnel.
void Engine::judge_tunnels() {
  if (adopting_) return;
  std::set<Condition> told;
  if (conditions_.find("ipsec")) told.insert(Condition::tunnel_no_answer);
  if (const auto charon = conditions_.find("charon")) told.insert(charon->condition);
  conditions_.hold_only("tunnel ", tunnel_troubles(state_, told), now());
}

}  // namespace kaido
