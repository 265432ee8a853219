#include "simulation.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "core/failover/figures.hpp"
#include "core/failover/own_claim.hpp"
#include "core/overloaded.hpp"

namespace kaido::sim {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr auto kLook = std::chrono::seconds(1);

std::string figures_of(const std::optional<PathFigures>& path) {
  if (!path) return "";
  return fmt::format(" {}: {}, silent {:.0f} of {:.0f} ms, cost {:.1f}", path->name,
                     kaido::to_string(path->health), 1000 * in_seconds(path->silence),
                     1000 * in_seconds(path->limit), path->cost);
}

}  // namespace

Simulation::Simulation(const Network& network, RunOptions options)
    : world_(network.world()),
      view_(network),
      options_(options),
      now_(world_.start),
      usable_(world_.paths.size(), true),
      usable_since_(world_.paths.size(), world_.start),
      received_(world_.paths.size()),
      received_at_(world_.start),
      backbone_(world_),
      traffic_(network, Sla{}),
      watch_(network),
      troubles_(world_.paths.size()) {
  for (std::size_t hub = 0; hub < kHubs; ++hub) {
    hubs_.emplace_back(static_cast<std::uint16_t>(101 + hub));
  }
  traffic_.trace(options.trace);
  for (std::uint32_t i = 0; i < world_.faults.size(); ++i) {
    queue_.push(world_.faults[i].from, What::fault_begins, i);
    queue_.push(world_.faults[i].to, What::fault_ends, i);
  }
  for (std::uint32_t i = 0; i < world_.usable.size(); ++i) {
    queue_.push(world_.usable[i].at, What::usable, i);
  }
  queue_.push(world_.start, What::site_start);
  if (options.watch) {
    queue_.push(world_.start + kLook, What::look);
  }
}

void Simulation::run() { run_until(world_.end); }

void Simulation::run_until(Instant until) {
  std::uint32_t stuck = 0;
  while (true) {
    Instant due = Instant::max();
    if (site_runs_) {
      if (const auto next = next_deadline(state_)) {
        due = std::max({*next, stalled_until_, now_});
      }
    }
    const bool event_first = !queue_.empty() && queue_.top().at <= due;
    const Instant next = event_first ? queue_.top().at : due;
    if (next >= until) {
      break;
    }
    if (event_first) {
      const auto event = queue_.pop();
      now_ = std::max(now_, event.at);
      handle(event);
      continue;
    }
    stuck = due == state_.last_tick ? stuck + 1 : 0;
    if (stuck > 1000) {
      throw std::runtime_error("the core asks for ticks but makes no progress");
    }
    now_ = due;
    step_site(ProbeTick{});
  }
  now_ = until;
  traffic_.finish(now_);
  auto& figures = figures_;
  const auto probes = figures.probes;
  const auto switches = figures.switches;
  const auto wrong = figures.false_switches;
  figures = traffic_.figures();
  figures.name = "kaido";
  figures.probes = probes;
  figures.switches = switches;
  figures.false_switches = wrong;
  if (until == world_.end && options_.watch) {
    watch_.finish(state_, figures.switches, now_);
  }
}

void Simulation::hand(const FailoverEvent& event) { step_site(event); }

// ---- the site

void Simulation::start_site() {
  PlanChanged plan{.plan = plan_of(world_), .adopted = {}};
  for (std::size_t i = 0; i < in_use_.size(); ++i) {
    if (in_use_[i]) {
      plan.adopted[plan.plan.networks[i].name] = *in_use_[i];
    }
  }
  in_use_.resize(plan.plan.networks.size());
  state_ = {};
  state_.epoch = ++epoch_;
  state_.random.seed(static_cast<std::uint32_t>(world_.seed + epoch_));
  site_runs_ = true;
  std::fill(troubles_.begin(), troubles_.end(), Trouble::none);
  starting_ = true;
  step_site(plan);
  for (std::size_t i = 0; i < usable_.size(); ++i) {
    if (usable_[i]) {
      step_site(PathUsable{i, true});
    }
  }
  step_site(TrafficSeen{flows_});
  starting_ = false;
  if (options_.watch) {
    watch_.begin(state_);
  }
}

void Simulation::step_site(const FailoverEvent& event) {
  if (!site_runs_) {
    return;
  }
  actions_.clear();
  step(state_, event, now_, actions_);
  // An action may lead to another event, whose actions are appended.
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    if (const auto* probe = std::get_if<SendProbe>(&actions_[i])) {
      send(*probe);
    } else {
      const FailoverAction action = actions_[i];
      act(action);
    }
  }
}

void Simulation::act(const FailoverAction& action) {
  std::visit(overloaded{
                 [&](const SendProbe& probe) { send(probe); },
                 [&](const PathChosen& chosen) { use(chosen); },
                 [&](const PathChanged& changed) { path_changed(changed.path); },
                 [&](const ReadCounters& read) {
                   count_received();
                   step(state_, CountersRead{read.path, received_[read.path]}, now_, actions_);
                 },
                 [&](const RepairTunnel&) { ++repairs_; },
                 [](const BudgetChanged&) {},
                 [&](const SizeChanged& changed) {
                   // The engine clamps to what is proved, and never under 1280.
                   const auto size = state_.paths[changed.path].size;
                   const auto full = world_.paths[changed.path].spec.full_size;
                   const std::uint16_t least = in_fragments(state_, changed.path) ? size : 1280;
                   traffic_.size(changed.path,
                                 size == 0 ? full : std::max<std::uint16_t>(size, least), now_);
                 },
             },
             action);
}

void Simulation::path_changed(std::size_t path) {
  const auto& state = state_.paths[path];
  if (options_.trace) {
    fmt::print("{:10.3f} {} is {} {}\n", in_seconds(now_ - world_.start),
               world_.paths[path].spec.name, to_string(state.health), to_string(state.trouble));
  }
  if (troubles_[path] == state.trouble) {
    return;
  }
  troubles_[path] = state.trouble;
  if (state.trouble != Trouble::none) {
    named_.push_back({path, state.trouble, now_});
  }
}

void Simulation::send(const SendProbe& probe) {
  ++figures_.probes;
  auto size = std::max(probe.size, kSmallSize);
  // No fragment is larger than what was proved, in either direction.
  if (in_fragments(state_, probe.path)) size = std::min(size, state_.paths[probe.path].size);
  if (options_.watch) watch_.sent(size, now_);
  const Instant sent = probe.echo ? now_ + microseconds(5) : now_;
  const auto delay = view_.send(probe.path, kUp, {.sent = sent, .size = size});
  if (!delay) {
    return;
  }
  const auto index = allocate();
  auto& packet = packets_[index];
  packet.path = probe.path;
  packet.sequence = probe.sequence;
  packet.size = size;
  packet.echo = probe.echo;
  packet.ask_all = probe.ask_all;
  if (!probe.echo) {
    packet.claim = claim_for(state_, probe.path);
  }
  packet.sent = sent;
  packet.at_hub = sent + *delay;
  packet.turnaround = {};
  packet.jumps = clock_jumps_;
  packet.jump = {};
  queue_.push(packet.at_hub, What::hub_arrival, index);
}

void Simulation::use(const PathChosen& chosen) {
  in_use_[chosen.network] = chosen.choice.to;
  if (options_.watch && !starting_) {
    watch_.used(state_, chosen, now_);
    watch_.claims(state_, now_);
  }
  if (chosen.network != 0) {
    return;
  }
  const auto& choice = chosen.choice;
  traffic_.route(kUp, choice.to, now_);
  if (choice.rule == ChoiceRule::adopted) {
    return;
  }
  const bool moved = choice.from.has_value() && choice.from != choice.to;
  const bool wrong =
      moved && usable_[*choice.from] && view_.false_switch(*choice.from, choice.to, now_);
  if (options_.trace) {
    fmt::print("{:10.3f} use {} ({}){}:{}\n", in_seconds(now_ - world_.start),
               choice.to ? world_.paths[*choice.to].spec.name : "none",
               kaido::to_string(choice.rule), wrong ? " FALSE" : "",
               figures_of(choice.before) + figures_of(choice.after));
  }
  if (!moved) {
    return;
  }
  ++figures_.switches;
  figures_.false_switches += wrong ? 1 : 0;
  switches_.push_back({choice, wrong});
}

/// The device's counter: what came in since, user traffic at a packet a millisecond.
void Simulation::count_received() {
  const auto down = traffic_.route(kDown);
  if (flows_ && down && view_.loss(*down, kDown, now_) < 1) {
    received_[*down] += static_cast<std::uint64_t>((now_ - received_at_) / milliseconds(1));
  }
  received_at_ = now_;
}

void Simulation::at_site(std::uint32_t index) {
  auto& packet = packets_[index];
  if (site_runs_ && now_ < stalled_until_) {  // it waits in the socket
    queue_.push(stalled_until_, What::site_arrival, index);
    return;
  }
  free_.push_back(index);
  ++received_[packet.path];
  if (!site_runs_) {
    return;
  }
  auto& reply = std::get<ProbeReply>(reply_);
  reply.path = packet.path;
  reply.sequence = packet.sequence;
  reply.echo = packet.echo;
  reply.round_trip = packet.arrived - packet.sent - packet.turnaround + packet.jump;
  if (packet.jumps != clock_jumps_) {
    reply.round_trip += clock_jump_;
  }
  reply.at = packet.arrived;
  reply.size = packet.size;
  reply.reflector_sequence = packet.echo ? 0 : packet.reflector_sequence;
  reply.kaido = !packet.echo;
  reply.applied_epoch = packet.echo ? 0 : packet.applied_epoch;
  reply.applied_generation = packet.echo ? 0 : packet.applied_generation;
  const auto count = packet.echo ? 0 : packet.heard_count;
  reply.heard.assign(packet.heard.begin(),
                     packet.heard.begin() + static_cast<std::ptrdiff_t>(count));
  step_site(reply_);
}

std::uint32_t Simulation::allocate() {
  if (free_.empty()) {
    packets_.emplace_back();
    return static_cast<std::uint32_t>(packets_.size() - 1);
  }
  const auto index = free_.back();
  free_.pop_back();
  return index;
}

}  // namespace kaido::sim
