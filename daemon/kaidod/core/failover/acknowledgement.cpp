#include "core/failover/acknowledgement.hpp"

#include <chrono>

namespace kaido::failover {
namespace {

using namespace std::chrono_literals;

// A hub applies a claim in milliseconds. A restart of its kaidod takes a second.
constexpr auto kAcknowledgedAfterDeath = 1500ms;  ///< when the path that it uses until then is dead
constexpr auto kAcknowledged = 5s;                ///< otherwise

}  // namespace

void note_applied(const Context& context, const ProbeReply& reply, Instant sent_at) {
  auto& state = context.state;
  auto& hub = state.hubs[context.spec(reply.path).hub];
  // A hub that knows of no claim of ours (epoch 0) has been started anew. Our probes tell it.
  if (reply.applied_epoch == 0 ||
      (reply.applied_epoch == state.epoch && reply.applied_generation >= hub.generation)) {
    hub.outdated_since.reset();
    hub.acknowledged = true;
    hub.ignoring = false;
    return;
  }
  // The reflector answers the first probe with a new claim before its kaidod has seen the claim,
  // however rarely we probe. Only a probe that was sent a while later shows that we are ignored.
  if (!hub.outdated_since) {
    if (sent_at >= hub.changed_at) hub.outdated_since = context.now;
    return;
  }
  const auto wait = hub.old_path_dead ? Duration(kAcknowledgedAfterDeath) : Duration(kAcknowledged);
  if (hub.ignoring || sent_at < *hub.outdated_since + wait) return;
  hub.ignoring = true;
  state.next_review = context.now;
}

void expect_acknowledgement(const Context& context, std::size_t path, bool old_path_dead) {
  auto& hub = context.state.hubs[context.spec(path).hub];
  hub.generation = context.state.generation;
  hub.changed_at = context.now;
  hub.outdated_since.reset();
  hub.acknowledged = false;
  hub.old_path_dead = old_path_dead;
}

}  // namespace kaido::failover
