#include "world.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kaido::sim {
namespace {

using std::chrono::milliseconds;

struct SlotPlan {
  std::size_t uplink, hub, endpoint;
};
// Six slots with two transports each are twelve paths; larger worlds take more of these.
constexpr std::array<SlotPlan, 8> kSlots{
    {{0, 0, 0}, {1, 0, 1}, {0, 1, 0}, {1, 1, 1}, {0, 2, 0}, {1, 2, 0}, {1, 0, 0}, {0, 0, 1}}};

// Round trips of SCENARIOS.md, halved: from Japan, from China.
Duration one_way(bool japan, std::size_t hub) {
  constexpr std::array<std::array<int, kHubs>, 2> kMicroseconds{
      {{25'000, 2'500, 17'500}, {2'500, 25'000, 25'000}}};
  return std::chrono::microseconds(kMicroseconds.at(japan ? 1 : 0).at(hub));
}

PathSpec spec_of(std::size_t slot, Transport transport) {
  const auto& plan = kSlots.at(slot);
  PathSpec spec;
  spec.slot = static_cast<std::uint8_t>(slot + 1);
  spec.transport = transport;
  spec.hub = plan.hub;
  spec.endpoint = plan.endpoint;
  spec.uplink = plan.uplink;
  spec.hub_number = static_cast<std::uint16_t>(101 + plan.hub);
  spec.full_size = transport == Transport::ikev2 ? 1400 : kFullSize;
  spec.name = fmt::format("{}/{}:isp{}/{}", kHubNames.at(plan.hub), plan.endpoint == 0 ? 'a' : 'b',
                          plan.uplink + 1, kaido::to_string(transport));
  return spec;
}

/// A line's own rare bursts: some tens of milliseconds, every half an hour or so.
Chain background(const World& world, Random& random) {
  Chain chain;
  Instant at = world.start;
  while (true) {
    at += seconds(1 + random.exponential(1500));
    if (at >= world.end) {
      return chain;
    }
    chain.turns.push_back(at);
    chain.turns.push_back(at += seconds(random.skewed(0.01, 0.12)));
  }
}

void chain_for(World& world, SimPath& path, std::size_t line, Random& random) {
  while (world.chains.size() <= line) {
    world.chains.push_back(background(world, random));
  }
  path.chain = static_cast<std::uint32_t>(line);
}

World make(std::uint64_t seed, double hours, std::size_t slots, bool japan, bool still) {
  World world;
  Random random(seed ^ 0x77);
  world.seed = seed;
  world.end = world.start + seconds(hours * 3600);
  world.calm = world.start;
  world.convergence = seconds(random.uniform(0.05, 0.15));
  for (std::size_t slot = 0; slot < slots; ++slot) {
    const auto more = seconds(still ? 0 : random.uniform(0, 0.006));
    const double loss = still ? 0 : random.skewed(0.00005, 0.003);
    for (const auto transport : {Transport::ikev2, Transport::wireguard}) {
      SimPath path;
      path.spec = spec_of(slot, transport);
      const auto base = one_way(japan, path.spec.hub) + more;
      path.delay = {base, base + (still ? Duration{} : Duration(random.below(1'000'000)))};
      path.jitter = {milliseconds(still ? 0 : 1), milliseconds(still ? 0 : 1)};
      path.loss = loss;
      chain_for(world, path, slot, random);
      world.paths.push_back(path);
    }
  }
  for (std::size_t hub = 0; hub < kHubs; ++hub) {
    world.near.at(hub) = one_way(japan, hub) < milliseconds(10);
  }
  if (still) {
    for (auto& chain : world.chains) {
      chain.turns.clear();
    }
  }
  return world;
}

/// A gateway that comes back, or a link: its tunnels follow one by one.
void come_back_late(World& world, const Fault& fault, double longest, Random& random) {
  for (std::uint32_t i = 0; i < world.paths.size(); ++i) {
    if ((fault.paths >> i & 1U) == 0) {
      continue;
    }
    Fault late = fault;
    late.paths = 1U << i;
    late.from = fault.to;
    late.to = fault.to + seconds(random.uniform(0.3, longest));
    if (fault.kind == Kind::link_down) {
      world.usable.push_back({fault.from, i, false});
      world.usable.push_back({late.to, i, true});
    }
    late.kind = Kind::cut;
    world.calm = std::max(world.calm, late.to);
    world.faults.push_back(late);
  }
}

}  // namespace

const char* to_string(Kind kind) {
  constexpr std::array kNames{
      "cut",          "protocol",    "one_way",    "tunnel",    "size_hole",
      "evening",      "noise",       "blip",       "detour",    "hub_reboot",
      "link_down",    "partition",   "site_stall", "hub_stall", "reflector_gone",
      "site_restart", "hub_restart", "clock_jump", "idle"};
  return kNames.at(static_cast<std::size_t>(kind));
}

World still_world(std::uint64_t seed, double hours) { return make(seed, hours, 6, true, true); }

World noisy_world(std::uint64_t seed, double hours, Random& random) {
  return make(seed, hours, random.chance(0.3) ? 8 : 6, random.chance(0.6), false);
}

void add(World& world, Fault fault, Random& random) {
  if (fault.bad_share > 0) {
    Chain chain;
    const double good = fault.burst * (1 - fault.bad_share) / fault.bad_share;
    for (Instant at = fault.from + seconds(random.exponential(good)); at < fault.to;) {
      chain.turns.push_back(at);
      at += seconds(random.exponential(fault.burst));
      chain.turns.push_back(at);
      at += seconds(random.exponential(good));
    }
    fault.other = static_cast<std::uint32_t>(world.chains.size());
    world.chains.push_back(std::move(chain));
  }
  world.faults.push_back(fault);
  world.calm = std::max(world.calm, fault.to);
  if (fault.kind == Kind::hub_reboot) {
    come_back_late(world, fault, 20, random);
  }
  if (fault.kind == Kind::link_down) {
    come_back_late(world, fault, 5, random);
  }
}

FailoverPlan plan_of(const World& world) {
  FailoverPlan plan;
  plan.budgets = world.budgets;
  for (const auto& path : world.paths) {
    plan.paths.push_back(path.spec);
  }
  const auto add_network = [&](std::string name, std::vector<std::size_t> hubs, bool implicit) {
    NetworkSpec network;
    network.name = std::move(name);
    network.hubs = std::move(hubs);
    network.implicit = implicit;
    for (const auto hub : network.hubs) {
      for (std::size_t i = 0; i < plan.paths.size(); ++i) {
        if (plan.paths[i].hub == hub) {
          network.paths.push_back(i);
        }
      }
    }
    plan.networks.push_back(std::move(network));
  };
  add_network("corp", {0, 1, 2}, false);
  for (std::size_t hub = 0; hub < kHubs; ++hub) {
    add_network(kHubNames.at(hub), {hub}, true);
  }
  return plan;
}

std::string describe(const World& world, const Fault& fault) {
  std::string who;
  for (std::size_t i = 0; i < world.paths.size(); ++i) {
    if ((fault.paths >> i & 1U) != 0) {
      who += " " + world.paths[i].spec.name;
    }
  }
  if (fault.paths == world.all_paths()) {
    who = " all paths";
  }
  const char* way = fault.direction[kUp] == fault.direction[kDown] ? ""
                    : fault.direction[kUp]                         ? " up"
                                                                   : " down";
  return fmt::format("{:10.3f} to {:10.3f} s {}{} loss {:.3f} size {} hub {}{}",
                     in_seconds(fault.from - world.start), in_seconds(fault.to - world.start),
                     to_string(fault.kind), way, fault.loss, fault.size, fault.hub, who);
}

}  // namespace kaido::sim
