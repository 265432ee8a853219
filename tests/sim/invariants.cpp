#include "invariants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/failover/figures.hpp"
#include "core/failover/own_claim.hpp"

namespace kaido::sim {
namespace {

bool alive(const PathState& path) {
  return path.health == Health::good || path.health == Health::suspect;
}

std::size_t rank(const NetworkSpec& network, const PathSpec& path) {
  const auto found = std::find(network.hubs.begin(), network.hubs.end(), path.hub);
  return static_cast<std::size_t>(found - network.hubs.begin());
}

}  // namespace

const char* to_string(Invariant invariant) {
  constexpr std::array kNames{
      "never two paths in use for a network at one gateway",
      "never a switch to a path known worse beyond the margin",
      "after the last fault the preferred path is in use within the longest hold",
      "switches are bounded by faults",
      "no loop between hubs",
      "never all paths dropped because this machine was slow",
      "probes are paced"};
  return kNames.at(static_cast<std::size_t>(invariant));
}

void Watch::check(Invariant invariant, bool holds, Instant now, const std::string& what) {
  ++checks_.at(static_cast<std::size_t>(invariant));
  if (!holds && violations_.size() < 100) {
    violations_.push_back({invariant, now, what});
  }
}

void Watch::begin(const FailoverState& state) {
  in_use_.assign(state.networks.size(), std::nullopt);
  for (std::size_t i = 0; i < state.networks.size(); ++i) {
    in_use_[i] = state.networks[i].path;
  }
}

// The kernel is told by Use alone: what it was told must be what the core believes.
void Watch::used(const FailoverState& state, const PathChosen& chosen, Instant now) {
  const auto& network = state.plan.networks[chosen.network];
  check(Invariant::one_path,
        chosen.choice.rule == ChoiceRule::adopted || chosen.choice.from == in_use_[chosen.network],
        now, fmt::format("{}: a switch away from a path that is not in use", network.name));
  check(Invariant::one_path,
        !chosen.choice.to ||
            std::count(network.paths.begin(), network.paths.end(), *chosen.choice.to),
        now, fmt::format("{}: a path that is not its own", network.name));
  in_use_[chosen.network] = chosen.choice.to;
  const auto worse = known_worse(state, chosen, now);
  check(Invariant::not_worse, worse.empty(), now, worse);
}

std::string Watch::known_worse(const FailoverState& state, const PathChosen& chosen,
                               Instant now) const {
  const auto& choice = chosen.choice;
  const auto& network = state.plan.networks[chosen.network];
  const auto name = [&](std::size_t path) { return state.plan.paths[path].name; };
  const auto fine = [&](std::size_t path) {
    return state.paths[path].health == Health::good && within(state, path, network.sla, now);
  };
  if (choice.rule == ChoiceRule::requested || choice.rule == ChoiceRule::adopted) {
    return {};
  }
  if (!choice.to) {
    const bool any = std::any_of(network.paths.begin(), network.paths.end(), [&](std::size_t path) {
      return state.paths[path].health != Health::unusable;
    });
    return any ? fmt::format("{}: by none, though there are tunnels", network.name) : "";
  }
  const auto to = *choice.to;
  if (!alive(state.paths[to])) {
    const auto better = std::find_if(network.paths.begin(), network.paths.end(), fine);
    if (better == network.paths.end()) {
      return {};
    }
    return fmt::format("to {} which is {}, though {} is good", name(to),
                       kaido::to_string(state.paths[to].health), name(*better));
  }
  if (!choice.from || choice.rule == ChoiceRule::path_down ||
      choice.rule == ChoiceRule::withdrawn) {
    return {};
  }
  const auto from = *choice.from;
  if (!fine(from)) {
    return {};
  }
  const auto before = rank(network, state.plan.paths[from]);
  const auto after = rank(network, state.plan.paths[to]);
  if (!within(state, to, network.sla, now)) {
    return fmt::format("from {} within the SLA to {} outside", name(from), name(to));
  }
  const double before_cost = cost(state, from, now);
  const double margin = std::max(kMarginMs, before_cost * kMarginShare);
  if (after > before || (after == before && cost(state, to, now) > before_cost + margin)) {
    return fmt::format("from {} (cost {:.1f}) to {} (cost {:.1f}) by {}", name(from),
                       cost(state, from, now), name(to), cost(state, to, now),
                       kaido::to_string(choice.rule));
  }
  return {};
}

// Every hub is told one path, and one hub at most that it carries the site's prefixes.
void Watch::claims(const FailoverState& state, Instant now) {
  std::array<std::optional<stamp::Claim>, kHubs> told;
  std::size_t carrying = 0;
  for (std::size_t i = 0; i < state.paths.size(); ++i) {
    const auto claim = claim_for(state, i);
    auto& first = told.at(state.plan.paths[i].hub);
    if (!first) {
      first = claim;
      carrying += claim.carries ? 1 : 0;
    }
    check(Invariant::one_path,
          first->slot == claim.slot && first->transport == claim.transport &&
              first->carries == claim.carries,
          now, "one hub is told of two paths");
  }
  check(Invariant::one_path, carrying <= 1, now, "two hubs are told that they carry");
}

void Watch::sent(std::uint16_t size, Instant now) {
  just_sent_.emplace_back(now, size);
  just_sent_bytes_ += size;
  for (; just_sent_.front().first + kBurst <= now; just_sent_.pop_front()) {
    just_sent_bytes_ -= just_sent_.front().second;
  }
  const auto most = (view_.world().paths.size() * 3 * kSmallSize) + (3 * kFullSize);
  if (just_sent_bytes_ > most) {
    return check(Invariant::paced, false, now,
                 fmt::format("{} bytes of probes within 10 ms", just_sent_bytes_));
  }
  ++checks_.at(static_cast<std::size_t>(Invariant::paced));
}

void Watch::loop(bool there_is, Instant now) {
  if (there_is && !loop_since_) {
    loop_since_ = now;
  }
  if (there_is) {
    return;
  }
  // Routing itself may loop while it converges, as BGP does.
  check(Invariant::no_loop,
        !loop_since_ ||
            now - *loop_since_ <= view_.world().convergence + std::chrono::milliseconds(200),
        now, "hubs sent packets in a circle for longer than routing takes to converge");
  loop_since_.reset();
}

void Watch::slow(Instant from, Instant to) {
  if (from > slow_to_) {
    slow_from_ = from;
  }
  slow_to_ = std::max(slow_to_, to);
}

/// Nothing in the network since five seconds before the machine became slow.
bool Watch::network_calm(Instant now) {
  return std::none_of(view_.world().faults.begin(), view_.world().faults.end(),
                      [&](const Fault& f) {
                        return (of_network(f.kind) || f.kind == Kind::reflector_gone) &&
                               f.from <= now && f.to >= slow_from_ - std::chrono::seconds(5);
                      });
}

void Watch::look(const FailoverState& state, Instant now) {
  if (now > slow_to_ + std::chrono::seconds(2) || !network_calm(now)) {
    return;
  }
  std::size_t usable = 0;
  std::size_t dead = 0;
  for (const auto& path : state.paths) {
    if (path.health == Health::unusable || path.health == Health::unproven) {
      continue;
    }
    ++usable;
    dead += path.health == Health::down ? 1 : 0;
  }
  check(Invariant::not_our_fault, usable == 0 || dead < usable, now,
        "every path is taken for dead, and only this machine was slow");
}

void Watch::finish(const FailoverState& state, std::uint64_t switches, Instant now) {
  loop(false, now);
  const auto& world = view_.world();
  const auto& network = state.plan.networks[0];
  if (now >= world.calm + kHome) {
    const auto path = state.networks[0].path;
    check(Invariant::comes_home, path && rank(network, state.plan.paths[*path]) == 0, now,
          fmt::format("{} is in use at the end, {:.0f} s after the last fault",
                      path ? state.plan.paths[*path].name : "none", in_seconds(now - world.calm)));
    for (std::size_t i = 0; path && i < state.paths.size(); ++i) {
      if (rank(network, state.plan.paths[i]) != 0) {
        continue;
      }
      const double dearer =
          in_seconds(view_.round_trip(*path, now) - view_.round_trip(i, now)) * 1000;
      check(Invariant::comes_home, dearer <= kHomeMs, now,
            fmt::format("{} is in use though {} is {:.1f} ms shorter", state.plan.paths[*path].name,
                        state.plan.paths[i].name, dearer));
    }
  }
  // Away and back, for each trouble that people would call one; an evening is one.
  std::set<std::uint32_t> episodes;
  for (const auto& fault : world.faults) {
    episodes.insert(fault.episode);
  }
  check(Invariant::few_switches, switches <= 2 + (2 * episodes.size()), now,
        fmt::format("{} switches in {} troubles", switches, episodes.size()));
}

}  // namespace kaido::sim
