#include "core/failover/replies.hpp"

#include <algorithm>
#include <cstdint>

#include "core/failover/acknowledgement.hpp"
#include "core/failover/silence.hpp"
#include "core/failover/silence_limit.hpp"
#include "core/failover/size.hpp"
#include "core/failover/transitions.hpp"

namespace kaido::failover {
namespace {

/// One of the last `probes` probes was a full-size probe.
bool any_sized(const PathState& path, std::uint32_t last, std::uint32_t probes) {
  bool sized = false;
  for (std::uint32_t k = 0; k < std::min<std::size_t>(probes, path.sent.size()); ++k)
    sized |= path.sent[(last - k) % path.sent.size()].size != 0;
  return sized;
}

/// The counts of both ends tell which direction lost how much.
void count_directions(const Context& context, PathState& path, const ProbeReply& reply) {
  if (reply.reflector_sequence == 0 && path.reflector_sequence == 0) return;
  // A stateless reflector repeats our own number (RFC 8762 §4.2). That says nothing of what
  // arrived. Kaido's reflector counts, though the two numbers may be equal.
  if (!reply.kaido && reply.reflector_sequence == reply.sequence) {
    path.reflector_sequence = 0;
    return;
  }
  const auto arrived = reply.reflector_sequence - path.reflector_sequence;
  const auto probes = reply.sequence - path.last_answered;
  // A lost full-size probe is lost because of its size. A count that went back, or is ahead of
  // ours, is that of a reflector that started anew: no loss.
  if (!any_sized(path, reply.sequence, probes) && path.reflector_sequence != 0 && arrived >= 1 &&
      arrived <= probes)
    path.minute.directions(context.now, probes, arrived);
  path.reflector_sequence = reply.reflector_sequence;
}

bool is_of(const PathSpec& spec, std::size_t hub, const stamp::PathHeard& heard) {
  return spec.hub == hub && spec.slot == heard.slot &&
         static_cast<std::uint8_t>(spec.transport) + 1 == heard.transport;
}

/// What the hub received by our other paths.
void note_heard(const Context& context, std::size_t by, const ProbeReply& reply) {
  for (const auto& heard : reply.heard)
    for (std::size_t i = 0; i < context.state.paths.size(); ++i) {
      if (!is_of(context.spec(i), context.spec(by).hub, heard)) continue;
      auto& path = context.path(i);
      if (heard.sequence - 1 < path.next_sequence)
        path.hub_heard = std::max(path.hub_heard, heard.sequence);
      if (path.health == Health::down && path.trouble == Trouble::silent &&
          direction(path) == Trouble::download_dead)
        set_health(context, i, Health::down, Trouble::download_dead);
    }
}

void on_witness(PathState& path, Instant at) {
  path.last_witness = std::max(path.last_witness, at);
  if (path.first_witness == Instant{}) path.first_witness = at;
}

/// The time stamps cannot say more than our own clock saw, which nobody sets. If they do, a clock
/// was set meanwhile.
Duration believable_round_trip(const ProbeReply& reply, const PathState::Sent& sent) {
  const auto seen = std::max(reply.at - sent.at, Duration{});
  return reply.round_trip <= Duration{} || reply.round_trip > seen ? seen : reply.round_trip;
}

void measure_reply(const Context& context, const ProbeReply& reply, const PathState::Sent& sent) {
  auto& path = context.path(reply.path);
  const auto round_trip = believable_round_trip(reply, sent);
  if (sent.size == 0) path.minute.answered(sent.at, round_trip);
  path.round_trips.add(round_trip);
  remember_gap(context, reply.path, reply.at);
  if (reply.sequence < path.last_answered) {
    ++path.reordered;
  } else {
    count_directions(context, path, reply);
    path.last_answered = reply.sequence;
  }
  path.last_reply = std::max(path.last_reply, reply.at);
}

}  // namespace

void on_reply(const Context& context, const ProbeReply& reply) {
  if (reply.path >= context.state.paths.size()) return;
  auto& path = context.path(reply.path);
  if (path.health == Health::unusable) return;
  if (reply.echo && context.spec(reply.path).measure == Measure::stamp)
    return on_witness(path, reply.at);
  auto& sent = path.sent[reply.sequence % path.sent.size()];
  if (sent.sequence != reply.sequence || sent.answered) return;
  sent.answered = true;
  measure_reply(context, reply, sent);
  if (reply.kaido) note_applied(context, reply, sent.at);
  if (sent.size != 0) on_size_reply(context, reply.path, reply.sequence, sent.size);
  if (!reply.heard.empty()) note_heard(context, reply.path, reply);
  count_proof(context, reply.path);
}

void on_counters(const Context& context, const CountersRead& read) {
  if (read.path >= context.state.paths.size()) return;
  auto& path = context.path(read.path);
  if (!path.counted) path.received_then = read.received;
  path.received_now = read.received;
  path.counted = true;
}

}  // namespace kaido::failover
