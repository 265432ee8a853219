// Troubles of a random world: which, when, for how long. Durations are skewed to the short end,
// where detectors differ.
#include <algorithm>

#include "world.hpp"

namespace kaido::sim {

World noisy_world(std::uint64_t seed, double hours, Random& random);

namespace {

std::uint32_t line_of(const World& world, Random& random) {
  // One carrier towards one endpoint, towards everything, or everybody's way to one endpoint.
  const auto& path = world.paths[random.below(world.paths.size())].spec;
  const auto what = random.below(4);
  return world.mask([&](const PathSpec& spec) {
    const bool uplink = spec.uplink == path.uplink;
    const bool hub = spec.hub == path.hub;
    if (what == 0) {
      return uplink;
    }
    if (what == 1) {
      return hub && spec.endpoint == path.endpoint;
    }
    return uplink && hub && spec.endpoint == path.endpoint;
  });
}

Fault network_fault(const World& world, Kind kind, Instant at, Random& random) {
  Fault fault;
  fault.kind = kind;
  fault.from = at;
  fault.to = at + seconds(random.skewed(0.4, 900));
  fault.paths = line_of(world, random);
  fault.loss = 1;
  return fault;
}

/// Three to fifteen percent in bursts and 80 ms more, for minutes, then not, then again.
void add_evening(World& world, Instant at, Random& random) {
  Fault fault = network_fault(world, Kind::evening, at, random);
  fault.episode = ++world.episodes;
  std::vector<std::uint32_t> lines{fault.paths};
  if (random.chance(0.3)) {  // of every carrier
    lines.clear();
    for (const std::size_t uplink : {0U, 1U}) {
      lines.push_back(world.mask([&](const PathSpec& spec) { return spec.uplink == uplink; }));
    }
  }
  const Instant over = at + seconds(random.uniform(1200, 3600));
  while (at < over) {
    fault.from = at;
    fault.to = std::min(at + seconds(random.uniform(60, 480)), over);
    fault.burst = random.uniform(0.03, 0.15);
    fault.loss = random.uniform(0.5, 0.9);
    fault.bad_share = random.uniform(0.03, 0.15) / fault.loss;
    fault.delay = std::chrono::milliseconds(40);
    for (const auto line : lines) {
      fault.paths = line;
      add(world, fault, random);
    }
    at = fault.to + seconds(random.uniform(20, 240));
  }
}

void shape(World& world, Fault& fault, Random& random) {
  const auto& path = world.paths[random.below(world.paths.size())].spec;
  switch (fault.kind) {
    case Kind::protocol: {
      const bool everywhere = random.chance(0.6);
      fault.paths = world.mask([&](const PathSpec& spec) {
        return spec.transport == path.transport && (everywhere || spec.uplink == path.uplink);
      });
      break;
    }
    case Kind::one_way:
      fault.direction.at(random.below(2)) = false;
      break;
    case Kind::tunnel:
      fault.paths = 1U << random.below(world.paths.size());
      if (random.chance(0.5)) {
        fault.paths = 1;
      }  // the one most likely in use
      break;
    case Kind::size_hole:
      fault.loss = 0;
      fault.size = static_cast<std::uint16_t>(1200 + random.below(200));
      break;
    case Kind::noise:
      fault.loss = random.uniform(0.003, 0.012);
      fault.to = fault.from + seconds(random.uniform(300, 1800));
      break;
    case Kind::blip:
      fault.to = fault.from + seconds(random.skewed(0.02, 0.15));
      break;
    case Kind::detour:
      fault.loss = 0;
      fault.delay = seconds(random.uniform(0.002, 0.03));
      fault.to = fault.from + seconds(random.uniform(60, 1200));
      break;
    case Kind::hub_reboot:
      fault.hub = static_cast<std::uint32_t>(random.chance(0.6) ? 0 : random.below(kHubs));
      fault.paths = world.mask([&](const PathSpec& spec) { return spec.hub == fault.hub; });
      fault.to = fault.from + seconds(random.uniform(20, 120));
      break;
    case Kind::link_down:
      fault.paths = world.mask([&](const PathSpec& spec) { return spec.uplink == path.uplink; });
      fault.to = fault.from + seconds(random.skewed(0.5, 300));
      break;
    default:
      break;
  }
}

void add_network_fault(World& world, Instant at, Random& random) {
  constexpr std::array kKinds{Kind::cut,      Kind::cut,    Kind::protocol,  Kind::one_way,
                              Kind::one_way,  Kind::tunnel, Kind::size_hole, Kind::noise,
                              Kind::blip,     Kind::blip,   Kind::detour,    Kind::hub_reboot,
                              Kind::link_down};
  Fault fault = network_fault(world, kKinds.at(random.below(kKinds.size())), at, random);
  shape(world, fault, random);
  fault.episode = ++world.episodes;
  add(world, fault, random);
}

void add_machine_fault(World& world, Instant at, Random& random) {
  constexpr std::array kKinds{Kind::partition,    Kind::site_stall,  Kind::site_stall,
                              Kind::hub_stall,    Kind::hub_stall,   Kind::reflector_gone,
                              Kind::site_restart, Kind::hub_restart, Kind::clock_jump,
                              Kind::idle};
  Fault fault;
  fault.kind = kKinds.at(random.below(kKinds.size()));
  fault.from = at;
  fault.hub = static_cast<std::uint32_t>(random.chance(0.5) ? 0 : random.below(kHubs));
  fault.other = static_cast<std::uint32_t>((fault.hub + 1 + random.below(kHubs - 1)) % kHubs);
  double length = random.skewed(0.05, 2);
  if (fault.kind == Kind::partition || fault.kind == Kind::idle) {
    length = random.skewed(5, 900);
  }
  if (fault.kind == Kind::reflector_gone) {
    length = random.skewed(0.2, 60);
  }
  if (fault.kind == Kind::site_restart || fault.kind == Kind::hub_restart) {
    length = random.uniform(0.3, 2.5);
  }
  if (fault.kind == Kind::clock_jump) {
    if (random.chance(0.5)) {
      fault.hub = kHubs;
    }
    fault.delay = seconds(random.uniform(-1, 1) * random.skewed(0.1, 4000));
    length = 0;
  }
  fault.to = at + seconds(length);
  fault.episode = ++world.episodes;
  // A machine that is short of CPU is so more than once.
  const std::size_t times =
      fault.kind == Kind::site_stall || fault.kind == Kind::hub_stall ? 1 + random.below(6) : 1;
  for (std::size_t i = 0; i < times; ++i) {
    add(world, fault, random);
    fault.from = fault.to + seconds(random.skewed(0.02, 5));
    fault.to = fault.from + seconds(random.skewed(0.05, 2));
  }
}

}  // namespace

World random_world(std::uint64_t seed, double hours) {
  Random random(seed);
  World world = noisy_world(seed, hours, random);
  const Instant last = world.end - kQuiet;
  const bool evenings = random.chance(0.4);
  Instant at = world.start + seconds(120);
  Instant evening = world.start + seconds(random.uniform(600, 5400));
  while (true) {
    at += seconds(5 + random.exponential(420));
    if (evenings && at > evening) {
      if (evening + seconds(3700) < last) {
        add_evening(world, evening, random);
      }
      evening += seconds(random.uniform(3 * 3600, 6 * 3600));
    }
    if (at + seconds(1000) > last) {
      break;
    }
    if (random.chance(0.65)) {
      add_network_fault(world, at, random);
    } else {
      add_machine_fault(world, at, random);
    }
  }
  return world;
}

}  // namespace kaido::sim
