#include "engine/engine.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include "core/role.hpp"
#include "engine/requests.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;

constexpr auto kAdoption = 2s;  // charon says what it has, or that it is not there, well before

}  // namespace

Engine::Engine(boost::asio::io_context& io, const Ports& ports)
    : io_(io),
      ports_(ports),
      log_(ports.log, ports.clock),
      notebook_(ports.store, ports.clock, conditions_),
      announcer_(ports.clock, board_, log_, conditions_),
      judge_(ports.clock, board_, conditions_),
      forwarding_(ports.clock, ports.firewall, conditions_),
      tunnels_(ports, board_, board_.tunnels, log_, conditions_, *this),
      applier_(io, ports_, board_, board_.uplinks, board_.surroundings, life_, notebook_, log_,
               conditions_, *this),
      farewell_(ports.clock),
      people_(ports.clock, ports.workers, ports.people, board_, conditions_),
      sessions_(ports.clock, ports.store, board_, board_.admissions, people_, log_, *this),
      charon_age_(ports.clock, ports.workers, ports.packages, board_, conditions_),
      adoption_timer_(ports.clock.make_timer()),
      requests_(std::make_unique<Requests>(*this)) {
  people_.on_opened = [this](const Admitted& admitted) { sessions_.opened(admitted); };
  people_.on_changed = [this] { sessions_.look(); };
  board_.tunnels.random.seed(static_cast<unsigned>(ports.clock.now().time_since_epoch().count()) ^
                             static_cast<unsigned>(getpid()));
}

Engine::~Engine() = default;

void Engine::start(LoadedConfiguration loaded) {
  const auto& model = loaded.model;
  [[maybe_unused]] const auto known = notebook_.load();  // its condition says why not
  log_.write(Message::started, model.gateway.name,
             fmt::format("kaidod {} as {}", KAIDO_VERSION, to_string(model.gateway.role)));
  if (ports_.no_prober) conditions_.raise("probing", *ports_.no_prober, ports_.clock.now());
  routes_ = make_route_runner(model, notebook_.new_epoch());
  board_.uplinks = notebook_.recall_uplinks(model);
  configure(std::move(loaded));
  adopt();
  applier_.listen([this] { forwarding_.tables_changed(); });
  forwarding_.tables_changed();
}

std::unique_ptr<RouteRunner> Engine::make_route_runner(const Model& model, std::uint64_t epoch) {
  Paths::Listener& of_paths = *this;
  Returns::Listener& of_returns = *this;
  std::unique_ptr<RouteRunner> runner;
  by_role(
      model,
      [&] {
        runner = std::make_unique<Paths>(io_, ports_, board_, board_.routes, epoch, log_,
                                         conditions_, of_paths);
      },
      [&] {
        runner =
            std::make_unique<Returns>(ports_, board_, board_.routes, log_, conditions_, of_returns);
      });
  return runner;
}

/// Learns which tunnels are up before anything is written: a route that is taken away because its
/// tunnel is not yet known to be up would be an outage at every restart.
void Engine::adopt() {
  const auto observed = applier_.adopt([this] { tunnels_.look(); });
  if (!observed) {
    adoption_timer_->set(ports_.clock.now() + 1s, [this] {
      if (life_ == Life::adopting) adopt();
    });
    return;
  }
  routes_->adopt(*observed);
  tunnels_.start();
  adoption_timer_->set(ports_.clock.now() + kAdoption, [this] { finish_adoption(); });
}

void Engine::finish_adoption() {
  if (life_ != Life::adopting) return;
  life_ = Life::running;
  adoption_timer_->cancel();
  tunnels_.begin_judging();
  routes_->begin();
  announce_waiting();
  applier_.apply();
  routes_->begin_listening();
}

/// What was held back by tunnels_changed() meanwhile.
void Engine::announce_waiting() {
  std::vector<TunnelChanged> waiting;
  for (std::size_t i = 0; i < board_.tunnels.size(); ++i)
    if (std::holds_alternative<state::Waiting>(board_.tunnels[i].state)) waiting.push_back({i});
  announcer_.tunnels(waiting, tunnels_.figures(), false);
}

void Engine::stop() {
  log_.write(Message::stopped, board_.model.gateway.name, "tunnels, routes and firewall stay");
}

void Engine::bus_changed(bool up, const std::string& why) {
  if (up) return conditions_.clear_all("bus");
  conditions_.raise("bus", {Condition::bus_absent, why}, ports_.clock.now());
}

void Engine::configure(LoadedConfiguration loaded) {
  const bool again =
      std::exchange(life_, life_ == Life::torn_down ? Life::running : life_) == Life::torn_down;
  conditions_.clear_all("kaido");
  judge_.forget_all_but(loaded.model);
  applier_.doubt_everything();
  board_.model = std::move(loaded.model);
  board_.identities = std::move(loaded.identities);
  board_.uplinks = in_order(board_.model, board_.uplinks);
  tunnels_.feed(Configured{notebook_.disabled()});
  people_.configured();
  sessions_.configured();
  charon_age_.judge();
  open_door();
  if (again) {
    routes_->begin();
    routes_->begin_listening();
  }
  malloc_trim(0);
}

/// kaido-portal is looked for only where people may come.
void Engine::open_door() {
  if (door_ || !board_.model.people || ports_.portal == nullptr) return;
  door_ = std::make_unique<PortalDoor>(ports_.clock, *ports_.portal, people_, board_, [this] {
    const auto& key = board_.identities.hub_key;
    return key ? ports_.configuration.public_key(*key) : std::string();
  });
  door_->start();
}

Controls Engine::controls() { return requests_->controls(); }

void Engine::judge() {
  if (life_ == Life::adopting) return;  // not yet known
  judge_.judge();
  tunnels_.judge();
}

// ---- who tells whom

void Engine::tunnels_renumbered(const std::vector<std::string>& names) {
  requests_->forget_reports();
  routes_->configured(names);
}

void Engine::tunnels_changed(const std::vector<TunnelChanged>& changes) {
  if (!changes.empty()) requests_->forget_reports();
  announcer_.tunnels(changes, tunnels_.figures(), life_ == Life::adopting);
  if (!routes_) return;
  routes_->follow(changes);
  for (const auto& change : changes)
    if (change.came_or_went && board_.tunnels.at(change.index).listens)
      site_chosen(board_.tunnels.at(change.index).site_index);
}

void Engine::network_chosen(const std::string& network, bool moved) {
  if (life_ != Life::running) return;
  if (moved) applier_.move_network(network);
  applier_.apply_soon();
}

void Engine::uplinks_observed() {
  routes_->uplinks_changed();
  tunnels_.feed(UplinksChanged{});
}

void Engine::wireguard_seen(const ObservedWireGuardDevice& device) {
  tunnels_.feed(WireGuardObserved{&device, ports_.clock.wall_time()});
}

void Engine::applied() {
  announcer_.routes(*routes_);
  judge();
}

void Engine::level() {
  tunnels_.refresh();
  if (life_ != Life::torn_down) forwarding_.look();
}

}  // namespace kaido
