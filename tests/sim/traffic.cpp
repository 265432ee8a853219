#include "traffic.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kaido::sim {

Figures& Figures::operator+=(const Figures& other) {
  hours += other.hours;
  for (std::size_t i = 0; i < 2; ++i) {
    outage.at(i) += other.outage.at(i);
    size.at(i) += other.size.at(i);
    quality.at(i) += other.quality.at(i);
  }
  longest = std::max(longest, other.longest);
  switches += other.switches;
  false_switches += other.false_switches;
  probes += other.probes;
  return *this;
}

Traffic::Traffic(const Network& network, const Sla& sla)
    : view_(network), sla_(sla), sizes_(network.world().paths.size(), kFullSize) {
  for (auto& way : ways_) {
    way.until = network.world().start;
  }
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    sizes_[i] = network.world().paths[i].spec.full_size;
  }
}

void Traffic::account(std::size_t direction, Instant from, Instant to, double loss) {
  auto& way = ways_.at(direction);
  const bool out = flows_ && loss >= 0.5;
  if (out && !way.out) {
    way.out_since = from;
  }
  if (out) {
    figures_.longest = std::max(figures_.longest, in_seconds(to - way.out_since));
  }
  if (!out && way.out && trace_) {
    fmt::print("{:10.3f} outage {} {:.3f} s\n", in_seconds(from - view_.world().start),
               direction == kUp ? "up" : "down", in_seconds(from - way.out_since));
  }
  way.out = out;
  if (!flows_) {
    return;
  }
  const double length = in_seconds(to - from);
  if (out) {
    figures_.outage.at(direction) += length;
  } else if (view_.at(*way.path, direction, from).size < sizes_[*way.path]) {
    figures_.size.at(direction) += length;
  } else if (view_.mean_loss(*way.path, direction, from) > sla_.loss ||
             view_.round_trip(*way.path, from) > sla_.delay) {
    figures_.quality.at(direction) += length;
  }
}

void Traffic::advance(std::size_t direction, Instant to) {
  auto& way = ways_.at(direction);
  while (way.until < to) {
    Instant next = to;
    double loss = 1;
    if (way.path) {
      next = std::min(to, view_.next_change(*way.path, direction, way.until));
      loss = view_.loss(*way.path, direction, way.until);
    }
    account(direction, way.until, next, loss);
    way.until = next;
  }
}

void Traffic::route(std::size_t direction, std::optional<std::size_t> path, Instant now) {
  advance(direction, now);
  ways_.at(direction).path = path;
}

void Traffic::size(std::size_t path, std::uint16_t size, Instant now) {
  advance(kUp, now);
  advance(kDown, now);
  sizes_.at(path) = size;
}

void Traffic::demand(bool flows, Instant now) {
  advance(kUp, now);
  advance(kDown, now);
  flows_ = flows;
}

void Traffic::finish(Instant now) {
  advance(kUp, now);
  advance(kDown, now);
  figures_.hours = in_seconds(now - view_.world().start) / 3600;
}

}  // namespace kaido::sim
