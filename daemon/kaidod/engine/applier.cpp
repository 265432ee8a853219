#include "engine/applier.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "core/addressing.hpp"
#include "core/desired/people.hpp"
#include "core/failover/beat.hpp"
#include "core/role.hpp"
#include "core/tunnels/connections.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;
using boost::system::error_code;

constexpr auto kGather = 10ms;  // notifications come in crowds
constexpr auto kLevel = 60s;
constexpr auto kFirstLevel = 1s;   // after charon came
constexpr auto kSecondLevel = 2s;  // after that

}  // namespace

Applier::Applier(boost::asio::io_context& io, const Ports& ports, const Board& board,
                 std::vector<ObservedUplink>& uplinks, Surroundings& surroundings, const Life& life,
                 Notebook& notebook, Log& log, Conditions& conditions, Listener& listener)
    : io_(io),
      clock_(ports.clock),
      stack_(ports.stack),
      firewall_port_(ports.firewall),
      board_(board),
      uplinks_(uplinks),
      surroundings_(surroundings),
      life_(life),
      notebook_(notebook),
      listener_(listener),
      troubles_(ports.clock, conditions),
      wireguard_(ports.wireguard, log, troubles_),
      kernel_(ports.clock, ports.stack, wireguard_, notebook, log, troubles_),
      firewall_(ports.clock, ports.firewall, ports.store, log, troubles_),
      ike_(ports.clock, ports.ike, log, conditions),
      mover_(
          ports.clock, board, kernel_,
          [this](const NetworkRoute& route) { listener_.site_moved(route); },
          [this] { apply_soon(); }),
      inspection_(ports.workers, ports.stack, ports.wireguard, board,
                  [this](bool deviates) {
                    if (deviates) compare_all();
                  }),
      timer_(ports.clock.make_timer()),
      retry_timer_(ports.clock.make_timer()),
      level_timer_(ports.clock.make_timer()) {}

void Applier::listen(std::function<void()> tables) {
  tables_ = std::move(tables);
  const auto hear = [this](int fd, auto& descriptor, auto on_ready) {
    if (fd < 0) return;
    descriptor.emplace(io_, dup(fd));
    watch(*descriptor, on_ready);
  };
  hear(stack_.notification_fd(), stack_events_, [this] {
    if (stack_.drain_notifications()) apply_soon();
  });
  hear(firewall_port_.notification_fd(), firewall_events_, [this] {
    const auto changed = firewall_port_.drain_notifications();
    if (changed.others && life_ != Life::torn_down) tables_();
    if (!changed.ours) return;
    firewall_.recheck();
    apply_soon();
  });
  arm_level(kLevel);
}

void Applier::watch(boost::asio::posix::stream_descriptor& descriptor,
                    std::function<void()> ready) {
  descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                        [this, &descriptor, ready = std::move(ready)](error_code error) {
                          if (error) return;
                          ready();
                          watch(descriptor, ready);
                        });
}

std::optional<KernelState> Applier::adopt(const std::function<void()>& look) {
  troubles_.begin_run();
  auto observed = kernel_.read(board_);
  if (!observed) return std::nullopt;
  look();
  observe(*observed);
  guard();  // charon gets its connections next
  return observed;
}

void Applier::doubt_everything() {
  wireguard_dirty_ = true;
  firewall_.recheck();
  ike_.recheck();
  mover_.forget();
}

void Applier::tunnel_needs_changed() {
  wireguard_dirty_ = true;
  apply_soon();
}

void Applier::apply_soon() {
  if (pending_ || life_ != Life::running) return;
  pending_ = true;
  // Others can make us do this. What is urgent of it was written already.
  const auto now = clock_.now();
  timer_->set(std::max<Instant>(now + kGather, pace_.next(now)), [this] { apply(); });
}

void Applier::apply() {
  if (life_ != Life::running) return;
  const auto begin = clock_.now();
  troubles_.begin_run();
  const auto observed = kernel_.read(board_);
  if (!observed) {
    pending_ = false;
    return retry_later();
  }
  observe(*observed);
  const bool guarded = guard();
  // What was asked for until here is done by this run.
  pending_ = false;
  timer_->cancel();
  if (guarded) write(*observed);
  listener_.applied();
  pace_.spend(begin, clock_.now());
  if (trouble()) return retry_later();
  retries_ = 0;
}

void Applier::observe(const KernelState& observed) {
  auto uplinks = observe_uplinks(board_.model, observed, uplinks_);
  auto surroundings = observe_surroundings(board_.model, observed);
  if (uplinks == uplinks_ && surroundings == surroundings_) return;
  uplinks_ = std::move(uplinks);
  surroundings_ = std::move(surroundings);
  listener_.uplinks_observed();
}

/// The firewall keeps sites from speaking for each other: it is there before the first tunnel is.
/// What it does not know it drops, so that a later refusal opens nothing.
bool Applier::guard() {
  const auto refusal = firewall_.write(board_);
  const auto unguarded = firewall_.guarded() ? std::nullopt : refusal;
  if (board_.tunnels.unguarded != unguarded) listener_.guarded(unguarded);
  return !unguarded;
}

void Applier::write(const KernelState& observed) {
  if (kernel_.write(board_, observed)) wireguard_dirty_ = true;
  by_role(board_.model, [] {}, [this] { mover_.written(network_routes(board_)); });
  for (const auto& [device, peers] : std::exchange(renewals_, {})) {
    wireguard_.remove_peers(device, peers);
    wireguard_dirty_ = true;  // they come back
  }
  if (std::exchange(wireguard_dirty_, false))
    wireguard_.write(board_, [this](const auto& device) { listener_.wireguard_seen(device); });
  if (!pokes_.empty()) wireguard_.poke(board_, std::exchange(pokes_, {}));
  if (board_.tunnels.charon_up) ike_.write(board_);
}

void Applier::move_network(const std::string& name) {
  for (const auto& route : network_routes(board_)) {
    if (route.name != name) continue;
    if (const auto changes = nexthop_changes(board_, route); !changes.empty())
      kernel_.apply(changes);
  }
}

/// What the kernel does not take now the next comparison writes.
void Applier::admit(const std::vector<WireGuardPeer>& peers) {
  if (life_ != Life::running || !wireguard_.add_peers(kPeopleDevice, peers)) tunnel_needs_changed();
}

void Applier::withdraw(const std::vector<WireGuardKey>& peers) {
  if (life_ != Life::running || !wireguard_.remove_peers(kPeopleDevice, peers))
    tunnel_needs_changed();
}

void Applier::change_connections(const session::IkeAdmissions& come,
                                 const session::IkeAdmissions& gone) {
  if (!ikev2_for_people(board_.model)) return;
  if (life_ != Life::running) return apply_soon();
  std::vector<KernelChange> changes;
  std::vector<IkeConnection> connections;
  std::vector<std::string> names;
  // First who goes: a device that was added anew has the address of before.
  for (const auto& [name, admission] : gone) {
    for (const auto& route : ways_to(board_.model, admission))
      changes.emplace_back(DeleteRoute{route});
    for (const auto& connection : person_connections(board_, name, admission))
      names.push_back(connection.name);
  }
  for (const auto& [name, admission] : come) {
    for (const auto& route : ways_to(board_.model, admission))
      changes.emplace_back(ReplaceRoute{route});
    std::ranges::move(person_connections(board_, name, admission), std::back_inserter(connections));
  }
  ike_.change(board_, std::move(connections), std::move(names));
  if (!changes.empty() && !kernel_.apply(changes).empty()) apply_soon();
}

void Applier::write_connections(bool recheck) {
  if (recheck) ike_.recheck();
  ike_.write(board_);
}

void Applier::charon_came() {
  charon_came_ = clock_.now();
  write_connections(true);
  // strongswan.service goes on to load what the admin's files say, and by that unloads all else.
  arm_level(kFirstLevel);
}

void Applier::poke(const std::string& device) {
  pokes_.insert(device);
  apply_soon();
}

void Applier::renew(const std::string& device, const WireGuardKey& peer) {
  renewals_[device].push_back(peer);
  apply_soon();
}

void Applier::retry_later() {
  const auto delay = std::min<Duration>(1s * (1U << std::min(retries_++, 5U)), 30s);
  retry_timer_->set(clock_.now() + delay, [this] {
    wireguard_dirty_ = true;
    firewall_.recheck();
    apply();
  });
}

void Applier::arm_level(Duration after) {
  const auto at = clock_.now() + after;
  level_timer_->set(after < kLevel ? at : beat(at), [this] {
    by_role(board_.model, [this] { compare_all(); }, [this] { inspect(); });
    listener_.level();
    arm_level(clock_.now() - charon_came_ < kSecondLevel ? kSecondLevel : kLevel);
  });
}

void Applier::compare_all() {
  doubt_everything();
  apply();
  malloc_trim(0);  // a hub's desired and observed states are large, and are gone again
}

/// Kernel and WireGuard are a worker's. charon answers later anyhow, and the firewall is compared
/// only when somebody has changed a table: what it should be changes by apply() alone.
void Applier::inspect() {
  if (life_ != Life::running) return;
  if (!firewall_.is_untouched()) {
    firewall_.recheck();
    guard();
  }
  if (!firewall_.guarded() || trouble()) return compare_all();
  if (board_.tunnels.charon_up) write_connections(true);
  inspection_.begin(kernel_.scope(board_));
}

std::optional<Error> Applier::trouble() const {
  return troubles_.first() ? troubles_.first() : notebook_.trouble();
}

Result<std::vector<std::string>> Applier::remove_everything() {
  troubles_.begin_run();
  pokes_.clear();
  mover_.forget();
  auto removed = kernel_.remove_everything();
  if (!removed) return std::unexpected(removed.error());
  notebook_.forget_uplinks();
  // The table stays for as long as a tunnel's device does.
  if (!removed->tunnels_left && firewall_.remove())
    removed->lines.emplace_back("remove table inet kaido");
  notebook_.save();
  if (const auto error = trouble()) return std::unexpected(*error);
  return std::move(removed->lines);
}

}  // namespace kaido
