#include "core/failover/transitions.hpp"

#include <chrono>

#include "core/failover/hold_down.hpp"
#include "core/failover/silence_limit.hpp"
#include "core/failover/size.hpp"

namespace kaido::failover {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kNewProofs = 20;  ///< answers that make a path good again that was down
constexpr auto kFirstProbeStep = 2ms;     ///< new paths are not asked in one burst
constexpr int kFirstProbeSteps = 25;

/// Suspicion comes and goes with every lost packet: nobody is told of it.
bool worth_telling(const PathState& path, Health health, Trouble trouble) {
  const auto quiet = [](Health h) { return h == Health::suspect || h == Health::good; };
  return !quiet(path.health) || !quiet(health) || path.trouble != trouble;
}

/// Trouble of a path that has just become good.
Trouble trouble_when_good(const Context& context, std::size_t i, bool settled) {
  const auto& path = context.path(i);
  return settled && path.size != 0 && path.size < context.spec(i).full_size ? Trouble::size_limited
                                                                            : Trouble::none;
}

/// Figures of a tunnel that is gone do not count for the next one.
void forget_figures(PathState& path) {
  path.proofs = 0;
  path.last_answered = path.next_sequence - 1;
  path.reflector_sequence = 0;
  path.round_trips.clear();
  path.minute = {};
  path.size = 0;
  path.size_failures = 0;
  path.search_high = 0;
  path.whole_from = {};
  path.size_sequence = 0;
  path.last_reply = {};
}

void suspect_answered(const Context& context, std::size_t i, Trouble trouble) {
  auto& path = context.path(i);
  if (path.trouble != Trouble::reflector_silent)
    return set_health(context, i, Health::good, path.trouble);
  // Its reflector answers again; the path lost nothing.
  path.minute.forget(path.silent_from - patience(path));
  set_health(context, i, Health::good, trouble);
}

void down_answered(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  path.proofs = 1;
  // After an outage the path is judged by what it does from now on. A pause counts.
  if (context.now - path.silent_from > kLongestSilence) path.minute = {};
  set_health(context, i, Health::proving, path.trouble);
}

}  // namespace

void set_health(const Context& context, std::size_t i, Health health, Trouble trouble) {
  auto& path = context.path(i);
  if (path.health == health && path.trouble == trouble) return;
  if (health == Health::good &&
      (!alive(path) || (trouble == Trouble::none && path.trouble != Trouble::none)))
    path.good_since = context.now;
  const bool tell = worth_telling(path, health, trouble);
  path.health = health;
  path.trouble = trouble;
  context.state.dirty = true;
  if (!tell) return;
  path.since = context.now;
  context.changed(i);
}

void set_usable(const Context& context, std::size_t i, bool usable) {
  auto& path = context.path(i);
  if (usable == (path.health != Health::unusable)) return;
  path.leaves = false;
  if (!usable) {
    if (alive(path)) count_flap(context, i, kHardHold);
    return set_health(context, i, Health::unusable, Trouble::none);
  }
  forget_figures(path);
  path.next_size = context.now;
  path.next_probe = context.now + kFirstProbeStep * static_cast<int>(i % kFirstProbeSteps);
  set_health(context, i, context.spec(i).measure == Measure::none ? Health::good : Health::unproven,
             Trouble::none);
}

void count_proof(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  ++path.proofs;
  const bool settled = size_settled(context.state, i);
  const auto trouble = trouble_when_good(context, i, settled);
  switch (path.health) {
    case Health::suspect:
      return suspect_answered(context, i, trouble);
    case Health::unproven:
      if (path.proofs >= kFirstProofs && settled) set_health(context, i, Health::good, trouble);
      return;
    case Health::down:
      return down_answered(context, i);
    case Health::proving:
      if (path.proofs >= kNewProofs && settled) set_health(context, i, Health::good, trouble);
      return;
    case Health::good:
    case Health::unusable:
      return;
  }
}

}  // namespace kaido::failover
