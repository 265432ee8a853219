// The far end of a run: hubs, routers, and what befalls them and us.
#include <algorithm>

#include "simulation.hpp"

namespace kaido::sim {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr auto kToKaidod = milliseconds(1);    ///< from the reflector
constexpr auto kReflector = microseconds(30);  ///< turnaround
constexpr auto kLook = std::chrono::seconds(1);
/// A hub notices late that a tunnel has ended: by DPD, or by a handshake that is not renewed.
constexpr auto kSessionEnds = std::chrono::seconds(kHandshakeLifetime);

}  // namespace

void Simulation::handle(const Queue<What>::Event& event) {
  switch (event.kind) {
    case What::fault_begins:
      return begin(world_.faults[event.index]);
    case What::fault_ends:
      return end(world_.faults[event.index]);
    case What::usable: {
      const auto& change = world_.usable[event.index];
      if (usable_[change.path] == change.usable) {
        return;
      }
      usable_[change.path] = change.usable;
      usable_since_[change.path] = now_;
      if (!change.usable) {
        queue_.push(now_ + kSessionEnds, What::hub_tick,
                    static_cast<std::uint32_t>(world_.paths[change.path].spec.hub));
      }
      return step_site(PathUsable{change.path, change.usable});
    }
    case What::hub_arrival:
      return at_hub(event.index);
    case What::site_arrival:
      return at_site(event.index);
    case What::claim_told:
      return tell_of_claim(event.index);
    case What::silence_told:
      if (hubs_[event.index].kaidod_runs) {
        hubs_[event.index].silent(now_);
      }
      return hub_changed(event.index);
    case What::silence_check:
      return check_silence(event.index);
    case What::hub_tick:
      hubs_[event.index].tick(now_);
      return hub_changed(event.index);
    case What::hub_expects:
      hubs_[event.index].unheard(now_);
      return hub_changed(event.index);
    case What::routing:
      backbone_.arrive(event.index, event.value);
      return route_down();
    case What::site_start:
      return start_site();
    case What::look:
      watch_.look(state_, now_);
      if ((now_ - world_.start) % std::chrono::seconds(10) == Duration{} && site_runs_) {
        watch_.claims(state_, now_);
      }
      return queue_.push(now_ + kLook, What::look);
  }
}

void Simulation::at_hub(std::uint32_t index) {
  const auto& packet = packets_[index];
  const auto hub = world_.paths[packet.path].spec.hub;
  if (packet.echo) {
    return answer(index, packet.at_hub);
  }
  auto& there = hubs_[hub];
  if (now_ < there.stalled_until) {  // it waits in the socket
    return queue_.push(there.stalled_until, What::hub_arrival, index);
  }
  if (now_ < there.reflector_back) {
    free_.push_back(index);
    return;
  }
  reflect(index, hub);
}

void Simulation::reflect(std::uint32_t index, std::size_t hub) {
  auto& packet = packets_[index];
  auto& there = hubs_[hub];
  if (there.probe(packet.path, packet.sequence, packet.claim, packet.at_hub)) {
    queue_.push(now_ + kToKaidod, What::claim_told, static_cast<std::uint32_t>(hub));
  }
  if (!silence_pending_.at(hub)) {
    if (const auto due = there.silence_due()) {
      silence_pending_.at(hub) = true;
      queue_.push(std::max(*due, now_), What::silence_check, static_cast<std::uint32_t>(hub));
    }
  }
  packet.turnaround = now_ - packet.at_hub + kReflector;
  packet.jump = -hub_jump_.at(hub);  // the clock was set between its two stamps
  hub_jump_.at(hub) = {};
  packet.reflector_sequence = there.session(packet.path).replies;
  packet.applied_epoch = there.applied_epoch();
  packet.applied_generation = there.applied_generation();
  packet.heard_count = 0;
  for (std::size_t i = 0; packet.ask_all && i < world_.paths.size(); ++i) {
    const auto& session = there.session(i);
    if (!session.known) {
      continue;
    }
    const auto& spec = world_.paths[i].spec;
    const auto age = (now_ - session.heard) / milliseconds(1);
    packet.heard.at(packet.heard_count++) = {
        .transport = static_cast<std::uint8_t>(static_cast<std::uint8_t>(spec.transport) + 1),
        .slot = spec.slot,
        .age = static_cast<std::uint16_t>(std::min<std::int64_t>(age, 65535)),
        .sequence = session.sequence};
  }
  answer(index, now_ + kReflector);
}

void Simulation::answer(std::uint32_t index, Instant at) {
  auto& packet = packets_[index];
  const auto delay = view_.send(packet.path, kDown, {.sent = at, .size = packet.size});
  if (!delay) {
    free_.push_back(index);
    return;
  }
  packet.arrived = at + *delay;
  queue_.push(packet.arrived, What::site_arrival, index);
}

void Simulation::tell_of_claim(std::uint32_t hub) {
  auto& there = hubs_[hub];
  if (!there.kaidod_runs || !there.newest()) {
    return;
  }
  if (now_ < there.stalled_until) {
    return queue_.push(there.stalled_until, What::claim_told, hub);
  }
  there.claim(now_);
  hub_changed(hub);
}

void Simulation::check_silence(std::uint32_t hub) {
  auto& there = hubs_[hub];
  silence_pending_.at(hub) = false;
  auto due = there.silence_due();
  if (!due) {
    return;
  }
  // What waits in its socket is read before silence is judged.
  if (now_ < there.stalled_until) {
    due = there.stalled_until + microseconds(1);
  }
  if (now_ >= *due && there.silence_check(now_)) {
    return queue_.push(now_ + kToKaidod, What::silence_told, hub);
  }
  silence_pending_.at(hub) = true;
  queue_.push(*due, What::silence_check, hub);
}

std::optional<std::size_t> Simulation::claimed(std::size_t hub) const {
  const auto& claim = hubs_[hub].in_force();
  for (std::size_t i = 0; claim && i < world_.paths.size(); ++i) {
    const auto& spec = world_.paths[i].spec;
    if (spec.slot == claim->slot &&
        static_cast<std::uint8_t>(spec.transport) + 1 == claim->transport) {
      return i;
    }
  }
  return std::nullopt;
}

Return Simulation::route_at(std::size_t hub) const {
  const auto path = claimed(hub);
  const bool over = !path || (!usable_[*path] && now_ >= usable_since_[*path] + kSessionEnds);
  return hubs_[hub].route(over, now_);
}

void Simulation::hub_changed(std::size_t hub) {
  const auto route = route_at(hub);
  const auto word = route.outranks   ? Word::outranks
                    : route.announce ? Word::fresh
                    : route.stale    ? Word::stale
                                     : Word::none;
  publish(backbone_.announce(hub, word, now_));
  if (const auto due = hubs_[hub].deadline()) {
    queue_.push(*due, What::hub_tick, static_cast<std::uint32_t>(hub));
  }
  route_down();
}

void Simulation::publish(const Backbone::NewsList& news) {
  for (const auto& item : news) {
    if (!item) {
      continue;
    }
    queue_.push(item->at, What::routing, static_cast<std::uint32_t>(item->observer),
                static_cast<std::uint32_t>(item->hub));
  }
}

void Simulation::route_down() {
  std::array<bool, kHubs> delivers{};
  for (std::size_t hub = 0; hub < kHubs; ++hub) {
    delivers.at(hub) = route_at(hub).deliver;
  }
  const auto way = backbone_.resolve(delivers);
  if (options_.watch) {
    watch_.loop(way.loop, now_);
  }
  std::optional<std::size_t> path;
  if (way.hub) {
    path = claimed(*way.hub);
  }
  if (path == traffic_.route(kDown)) {
    return;
  }
  count_received();
  traffic_.route(kDown, path, now_);
}

void Simulation::begin(const Fault& fault) {
  const auto hub = fault.hub;
  switch (fault.kind) {
    case Kind::hub_reboot:
      hubs_[hub] = SimHub(static_cast<std::uint16_t>(101 + hub));
      publish(backbone_.alive(hub, false, now_));
      return route_down();
    case Kind::partition:
      return publish(backbone_.partition(hub, fault.other, true, now_));
    case Kind::site_stall:
      stalled_until_ = std::max(stalled_until_, fault.to);
      return watch_.slow(fault.from, fault.to);
    case Kind::hub_stall:
      hubs_[hub].stalled_until = std::max(hubs_[hub].stalled_until, fault.to);
      return;
    case Kind::reflector_gone:
      hubs_[hub].reflector_lost();
      hubs_[hub].deaf(true, now_);
      hub_changed(hub);
      hubs_[hub].reflector_back = std::max(hubs_[hub].reflector_back, fault.to);
      return;
    case Kind::site_restart:
      site_runs_ = false;
      return;
    case Kind::hub_restart:
      hubs_[hub].kaidod_runs = false;
      return;
    case Kind::clock_jump:
      if (hub < kHubs) {
        hub_jump_.at(hub) = fault.delay;
      } else {
        ++clock_jumps_;
        clock_jump_ = fault.delay;
      }
      return;
    case Kind::idle:
      flows_ = false;
      traffic_.demand(false, now_);
      return step_site(TrafficSeen{false});
    default:
      return;
  }
}

void Simulation::end(const Fault& fault) {
  const auto hub = fault.hub;
  switch (fault.kind) {
    case Kind::hub_reboot:
      return publish(backbone_.alive(hub, true, now_));
    case Kind::partition:
      return publish(backbone_.partition(hub, fault.other, false, now_));
    case Kind::reflector_gone:
      if (now_ >= hubs_[hub].reflector_back) {
        hubs_[hub].deaf(false, now_);
        hub_changed(hub);
      }
      return;
    case Kind::site_restart:
      if (!site_runs_) {
        start_site();
      }
      return;
    case Kind::hub_restart:
      // It adopts the routes that are there; the reflector tells it what it knows.
      hubs_[hub].restart(route_at(hub), now_);
      hubs_[hub].kaidod_runs = true;
      queue_.push(now_ + kSpeaksUp, What::hub_expects, hub);
      if (hubs_[hub].hears()) {
        queue_.push(now_, What::claim_told, hub);
      }
      return;
    case Kind::idle:
      flows_ = true;
      traffic_.demand(true, now_);
      return step_site(TrafficSeen{true});
    default:
      return;
  }
}

}  // namespace kaido::sim
