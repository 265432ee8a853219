#include "engine/paths.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/addressing.hpp"
#include "core/desired/network_routes.hpp"
#include "core/failover/figures.hpp"
#include "core/failover/outlook.hpp"
#include "core/failover/own_claim.hpp"
#include "core/failover/plan.hpp"
#include "core/overloaded.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;
using boost::system::error_code;

constexpr auto kTrafficLook = 400ms;  ///< at least, from one tick to another

std::vector<ProbeTarget> targets_of(const Board& board) {
  const auto& model = board.model;
  std::vector<ProbeTarget> targets;
  for (const auto& tunnel : board.tunnels) {
    const auto& slot = model.slots.at(tunnel.slot_index);
    const auto& hub = model.hubs.at(slot.hub);
    const auto inner = [&](std::uint16_t gateway) {
      return inner_address(model.gateway.fleet, gateway, tunnel.transport, slot.number);
    };
    ProbeTarget target{.device = tunnel.device,
                       .source = inner(model.gateway.number),
                       .destination = inner(hub.number),
                       .stamp = hub.kaido};
    if (!hub.kaido && slot.probe) {
      target.destination = *slot.probe;
      const auto own = std::ranges::find_if(slot.addresses, [&](const Prefix& address) {
        return address.family() == slot.probe->family();
      });
      if (own != slot.addresses.end()) target.source = own->address();
    }
    targets.push_back(std::move(target));
  }
  return targets;
}

std::vector<Sealing> sealings_of(const Board& board) {
  const auto& model = board.model;
  std::vector<Sealing> sealings;
  for (const auto& tunnel : board.tunnels) {
    const auto& slot = model.slots.at(tunnel.slot_index);
    auto& sealing = sealings.emplace_back(
        Sealing{.slot = claim_slot(model.gateway.fleet, model.gateway.number, slot.number)});
    const auto& peer = tunnel.peer_key;
    if (!model.hubs.at(slot.hub).kaido || !peer) continue;
    if (const auto* own = board.identities.slot_key(slot.number)) sealing.own = *own;
    sealing.peer = *peer;
  }
  return sealings;
}

}  // namespace

Paths::Paths(boost::asio::io_context& io, const Ports& ports, const Board& board, Routes& own,
             std::uint64_t epoch, Log& log, Conditions& conditions, Listener& listener)
    : prober_(ports.prober),
      board_(board),
      own_(own),
      log_(log),
      conditions_(conditions),
      listener_(listener),
      keys_(ports.seals),
      io_(io),
      clock_(ports.clock),
      timer_(ports.clock.make_timer()) {
  state_.epoch = epoch;
  if (prober_ != nullptr && prober_->fd() >= 0) replies_waiting_.emplace(io_);
}

void Paths::listen() {
  if (!replies_waiting_ || listening_) return;
  if (answers_may_wait(state_)) {
    // As long as the reactor has it each answer wakes us, though nobody waits for one.
    if (replies_waiting_->is_open()) ::close(replies_waiting_->release());
    return;
  }
  if (!replies_waiting_->is_open()) {
    error_code error;  // without a descriptor to spare they are read with the next tick
    replies_waiting_->assign(fcntl(prober_->fd(), F_DUPFD_CLOEXEC, 0), error);
    if (error) return;
  }
  listening_ = true;
  replies_waiting_->async_wait(boost::asio::posix::stream_descriptor::wait_read,
                               [this](error_code error) {
                                 if (error) return;
                                 listening_ = false;
                                 drain();
                                 arm();
                               });
}

void Paths::adopt(const KernelState& observed) { adopted_ = adopted_choices(board_, observed); }

void Paths::begin() {
  running_life_ = true;
  own_.measured = true;
  plan(std::exchange(adopted_, {}));
  follow({});
}

void Paths::configured(const std::vector<std::string>& names) {
  own_.by_name = renumbered(own_.by_name, names, board_.tunnels);
  own_.sizes.assign(board_.tunnels.size(), {});
  if (!running_life_) return;
  plan({});
  own_.sizes = sizes();
}

void Paths::uplinks_changed() {
  if (running_life_) plan({});
}

void Paths::plan(const std::map<std::string, std::size_t>& adopted) {
  auto plan = failover_plan(board_, prober_ != nullptr);
  sealings_ = sealings_of(board_);
  if (prober_ != nullptr) {
    auto targets = targets_of(board_);
    if (targets != targets_)
      if (const auto set = prober_->set_targets(targets); !set)
        log_.write(Message::kernel_refused, "paths", set.error().to_string());
    targets_ = std::move(targets);
  }
  if (plan == state_.plan) return;
  for (const auto& path : state_.plan.paths)
    if (std::ranges::find(plan.paths, path.name, &PathSpec::name) == plan.paths.end())
      conditions_.clear_all("path " + path.name);
  for (const auto& budget : state_.plan.budgets) conditions_.clear_all("probing " + budget.uplink);
  traffic_.begin(plan.paths.size());
  feed(PlanChanged{std::move(plan), adopted});
}

bool Paths::leave_for(const Model& wanted) {
  std::set<std::string> gone;
  for (const auto& path : state_.plan.paths) gone.insert(path.name);
  for (const auto& slot : wanted.slots)
    for (const auto transport : wanted.hubs.at(slot.hub).transports)
      gone.erase(tunnel_name(wanted, slot, transport));
  return leave(gone);
}

bool Paths::leave(const std::set<std::string>& tunnels) {
  if (!running_life_) return false;
  PathsLeave leave;
  for (std::size_t i = 0; i < state_.plan.paths.size(); ++i)
    if (tunnels.contains(state_.plan.paths[i].name)) leave.paths.push_back(i);
  if (leave.paths.empty()) return false;
  const auto generation = state_.generation;
  feed(leave);
  arm();
  return state_.generation != generation;
}

void Paths::follow(const std::vector<TunnelChanged>&) {
  if (!running_life_) return;
  const auto& tunnels = board_.tunnels;
  for (std::size_t i = 0; i < tunnels.size(); ++i) {
    const bool usable = tunnels[i].up();
    if (usable != (state_.paths[i].health != Health::unusable)) feed(PathUsable{i, usable});
  }
  std::vector<bool> failed;
  failed.reserve(tunnels.size());
  for (const auto& tunnel : tunnels) failed.push_back(tunnel.reason().has_value());
  if (std::exchange(failed_, std::move(failed)) != failed_) judge_conditions();
  arm();
}

void Paths::stop() {
  running_life_ = false;
  own_.by_name.clear();
  for (const auto& path : state_.plan.paths) conditions_.clear_all("path " + path.name);
  for (const auto& network : state_.plan.networks)
    conditions_.clear("network " + network.name, Condition::network_outside_limits);
  for (const auto& budget : state_.plan.budgets) conditions_.clear_all("probing " + budget.uplink);
  conditions_.clear_all("ipsec");
  conditions_.clear_all("paths");
  state_.plan = {};
  state_.paths.clear();
  state_.networks.clear();
  targets_.clear();
  failed_.clear();
  armed_.reset();
  timer_->cancel();
}

void Paths::feed(const FailoverEvent& event) {
  step(state_, event, clock_.now(), actions_);
  if (!feeding_) run();
}

/// What an action leads to (counters, a tunnel that ends) may bring further events.
void Paths::run() {
  feeding_ = true;
  // Probes come and go all the time; what a person is told of follows from the other actions.
  bool judge = state_.all_silent != all_silent_judged_;
  while (!actions_.empty()) {
    judge |= std::ranges::any_of(actions_, [](const FailoverAction& action) {
      return !std::holds_alternative<SendProbe>(action) &&
             !std::holds_alternative<ReadCounters>(action);
    });
    running_.swap(actions_);
    for (const auto& action : running_)
      std::visit(
          overloaded{
              [this](const SendProbe& probe) { send(probe); },
              [this](const PathChosen& chosen) {
                const auto& network = state_.plan.networks.at(chosen.network).name;
                choose(network, chosen.choice.to);
                if (state_.plan.networks[chosen.network].implicit) return;
                log_.write(Message::network_switched, network,
                           fmt::format(
                               "{}: {}; {}", to_string(chosen.choice.rule), describe(chosen.choice),
                               describe(outlook(state_, chosen.network, clock_.now()), network)));
              },
              [this](const PathChanged& changed) {
                const auto& path = state_.paths[changed.path];
                // The tunnel's own message has said it.
                const bool told =
                    path.health == Health::unproven || path.health == Health::unusable;
                if (!told)
                  log_.write(Message::path_changed, state_.plan.paths[changed.path].name,
                             fmt::format("{}{}{}: {}", to_string(path.health),
                                         path.trouble == Trouble::none ? "" : ", ",
                                         to_string(path.trouble),
                                         describe(figures(state_, changed.path, clock_.now()))));
                listener_.path_changed(report(changed.path));
              },
              [this](const ReadCounters& read) {
                if (prober_ != nullptr)
                  step(state_, CountersRead{read.path, prober_->packets(read.path).received},
                       clock_.now(), actions_);
              },
              [this](const RepairTunnel& repair) {
                listener_.tunnel_is_dead(repair.path, repair.attempt);
              },
              [this](const SizeChanged&) { note_sizes(); },
              [](const BudgetChanged&) {},  // a condition says it
          },
          action);
    running_.clear();
  }
  feeding_ = false;
  if (prober_ != nullptr && !outgoing_.empty()) prober_->send(outgoing_);
  for (const auto& probe : outgoing_) traffic_.probed(probe.path);
  outgoing_.clear();
  if (judge) judge_conditions();
}

/// Where the packets go is written here; what else follows from it is for a comparison.
void Paths::choose(const std::string& network, std::optional<std::size_t> tunnel) {
  const auto before = std::exchange(own_.by_name[network], {.tunnel = tunnel}).tunnel;
  listener_.network_chosen(network, before && tunnel && before != tunnel);
}

void Paths::note_sizes() {
  auto now = sizes();
  if (std::exchange(own_.sizes, std::move(now)) != own_.sizes) listener_.sizes_changed();
}

void Paths::send(const SendProbe& probe) {
  OutgoingProbe out{
      .path = probe.path, .sequence = probe.sequence, .size = probe.size, .echo = probe.echo};
  if (!probe.echo) {
    out.claim = claim_for(state_, probe.path);
    if (probe.ask_all)
      out.room = static_cast<std::uint8_t>(std::min<std::ptrdiff_t>(
          stamp::kMaximumEntries,
          std::ranges::count(state_.plan.paths, state_.plan.paths[probe.path].hub,
                             &PathSpec::hub)));
    out.hmac = seal(out);
  }
  outgoing_.push_back(out);
}

std::optional<stamp::Hmac> Paths::seal(const OutgoingProbe& probe) {
  const auto& sealing = sealings_.at(probe.path);
  if (!sealing.own || !probe.claim) return std::nullopt;
  return keys_.seal(sealing.slot, *sealing.own, sealing.peer, probe.sequence, *probe.claim,
                    probe.room);
}

void Paths::drain() {
  if (prober_ == nullptr) return;
  replies_.clear();
  prober_->receive(replies_);
  for (const auto& reply : replies_) {
    traffic_.answered(reply.path);
    feed(reply);
  }
}

void Paths::arm() {
  listen();
  const auto at = next_deadline(state_);
  if (!at) return;
  if (armed_ == at) return;
  armed_ = at;
  timer_->set(*at, [this] {
    armed_.reset();
    drain();
    look_at_traffic();
    feed(ProbeTick{});
    arm();
  });
}

/// After drain(): an answer that waits was counted, and is no traffic.
void Paths::look_at_traffic() {
  if (prober_ == nullptr || clock_.now() < looked_at_traffic_ + kTrafficLook) return;
  looked_at_traffic_ = clock_.now();
  for (const auto& network : state_.networks)
    if (network.path) traffic_.look(*network.path, prober_->packets(*network.path), clock_.now());
  const bool flows = traffic_.flows(clock_.now());
  if (flows != state_.traffic) feed(TrafficSeen{flows});
}

Result<std::string> Paths::switch_network(const std::string& name, const std::string& path) {
  const auto& plan = state_.plan;
  const auto network = std::ranges::find_if(
      plan.networks, [&](const NetworkSpec& spec) { return spec.name == name && !spec.implicit; });
  if (network == plan.networks.end()) {
    std::string known;
    for (const auto& spec : plan.networks)
      if (!spec.implicit) known += (known.empty() ? "" : ", ") + spec.name;
    return failure(Condition::not_found, name + " (networks: " + known + ")");
  }
  const auto index = static_cast<std::size_t>(network - plan.networks.begin());
  std::optional<std::size_t> wanted;
  if (!path.empty()) {
    std::string known;
    for (const auto i : network->paths) {
      known += (known.empty() ? "" : ", ") + plan.paths[i].name;
      if (plan.paths[i].name == path) wanted = i;
    }
    if (!wanted) return failure(Condition::not_found, path + " (paths: " + known + ")");
    const auto health = state_.paths[*wanted].health;
    if (health == Health::unusable) return failure(Condition::tunnel_failed, path);
    if (health == Health::down || health == Health::unproven)
      return failure(Condition::path_silent, path);
  }
  feed(SwitchRequested{index, wanted});
  arm();
  const auto& now_used = state_.networks[index].path;
  return now_used ? plan.paths[*now_used].name : std::string();
}

std::vector<PassingSize> Paths::sizes() const {
  std::vector<PassingSize> sizes;
  sizes.reserve(state_.paths.size());
  for (std::size_t i = 0; i < state_.paths.size(); ++i) {
    const auto proved = state_.paths[i].size;
    const bool whole = proved >= state_.plan.paths[i].full_size;
    sizes.push_back(
        {.size = whole ? std::uint16_t{0} : proved, .fragments = in_fragments(state_, i)});
  }
  return sizes;
}

std::optional<Error> Paths::trouble(std::size_t i) const {
  const auto& path = state_.paths[i];
  const auto& spec = state_.plan.paths[i];
  auto condition = Condition::path_silent;
  switch (path.trouble) {
    case Trouble::none:
      return std::nullopt;
    case Trouble::silent: {
      // IPsec alone is dead where WireGuard beside it lives.
      const auto sibling_lives = [&](std::size_t ike) {
        for (std::size_t k = 0; k < state_.paths.size(); ++k)
          if (state_.plan.paths[k].slot == state_.plan.paths[ike].slot &&
              state_.plan.paths[k].transport != state_.plan.paths[ike].transport)
            return state_.paths[k].health == Health::good;
        return false;
      };
      if (spec.transport == Transport::ikev2 && sibling_lives(i))
        condition = Condition::path_data_dead;
      break;
    }
    case Trouble::upload_dead:
      condition = Condition::path_upload_dead;
      break;
    case Trouble::download_dead:
      condition = Condition::path_download_dead;
      break;
    case Trouble::reflector_silent:
      condition = Condition::reflector_silent;
      break;
    case Trouble::size_limited:
      return Error{Condition::path_size_limited,
                   describe_size(spec.name, {path.size, in_fragments(state_, i)})};
    case Trouble::lossy:
      condition = Condition::path_lossy;
      break;
    case Trouble::slow:
      condition = Condition::path_slow;
      break;
    case Trouble::claim_ignored:
      condition = Condition::claim_ignored;
      break;
  }
  return Error{condition, spec.name};
}

void Paths::judge_conditions() {
  all_silent_judged_ = state_.all_silent;
  if (prober_ == nullptr) return;
  std::size_t ike = 0;
  std::size_t dead_ike = 0;
  bool wireguard = false;
  for (std::size_t i = 0; i < state_.paths.size(); ++i) {
    const auto& spec = state_.plan.paths[i];
    const auto& path = state_.paths[i];
    const auto subject = "path " + spec.name;
    if (const auto error = trouble(i); error && path.health != Health::unusable) {
      conditions_.raise(subject, *error, clock_.now());
      conditions_.clear_others(subject, error->condition);
    } else {
      conditions_.clear_all(subject);
    }
    if (spec.measure != Measure::stamp) continue;
    if (spec.transport == Transport::wireguard) wireguard |= path.health == Health::good;
    if (spec.transport != Transport::ikev2) continue;
    ++ike;
    // One that is about to come up for the first time is not dead.
    const bool failed = path.health == Health::unusable && i < failed_.size() && failed_[i];
    if (path.health == Health::down || failed) ++dead_ike;
  }
  const auto judge = [&](const char* subject, Condition condition, bool holds,
                         std::string detail = {}) {
    if (holds) {
      conditions_.raise(subject, {condition, std::move(detail)}, clock_.now());
    } else {
      conditions_.clear(subject, condition);
    }
  };
  judge("ipsec", Condition::ipsec_blocked, ike > 1 && dead_ike == ike && wireguard);
  judge("paths", Condition::all_paths_silent, state_.all_silent);
  for (std::size_t i = 0; i < state_.budgets.size(); ++i)
    judge(("probing " + state_.plan.budgets[i].uplink).c_str(), Condition::probe_budget_spent,
          state_.budgets[i].spent);
  for (std::size_t n = 0; n < state_.networks.size(); ++n) {
    const auto& spec = state_.plan.networks[n];
    const auto& used = state_.networks[n].path;
    if (spec.implicit) continue;
    judge(("network " + spec.name).c_str(), Condition::network_outside_limits,
          used && state_.paths[*used].health == Health::good &&
              !within(state_, *used, spec.sla, clock_.now()),
          spec.name);
  }
}

}  // namespace kaido
