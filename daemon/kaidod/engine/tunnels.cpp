#include "engine/tunnels.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "core/overloaded.hpp"
#include "core/tunnels/trouble.hpp"

namespace kaido {
namespace {

constexpr auto kFresh = std::chrono::seconds(1);  // figures of peers that were asked for

template <typename A>
bool has(const Actions& actions) {
  return std::ranges::any_of(
      actions, [](const Action& action) { return std::holds_alternative<A>(action); });
}

}  // namespace

Tunnels::Tunnels(const Ports& ports, const Board& board, TunnelStates& own, Log& log,
                 Conditions& conditions, Listener& listener)
    : clock_(ports.clock),
      ike_(ports.ike),
      board_(board),
      own_(own),
      log_(log),
      conditions_(conditions),
      listener_(listener),
      charon_(ports.clock, ports.ike, own, [this](const auto& sas) { on_listed(sas); }),
      handshakes_(ports.clock, ports.workers, ports.wireguard, board,
                  [this](const WireGuardObserved& seen) { feed(seen); }),
      deadline_timer_(ports.clock.make_timer()),
      figures_timer_(ports.clock.make_timer()) {}

void Tunnels::start() {
  ike_.start([this](const IkeEvent& event) { on_ike(event); });
}

void Tunnels::feed(const Event& event) {
  std::vector<std::string> names;
  const bool configured = std::holds_alternative<Configured>(event);
  if (configured) names = names_of(own_);
  const auto actions = step(own_, board_, event, clock_.now());
  if (configured) listener_.tunnels_renumbered(names);
  charon_.judge_log();
  if (const auto* observed = std::get_if<WireGuardObserved>(&event))
    keep_figures(*observed->device);
  carry_out(actions);
  if (!actions.empty() || std::holds_alternative<Tick>(event)) judge();
  arm();
}

void Tunnels::carry_out(const Actions& actions) {
  std::vector<TunnelChanged> changes;
  if (has<InitiateIke>(actions)) listener_.connections_needed();
  for (const auto& action : actions)
    std::visit(
        overloaded{
            [this](const InitiateIke& order) { initiate(order.connection); },
            [this](const RekeyIke& order) {
              ike_.rekey(order.unique_id, order.connection, [](const Result<void>&) {});
            },
            [this](const TerminateIke& order) {
              ike_.terminate(order.unique_id, [](const Result<void>&) {});
            },
            [this](const TunnelRepaired& repair) {
              log_.write(Message::path_repaired, own_.at(repair.index).name, describe(repair.how));
            },
            [this](const PokeWireGuard& poke) { listener_.handshake_needed(poke.device); },
            [this](const RenewPeer& peer) { listener_.peer_to_renew(peer.device, peer.peer); },
            [&](const TunnelChanged& changed) { changes.push_back(changed); },
            [this](const Reconcile&) { listener_.tunnel_needs_changed(); },
        },
        action);
  if (!actions.empty()) handshakes_.arm();
  listener_.tunnels_changed(changes);
}

void Tunnels::initiate(const std::string& connection) {
  ike_.initiate(connection, [this, connection](const Result<void>& taken) {
    feed(IkeInitiated{connection, taken ? std::nullopt : std::optional(taken.error())});
  });
}

void Tunnels::on_ike(const IkeEvent& event) {
  std::visit(overloaded{
                 [this](const CharonUp& up) {
                   log_.write(Message::charon_up, "charon", up.version);
                   charon_.came();
                   listener_.charon_came();
                   charon_.list();
                 },
                 [this](const CharonTouched&) { listener_.charon_touched(); },
                 [this](const CharonDown& down) {
                   log_.write(Message::charon_down, "charon", down.reason);
                   figures_.sas.clear();
                 },
                 [this](const ChildSaUp&) { charon_.list_soon(); },
                 [](const auto&) {},
             },
             event);
  feed(event);
  listener_.charon_heard();
  if (std::holds_alternative<CharonDown>(event)) listener_.charon_known();
}

void Tunnels::on_listed(const std::vector<IkeSa>& sas) {
  figures_.sas.clear();
  for (const auto& sa : sas) figures_.sas[sa.connection] = sa;
  if (own_.charon_up) return;
  feed(IkeListed{sas});
  listener_.charon_heard();
  listener_.charon_known();
}

void Tunnels::look_for_figures() {
  // Every local user may ask, and a dump of 10,000 peers takes its time.
  if (figures_timer_->due()) return;
  figures_wanted_ = true;
  handshakes_.look();
  figures_wanted_ = false;
  charon_.refresh();
  figures_timer_->set(clock_.now() + kFresh, [this] { figures_.peers.clear(); });
}

void Tunnels::keep_figures(const ObservedWireGuardDevice& device) {
  if (!figures_wanted_) return;
  for (const auto& peer : device.peers)
    figures_.peers.insert_or_assign({device.name, peer.peer.public_key}, peer);
}

void Tunnels::judge() {
  // A site that is away is no trouble of the hub's.
  if (!judging_ || (own_.size() > 0 && own_[0].listens)) return;
  std::set<Condition> said;
  if (conditions_.find("ipsec")) said.insert(Condition::tunnel_no_answer);
  if (const auto charon = conditions_.find("charon")) said.insert(charon->condition);
  conditions_.hold_only("tunnel ", tunnel_troubles(board_, said), clock_.now());
}

void Tunnels::arm() {
  const auto at = next_deadline(own_);
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
