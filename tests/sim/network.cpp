#include "network.hpp"

#include <algorithm>

namespace kaido::sim {
namespace {

void apply(const Fault& fault, Segment& segment) {
  if (fault.size != 0) {
    segment.size = std::min(segment.size, fault.size);
  }
  segment.delay += fault.delay;
  if (fault.bad_share > 0) {
    if (segment.burst_count < segment.bursts.size()) {
      segment.bursts.at(segment.burst_count++) = {fault.other, fault.loss, fault.bad_share};
    }
  } else if (fault.loss >= 1) {
    (fault.kind == Kind::tunnel ? segment.data_dead : segment.dead) = true;
  } else {
    segment.loss = 1 - ((1 - segment.loss) * (1 - fault.loss));
  }
}

std::vector<Segment> timeline(const World& world, std::size_t index, std::size_t direction) {
  std::vector<const Fault*> mine;
  std::vector<Instant> edges{world.start - std::chrono::hours(1)};
  for (const auto& fault : world.faults) {
    if (of_network(fault.kind) && (fault.paths >> index & 1U) != 0 &&
        fault.direction.at(direction)) {
      mine.push_back(&fault);
      edges.push_back(fault.from);
      edges.push_back(fault.to);
    }
  }
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  const auto& path = world.paths[index];
  std::vector<Segment> segments;
  for (const auto edge : edges) {
    Segment segment;
    segment.from = edge;
    segment.delay = path.delay.at(direction);
    segment.jitter = path.jitter.at(direction);
    segment.loss = path.loss;
    if (!world.chains[path.chain].turns.empty()) {
      segment.bursts[0] = {path.chain, 1.0, 0.00004};
      segment.burst_count = 1;
    }
    for (const auto* fault : mine) {
      if (fault->from <= edge && edge < fault->to) {
        apply(*fault, segment);
      }
    }
    segments.push_back(segment);
  }
  return segments;
}

}  // namespace

Network::Network(const World& world) : world_(world) {
  for (std::size_t path = 0; path < world.paths.size(); ++path) {
    segments_.push_back(timeline(world, path, kUp));
    segments_.push_back(timeline(world, path, kDown));
  }
}

View::View(const Network& network)
    : network_(network),
      segment_(network.world().paths.size() * 2),
      turn_(network.world().chains.size()) {}

const Segment& View::at(std::size_t path, std::size_t direction, Instant when) {
  const auto& segments = network_.segments(path, direction);
  auto& cursor = segment_[(path * 2) + direction];
  while (cursor + 1 < segments.size() && segments[cursor + 1].from <= when) {
    ++cursor;
  }
  while (cursor > 0 && segments[cursor].from > when) {
    --cursor;
  }
  return segments[cursor];
}

bool View::bad(std::uint32_t chain, Instant when) {
  const auto& turns = network_.world().chains[chain].turns;
  auto& cursor = turn_[chain];
  while (cursor < turns.size() && turns[cursor] <= when) {
    ++cursor;
  }
  while (cursor > 0 && turns[cursor - 1] > when) {
    --cursor;
  }
  return cursor % 2 == 1;
}

double View::loss(std::size_t path, std::size_t direction, Instant when) {
  const auto& segment = at(path, direction, when);
  if (segment.dead || segment.data_dead) {
    return 1;
  }
  double passes = 1 - segment.loss;
  for (std::size_t i = 0; i < segment.burst_count; ++i) {
    const auto& bursts = segment.bursts.at(i);
    if (bad(bursts.chain, when)) {
      passes *= 1 - bursts.loss;
    }
  }
  return 1 - passes;
}

double View::mean_loss(std::size_t path, std::size_t direction, Instant when) {
  const auto& segment = at(path, direction, when);
  if (segment.dead || segment.data_dead) {
    return 1;
  }
  double passes = 1 - segment.loss;
  for (std::size_t i = 0; i < segment.burst_count; ++i) {
    passes *= 1 - (segment.bursts.at(i).loss * segment.bursts.at(i).share);
  }
  return 1 - passes;
}

std::optional<Duration> View::send(std::size_t path, std::size_t direction, Packet packet) {
  const auto& segment = at(path, direction, packet.sent);
  if (segment.dead || packet.size > segment.size || (segment.data_dead && !packet.control)) {
    return std::nullopt;
  }
  double passes = 1 - segment.loss;
  for (std::size_t i = 0; i < segment.burst_count; ++i) {
    if (bad(segment.bursts.at(i).chain, packet.sent)) {
      passes *= 1 - segment.bursts.at(i).loss;
    }
  }
  const auto dice = mix(network_.world().seed ^ (path << 57U) ^ (direction << 56U) ^
                        static_cast<std::uint64_t>(packet.sent.time_since_epoch().count()));
  if (static_cast<double>(dice >> 32U) * 0x1p-32 >= passes) {
    return std::nullopt;
  }
  const double u = static_cast<double>(dice & 0xffffffffU) * 0x1p-32;
  // Its mean is one, and one packet in a hundred waits three times as long as the mean.
  const auto jitter = static_cast<double>(segment.jitter.count()) * u * u * 3;
  return segment.delay + Duration(static_cast<std::int64_t>(jitter));
}

Instant View::next_change(std::size_t path, std::size_t direction, Instant when) {
  const auto& segment = at(path, direction, when);
  const auto& segments = network_.segments(path, direction);
  const auto next = static_cast<std::size_t>(&segment - segments.data()) + 1;
  Instant change = next < segments.size() ? segments[next].from : Instant::max();
  for (std::size_t i = 0; i < segment.burst_count; ++i) {
    const auto chain = segment.bursts.at(i).chain;
    (void)bad(chain, when);
    const auto& turns = network_.world().chains[chain].turns;
    if (turn_[chain] < turns.size()) {
      change = std::min(change, turns[turn_[chain]]);
    }
  }
  return change;
}

double View::share_lost(std::size_t path, std::size_t direction, Instant from, Instant to) {
  double lost = 0;
  for (Instant at = from; at < to;) {
    const Instant next = std::min(next_change(path, direction, at), to);
    lost += loss(path, direction, at) * in_seconds(next - at);
    at = next;
  }
  return lost / in_seconds(to - from);
}

Duration View::round_trip(std::size_t path, Instant when) {
  return at(path, kUp, when).delay + at(path, kDown, when).delay;
}

bool View::works(std::size_t path, Instant when, const Sla& sla) {
  const Instant from = when - std::chrono::seconds(1);
  const Instant to = when + std::chrono::seconds(9);
  for (const auto direction : {kUp, kDown}) {
    if (share_lost(path, direction, from, to) > sla.loss ||
        mean_loss(path, direction, when) > sla.loss || at(path, direction, when).size < sla.size) {
      return false;
    }
  }
  return round_trip(path, when) <= sla.delay;
}

bool View::false_switch(std::size_t from, std::optional<std::size_t> to, Instant when) {
  const Sla sla;
  if (!works(from, when, sla)) {
    return false;
  }
  if (!to || !works(*to, when, sla)) {
    return true;
  }
  const auto hub = [&](std::size_t path) { return world().paths[path].spec.hub; };
  if (hub(from) != hub(*to)) {
    return hub(*to) > hub(from);
  }
  return round_trip(*to, when) > round_trip(from, when) + std::chrono::milliseconds(20);
}

}  // namespace kaido::sim
