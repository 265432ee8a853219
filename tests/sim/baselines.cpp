#include "baselines.hpp"

#include <algorithm>

#include "queue.hpp"

namespace kaido::sim {
namespace {

constexpr std::uint32_t kIdle = 1U << 31U;

}  // namespace

Chooser::Chooser(const Network& network)
    : world_(network.world()),
      view_(network),
      traffic_(network, Sla{}),
      order_(plan_of(world_).networks[0].paths),
      up_(world_.paths.size(), true),
      usable_(world_.paths.size(), true) {
  for (std::uint32_t i = 0; i < world_.usable.size(); ++i) {
    edges_.emplace_back(world_.usable[i].at, i);
  }
  for (std::uint32_t i = 0; i < world_.faults.size(); ++i) {
    if (world_.faults[i].kind != Kind::idle) {
      continue;
    }
    edges_.emplace_back(world_.faults[i].from, kIdle);
    edges_.emplace_back(world_.faults[i].to, kIdle | 1U);
  }
  std::sort(edges_.begin(), edges_.end());
  used_ = order_.front();
  traffic_.route(kUp, used_, world_.start);
  traffic_.route(kDown, used_, world_.start);
}

void Chooser::advance(Instant now) {
  while (edge_ < edges_.size() && edges_[edge_].first <= now) {
    const auto [at, index] = edges_[edge_++];
    apply_pending(at);
    if ((index & kIdle) != 0) {
      traffic_.demand(index != kIdle, at);
    } else {
      usable_[world_.usable[index].path] = world_.usable[index].usable;
      choose(at);
    }
  }
  apply_pending(now);
}

void Chooser::apply_pending(Instant now) {
  if (!down_next_ || now < down_at_) {
    return;
  }
  traffic_.route(kDown, down_next_, down_at_);
  down_next_.reset();
}

void Chooser::set(std::size_t path, bool up, Instant now) {
  if (up_[path] == up) {
    return;
  }
  advance(now);
  up_[path] = up;
  choose(now);
}

void Chooser::choose(Instant now) {
  const auto best = std::find_if(order_.begin(), order_.end(),
                                 [&](std::size_t path) { return up_[path] && usable_[path]; });
  if (best == order_.end() || *best == used_) {
    return;
  }
  ++figures_.switches;
  if (used_ && usable_[*used_] && view_.false_switch(*used_, *best, now)) {
    ++figures_.false_switches;
  }
  const bool other_hub = world_.paths[*best].spec.hub != world_.paths[*used_].spec.hub;
  used_ = *best;
  apply_pending(now);
  traffic_.route(kUp, used_, now);
  // The other end follows with the first packet, or sees the same by itself; another hub has to
  // tell the routers, as Kaido's have.
  down_next_ = used_;
  down_at_ = now + world_.paths[*used_].delay[kUp] + (other_hub ? world_.convergence : Duration{});
}

Figures Chooser::finish(const char* name) {
  advance(world_.end);
  traffic_.finish(world_.end);
  const auto counted = figures_;
  figures_ = traffic_.figures();
  figures_.name = name;
  figures_.switches = counted.switches;
  figures_.false_switches = counted.false_switches;
  return figures_;
}

Figures run_ping(const Network& network, const PingRules& rules) {
  Chooser chooser(network);
  const auto& world = network.world();
  enum class What : std::uint8_t { send, answered, lost };
  Queue<What> queue;
  struct Counts {
    std::uint32_t lost = 0;
    std::uint32_t answered = 0;
  };
  std::vector<Counts> counts(world.paths.size());
  for (std::uint32_t i = 0; i < world.paths.size(); ++i) {
    queue.push(world.start + (rules.interval * i / world.paths.size()), What::send, i);
  }
  while (queue.top().at < world.end) {
    const auto event = queue.pop();
    const std::size_t path = event.index;
    auto& count = counts[path];
    chooser.advance(event.at);
    switch (event.kind) {
      case What::send: {
        queue.push(event.at + rules.interval, What::send, event.index);
        const bool control = rules.control && world.paths[path].spec.transport == Transport::ikev2;
        const auto there = chooser.view().send(path, kUp, {.sent = event.at, .control = control});
        const auto back = there ? chooser.view().send(
                                      path, kDown, {.sent = event.at + *there, .control = control})
                                : std::nullopt;
        const bool in_time = back && *there + *back <= rules.timeout;
        queue.push(event.at + (in_time ? *there + *back : rules.timeout),
                   in_time ? What::answered : What::lost, event.index);
        break;
      }
      case What::answered:
        count.lost = 0;
        if (++count.answered >= rules.up) {
          chooser.set(path, true, event.at);
        }
        break;
      case What::lost:
        count.answered = 0;
        if (++count.lost >= rules.down) {
          chooser.set(path, false, event.at);
        }
        break;
    }
  }
  return chooser.finish(rules.name);
}

// 30 s between checks; when one is lost it is sent again after 4, 7.2, 13, 23.3, 42 and 75.6 s, and
// that is 165 s until the peer is given up. A peer that is given up is tried again every 10 s.
Figures run_dpd(const Network& network) {
  Chooser chooser(network);
  const auto& world = network.world();
  enum class What : std::uint8_t { ask };
  constexpr std::array kAgain{4.0, 7.2, 13.0, 23.3, 42.0, 75.6};
  Queue<What> queue;
  for (std::uint32_t i = 0; i < world.paths.size(); ++i) {
    queue.push(world.start + seconds(30.0 * i / static_cast<double>(world.paths.size())), What::ask,
               i);
  }
  while (queue.top().at < world.end) {
    const auto event = queue.pop();
    const std::size_t path = event.index;
    chooser.advance(event.at);
    const bool control = world.paths[path].spec.transport == Transport::ikev2;
    const auto there = chooser.view().send(path, kUp, {.sent = event.at, .control = control});
    const bool answered =
        there && chooser.view()
                     .send(path, kDown, {.sent = event.at + *there, .control = control})
                     .has_value();
    if (answered) {
      chooser.set(path, true, event.at);
      queue.push(event.at + seconds(30), What::ask, event.index);
    } else if (!chooser.up(path) || event.value >= kAgain.size()) {
      chooser.set(path, false, event.at);
      queue.push(event.at + seconds(10), What::ask, event.index);
    } else {
      queue.push(event.at + seconds(kAgain.at(event.value)), What::ask, event.index,
                 event.value + 1);
    }
  }
  return chooser.finish("dpd 165 s");
}

Figures unavoidable(const Network& network) {
  View view(network);
  const auto& world = network.world();
  Figures figures{.name = "unavoidable", .hours = world.hours()};
  for (const auto direction : {kUp, kDown}) {
    for (Instant at = world.start; at < world.end;) {
      Instant next = world.end;
      bool out = true;
      for (std::size_t path = 0; path < world.paths.size(); ++path) {
        next = std::min(next, view.next_change(path, direction, at));
        out = out && view.loss(path, direction, at) >= 0.5;
      }
      if (out) figures.outage.at(direction) += in_seconds(next - at);
      at = next;
    }
  }
  return figures;
}

std::vector<Figures> run_baselines(const Network& network) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  return {run_bfd(network, milliseconds(50), 3),
          run_ping(network, {"500 ms x 5", milliseconds(500), milliseconds(500), 5, 5}),
          run_ping(network, {"ping 5 s x 3", seconds(5), seconds(2), 3, 3}), run_dpd(network),
          unavoidable(network)};
}

}  // namespace kaido::sim
