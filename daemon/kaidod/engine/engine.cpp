#include "engine/engine.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/addressing.hpp"
#include "core/desired/desired.hpp"
#include "core/failover/plan.hpp"
#include "core/overloaded.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;
using boost::system::error_code;

constexpr auto kGather = 10ms;  // notifications come in crowds
// Reconciling has a quarter of the strand, after a burst; never is it put off for longer than this.
constexpr int kReconcileShare = 4;
constexpr auto kReconcileBurst = 1s;
constexpr auto kLongestRest = 500ms;
constexpr auto kListing = 250ms;  // tunnels, too
constexpr auto kLevel = 60s;
constexpr auto kFirstLevel = 1s;   // after charon came
constexpr auto kSecondLevel = 2s;  // after that
constexpr auto kFirstLooks = 250ms;
constexpr auto kSettledLooks = 15s;
constexpr auto kHubLooks = 2s;
constexpr auto kImpatient = 5s;  // a tunnel that began this recently is looked at often
constexpr auto kAdoption = 2s;   // charon says what it has, or that it is not there, well before
constexpr std::size_t kListed = 200;  // more tunnels than this at once are one line of the log

}  // namespace

Engine::Engine(boost::asio::io_context& io, Ports ports)
    : io_(io),
      ports_(ports),
      log_(ports.log, ports.clock),
      reconciler_(ports.stack, ports.wireguard, ports.firewall, ports.store, log_, conditions_),
      forwarding_(ports.clock, ports.firewall, conditions_),
      paths_(io, ports.clock, ports.prober, ports.seals, log_, conditions_),
      returns_(ports.clock, ports.claims, ports.seals, log_, conditions_),
      started_(now()),
      reconcile_timer_(ports.clock.make_timer()),
      retry_timer_(ports.clock.make_timer()),
      deadline_timer_(ports.clock.make_timer()),
      look_timer_(ports.clock.make_timer()),
      level_timer_(ports.clock.make_timer()),
      leaving_timer_(ports.clock.make_timer()),
      list_timer_(ports.clock.make_timer()),
      figures_timer_(ports.clock.make_timer()) {
  state_.random.seed(static_cast<unsigned>(started_.time_since_epoch().count()) ^
                     static_cast<unsigned>(getpid()));
  log_.on_entry = [this](const LogEntry& entry) {
    if (observer_ != nullptr) observer_->logged(entry);
  };
  conditions_.on_change = [this](const ConditionReport& report, bool raised) {
    log_.write(raised ? Message::condition_raised : Message::condition_cleared, report.subject,
               raised ? report.error.to_string() : std::string(info(report.error.condition).cause));
    if (observer_ != nullptr) observer_->condition_changed(report, raised);
  };
}

void Engine::start(Model model) {
  paths_.on_use = [this](const std::string& network, std::optional<std::size_t> tunnel) {
    route(network, {.tunnel = tunnel});
  };
  paths_.on_repair = [this](std::size_t tunnel, std::uint32_t attempt) {
    feed(TunnelDead{.index = tunnel, .attempt = attempt});
  };
  paths_.on_sizes = [this] {
    const auto before = std::exchange(state_.sizes, paths_.sizes());
    if (state_.sizes != before) reconcile_soon();
  };
  paths_.on_changed = [this](std::size_t path) {
    if (observer_ != nullptr) observer_->path_changed(paths_.report(state_, path));
  };
  returns_.on_route = [this](const std::string& site, const Routing& routing) {
    route(site, routing);
  };
  returns_.on_first = [this] {
    state_.measured = true;
    reconcile_soon();
  };
  if (auto remembered = ports_.store.load()) {
    reconciler_.remembered = std::move(*remembered);
  } else {
    conditions_.raise("store", remembered.error(), now());
  }
  new_epoch();
  log_.write(Message::started, model.gateway.name,
             fmt::format("kaidod {} as {}", KAIDO_VERSION, to_string(model.gateway.role)));
  if (ports_.no_prober) conditions_.raise("probing", *ports_.no_prober, now());
  adopting_ = true;
  state_.uplinks = reconciler_.recall(model);
  configure(std::move(model));
  adopt();
  const auto listen = [this](int fd, auto& descriptor, auto on_ready) {
    if (fd < 0) return;
    descriptor.emplace(io_, dup(fd));
    watch(*descriptor, on_ready);
  };
  listen(ports_.stack.notification_fd(), stack_events_, [this] {
    if (ports_.stack.drain_notifications()) reconcile_soon();
  });
  listen(ports_.firewall.notification_fd(), firewall_events_, [this] {
    const auto changed = ports_.firewall.drain_notifications();
    if (changed.others && !torn_down_) forwarding_.tables_changed();
    if (!changed.ours) return;
    firewall_dirty_ = true;
    reconcile_soon();
  });
  forwarding_.tables_changed();
  arm_level(kLevel);
}

/// Learns which tunnels are up before anything is written: a route that is taken away because its
/// tunnel is not yet known to be up would be an outage at every restart.
void Engine::adopt() {
  const auto observed = reconciler_.read(state_, now());
  if (!observed) {
    retry_timer_->set(now() + 1s, [this] {
      if (adopting_) adopt();
    });
    return;
  }
  for (const auto& name : wireguard_devices(state_))
    if (const auto device = ports_.wireguard.read(name))
      feed(WireGuardObserved{&*device, ports_.clock.wall_time()});
  feed(UplinksObserved{observe_uplinks(state_.model, *observed, state_.uplinks),
                       observe_surroundings(state_.model, *observed)});
  guard();  // charon gets its connections next
  if (state_.model.is_hub()) {
    returns_.start(adopted_routing(state_, *observed));
  } else {
    adopted_ = adopted_choices(state_, *observed);
  }
  ports_.ike.start([this](const IkeEvent& event) { on_ike(event); });
  retry_timer_->set(now() + kAdoption, [this] { finish_adoption(); });
}

void Engine::finish_adoption() {
  if (!std::exchange(adopting_, false)) return;
  retry_timer_->cancel();
  if (!state_.model.is_hub()) {
    state_.measured = true;
    paths_.plan(state_, std::exchange(adopted_, {}));
    paths_.follow(state_);
  }
  std::vector<std::size_t> waiting;
  for (std::size_t i = 0; i < state_.tunnels.size(); ++i)
    if (std::holds_alternative<state::Waiting>(state_.tunnels[i].state)) waiting.push_back(i);
  for (const auto index : waiting) announce(index, waiting.size() <= kListed);
  reconcile();
  if (state_.model.is_hub()) returns_.listen();
}

void Engine::stop() {
  log_.write(Message::stopped, state_.model.gateway.name, "tunnels, routes and firewall stay");
}

void Engine::bus_changed(bool up, const std::string& why) {
  if (up) return conditions_.clear_all("bus");
  conditions_.raise("bus", {Condition::bus_absent, why}, now());
}

void Engine::watch(boost::asio::posix::stream_descriptor& descriptor, std::function<void()> ready) {
  descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                        [this, &descriptor, ready = std::move(ready)](error_code error) {
                          if (error) return;
                          ready();
                          watch(descriptor, ready);
                        });
}

void Engine::configure(Model model) {
  torn_down_ = false;
  tunnel_reports_until_ = {};
  conditions_.clear_all("kaido");
  for (const auto& uplink : state_.model.uplinks)
    if (std::ranges::find(model.uplinks, uplink.name, &Uplink::name) == model.uplinks.end())
      conditions_.clear_all("uplink " + uplink.name);
  for (const auto& network : state_.model.networks)
    if (std::ranges::find(model.networks, network.name, &Network::name) == model.networks.end())
      conditions_.clear_all("network " + network.name);
  wireguard_dirty_ = firewall_dirty_ = ike_dirty_ = true;
  feed(Configured{std::move(model), reconciler_.remembered.disabled});
  if (!state_.model.is_hub() && !adopting_) state_.sizes = paths_.sizes();
  malloc_trim(0);
}

void Engine::feed(const Event& event) {
  const auto actions = step(state_, event, now());
  judge_log();
  if (state_.model.is_hub() && std::holds_alternative<Configured>(event)) returns_.follow(state_);
  run(actions);
  if (!adopting_ && !torn_down_ && !state_.model.is_hub()) {
    // Nothing else changes what there is to measure; most events only tell how a tunnel is.
    if (std::holds_alternative<Configured>(event) || std::holds_alternative<UplinksObserved>(event))
      paths_.plan(state_);
    paths_.follow(state_);
  }
  if (!actions.empty() || std::holds_alternative<Tick>(event)) judge_tunnels();
  arm_deadline();
}

void Engine::new_epoch() {
  auto& epoch = reconciler_.remembered.epoch;
  epoch = std::max(epoch + 1,
                   static_cast<std::uint64_t>(std::max<std::int64_t>(0, ports_.clock.wall_time())));
  reconciler_.save(now());
  paths_.set_epoch(epoch);
}

/// A decision takes effect here, by one nexthop for each family; what else follows from it (table
/// 210, routes that were not there) is left to the reconciliation.
void Engine::route(const std::string& choice, const Routing& routing) {
  const auto before = std::exchange(state_.routing[choice], routing);
  if (adopting_ || torn_down_) return;
  if (before.tunnel && routing.tunnel && before.tunnel != routing.tunnel)
    reconciler_.switch_nexthops(state_, choice, now());
  reconcile_soon();
}

void Engine::run(const Actions& actions) {
  const auto changed = static_cast<std::size_t>(std::ranges::count_if(
      actions, [](const Action& action) { return std::holds_alternative<TunnelChanged>(action); }));
  if (changed > kListed) announce_many(changed);
  if (std::ranges::any_of(actions, [](const Action& action) {
        return std::holds_alternative<InitiateIke>(action);
      })) {
    ike_dirty_ = true;  // what was unloaded behind our back is needed now
    sync_ike();
  }
  for (const auto& action : actions)
    std::visit(
        overloaded{
            [this](const InitiateIke& initiate) {
              ports_.ike.initiate(initiate.connection, [this, name = initiate.connection](
                                                           const Result<void>& taken) {
                feed(IkeInitiated{name, taken ? std::nullopt : std::optional(taken.error())});
              });
            },
            [this](const RekeyIke& rekey) {
              ports_.ike.rekey(rekey.unique_id, rekey.connection, [](const Result<void>&) {});
            },
            [this](const TunnelRepaired& repair) {
              log_.write(Message::path_repaired,
                         tunnel_name(state_, state_.tunnels.at(repair.index)),
                         describe(repair.how));
            },
            [this](const TerminateIke& terminate) {
              ports_.ike.terminate(terminate.unique_id, [](const Result<void>&) {});
            },
            [this](const PokeWireGuard& poke) {
              pokes_.insert(poke.device);
              reconcile_soon();
            },
            [this](const RenewPeer& renewal) {
              renewals_[renewal.device].push_back(renewal.peer);
              reconcile_soon();
            },
            [&](const TunnelChanged& tunnel) {
              announce(tunnel.index, changed <= kListed);
              if (state_.model.is_hub()) returns_.tunnel_changed(state_.tunnels.at(tunnel.index));
            },
            [this](const Reconcile&) {
              wireguard_dirty_ = true;
              reconcile_soon();
            },
        },
        action);
  if (!actions.empty()) arm_look();
}

void Engine::on_ike(const IkeEvent& event) {
  std::visit(overloaded{
                 [this](const CharonUp& up) {
                   log_.write(Message::charon_up, "charon", up.version);
                   charon_came_ = now();
                   ike_dirty_ = log_wanted_ = true;
                   sync_ike();
                   list_sas();
                   // strongswan.service goes on to load what the admin's files say, and by that
                   // unloads all else.
                   arm_level(kFirstLevel);
                 },
                 [this](const CharonTouched&) {
                   ike_dirty_ = true;
                   sync_ike();
                 },
                 [this](const CharonDown& down) {
                   log_.write(Message::charon_down, "charon", down.reason);
                   figures_.sas.clear();
                 },
                 [this](const ChildSaUp&) { list_soon(); },
                 [](const auto&) {},
             },
             event);
  feed(event);
  judge_conditions();
  if (std::holds_alternative<CharonDown>(event)) finish_adoption();
}

void Engine::on_ike_listed(const Result<std::vector<IkeSa>>& sas) {
  if (!sas) return;  // charon went again; CharonUp will come
  figures_.sas.clear();
  for (const auto& sa : *sas) figures_.sas[sa.connection] = sa;
  if (!state_.charon_up) {
    feed(IkeListed{*sas});
    judge_conditions();
    finish_adoption();
  }
}

/// charon's log tells why a tunnel does not come up; once all are up it only wakes us.
void Engine::judge_log() {
  const bool wanted = std::ranges::any_of(state_.tunnels, [](const Tunnel& tunnel) {
    return tunnel.transport == Transport::ikev2 && !tunnel.up() &&
           !std::holds_alternative<state::Disabled>(tunnel.state);
  });
  if (!state_.charon_up || wanted == log_wanted_) return;
  log_wanted_ = wanted;
  ports_.ike.listen_to_log(wanted, [](const Result<void>&) {});
}

void Engine::sync_ike() {
  if (state_.unguarded && !torn_down_) return;
  auto desired = torn_down_ ? IkeDesired{} : desired_ike(state_);
  if (!std::exchange(ike_dirty_, false) && desired == loaded_ike_) return;
  loaded_ike_ = desired;
  ++ike_loads_;
  ports_.ike.apply(std::move(desired), [this](const Result<std::vector<std::string>>& loaded) {
    on_ike_loaded(loaded);
    if (--ike_loads_ > 0) return;
    for (auto& then : std::exchange(after_ike_, {})) then();
  });
}

void Engine::on_ike_loaded(const Result<std::vector<std::string>>& loaded) {
  if (loaded) {
    if (!loaded->empty())
      log_.write(Message::ike_loaded, "charon", fmt::format("{} connections", loaded->size()));
    ike_refusal_.clear();
    return conditions_.clear(std::string("charon"), Condition::charon_refused);
  }
  if (loaded.error().condition == Condition::charon_absent) return;
  if (ike_refusal_ != loaded.error().detail)
    log_.write(Message::ike_refused, "charon", loaded.error().detail);
  ike_refusal_ = loaded.error().detail;
  conditions_.raise("charon", loaded.error(), now());
}

void Engine::reconcile_soon() {
  if (reconcile_pending_ || torn_down_ || adopting_) return;
  reconcile_pending_ = true;
  // Others can make us do this. What is urgent of it was written already.
  const auto at = std::min<Instant>(reconcile_paid_ - kReconcileBurst, now() + kLongestRest);
  reconcile_timer_->set(std::max<Instant>(now() + kGather, at), [this] { reconcile(); });
}

void Engine::reconcile() {
  if (torn_down_ || adopting_) return;
  const auto begin = now();
  const auto observed = reconciler_.read(state_, begin);
  if (!observed) {
    reconcile_pending_ = false;
    return retry_later();
  }
  feed(UplinksObserved{observe_uplinks(state_.model, *observed, state_.uplinks),
                       observe_surroundings(state_.model, *observed)});
  const bool guarded = guard();
  // What was asked for until here is done by this run.
  reconcile_pending_ = false;
  reconcile_timer_->cancel();
  if (guarded) write(*observed);
  announce_networks();
  judge_conditions();
  reconcile_paid_ = std::max(reconcile_paid_, begin) + (now() - begin) * kReconcileShare;
  if (reconciler_.trouble()) return retry_later();
  retries_ = 0;
}

/// The firewall keeps sites from speaking for each other: it is there before the first tunnel is.
/// What it does not know it drops, so that a later refusal opens nothing.
bool Engine::guard() {
  const auto refusal = reconciler_.firewall(state_, std::exchange(firewall_dirty_, false), now());
  const auto unguarded = reconciler_.guarded() ? std::nullopt : refusal;
  if (state_.unguarded != unguarded) feed(Guarded{unguarded});
  return !unguarded;
}

void Engine::write(const KernelState& observed) {
  if (reconciler_.kernel(state_, observed, now())) wireguard_dirty_ = true;
  for (const auto& [device, peers] : std::exchange(renewals_, {})) {
    reconciler_.remove_peers(device, peers);
    wireguard_dirty_ = true;  // they come back
  }
  if (wireguard_dirty_) look_at_wireguard(true);
  if (!pokes_.empty()) reconciler_.poke(state_, std::exchange(pokes_, {}));
  if (state_.charon_up) sync_ike();
}

void Engine::retry_later() {
  const auto delay = std::min<Duration>(1s * (1U << std::min(retries_++, 5U)), 30s);
  retry_timer_->set(now() + delay, [this] {
    wireguard_dirty_ = firewall_dirty_ = true;
    reconcile();
  });
}

void Engine::look_at_wireguard(bool correct, bool keep_figures) {
  const auto begin = now();
  if (correct) wireguard_dirty_ = false;
  const auto wall = ports_.clock.wall_time();
  std::vector<ObservedWireGuardDevice> all;
  reconciler_.wireguard(state_, correct, begin,
                        [&](const ObservedWireGuardDevice& device) { all.push_back(device); });
  for (const auto& device : all) {
    feed(WireGuardObserved{&device, wall});
    if (keep_figures)
      for (const auto& peer : device.peers)
        figures_.peers.insert_or_assign({device.name, peer.peer.public_key}, peer);
  }
  look_cost_ = now() - begin;
  arm_look();
}

Duration Engine::look_interval() const {
  // Never more than a fiftieth of the time, however many peers there are.
  const auto floor = std::min<Duration>(look_cost_ * 50, kSettledLooks);
  if (state_.model.is_hub()) return std::max<Duration>(floor, kHubLooks);
  Duration wanted = kSettledLooks;
  for (const auto& tunnel : state_.tunnels) {
    if (tunnel.transport != Transport::wireguard || tunnel.up()) continue;
    if (!std::holds_alternative<state::Connecting>(tunnel.state)) continue;
    const bool fresh = now() - tunnel.since < kImpatient;
    wanted = std::min<Duration>(wanted, fresh ? Duration(kFirstLooks) : Duration(kHubLooks));
  }
  return std::max(floor, wanted);
}

void Engine::arm_look() {
  const auto interval = look_interval();
  const auto at = interval < kSettledLooks ? now() + interval : beat(now() + interval);
  // Do not push an earlier look away again and again.
  if (const auto due = look_timer_->due(); due && *due <= at) return;
  look_timer_->set(at, [this] {
    if (torn_down_) return;
    look_at_wireguard(false);
  });
}

void Engine::arm_level(Duration after) {
  level_timer_->set(after < kLevel ? now() + after : beat(now() + after), [this] {
    wireguard_dirty_ = firewall_dirty_ = ike_dirty_ = true;
    reconcile();
    refresh_sas();
    if (!torn_down_) forwarding_.look();
    malloc_trim(0);  // a hub's desired and observed states are large, and are gone again
    arm_level(now() - charon_came_ < kSecondLevel ? kSecondLevel : kLevel);
  });
}

/// The level below charon's events, and its counters.
void Engine::refresh_sas() {
  if (state_.charon_up) list_sas();
}

/// A thousand tunnels that come up together need no thousand lists.
void Engine::list_soon() {
  if (list_timer_->due()) return;
  list_timer_->set(now() + kListing, [this] { refresh_sas(); });
}

/// One at a time.
void Engine::list_sas() {
  if (listing_) {
    list_again_ = true;
    return;
  }
  listing_ = true;
  ports_.ike.list([this](const auto& sas) {
    listing_ = false;
    on_ike_listed(sas);
    if (std::exchange(list_again_, false)) list_sas();
  });
}

void Engine::arm_deadline() {
  const auto at = next_deadline(state_);
  if (at == deadline_) return;
  deadline_ = at;
  deadline_timer_->cancel();
  if (!at) return;
  deadline_timer_->set(*at, [this] {
    deadline_.reset();
    feed(Tick{});
  });
}

}  // namespace kaido
