#include "core/failover/size.hpp"

#include <algorithm>

#include "core/failover/beat.hpp"
#include "core/failover/fragments.hpp"
#include "core/failover/hold_down.hpp"
#include "core/failover/probing.hpp"
#include "core/failover/silence_limit.hpp"
#include "core/failover/size_rules.hpp"
#include "core/failover/size_schedule.hpp"
#include "core/failover/size_search.hpp"

namespace kaido::failover {
namespace {

constexpr auto kSizeNews = 2s;     ///< at most, until the other paths say what passes there
constexpr auto kSizeGrace = 50ms;  ///< beyond patience(): large packets take longer

Instant lost_at(const PathState& path, const PathState::Sent& sent) {
  return sent.at + patience(path) + kSizeGrace;
}

/// The trouble of the path is or becomes size_limited, or ends.
void set_limited(const Context& context, std::size_t i, bool limited) {
  auto& path = context.path(i);
  if (limited == (path.trouble == Trouble::size_limited) || !alive(path) ||
      (path.trouble != Trouble::none && path.trouble != Trouble::size_limited))
    return;
  path.trouble = limited ? Trouble::size_limited : Trouble::none;
  path.since = context.now;
  if (limited) {
    count_flap(context, i, kHardHold);
  } else {
    path.good_since = context.now;
  }
  context.changed(i);
}

/// True: a size probe still waits for its answer.
bool await_answer(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  if (path.size_sequence == 0) return false;
  const auto& sent = path.sent[path.size_sequence % path.sent.size()];
  const bool known = sent.sequence == path.size_sequence;
  if (known && context.now < lost_at(path, sent)) return true;
  const auto size = known ? sent.size : context.spec(i).full_size;
  // The loss counts when something that was sent later was answered: else everything is lost, not
  // only large packets.
  if (path.last_answered < path.size_sequence) return true;
  path.size_sequence = 0;
  on_size_lost(context, i, size);
  return false;
}

void on_whole_reply(const Context& context, std::size_t i, std::uint16_t size, bool awaited) {
  auto& path = context.path(i);
  if (!awaited || size < kMinimum) return;  // a late answer may have come in fragments
  ask_neighbours(context, i, context.now + kBothEnds);
  set_size(context, i, size);
  path.next_size = path.next_whole = context.now;
}

}  // namespace

void set_size(const Context& context, std::size_t i, std::uint16_t size) {
  auto& path = context.path(i);
  path.size_at = context.now;
  const bool changed = path.size != size;
  if (changed) {
    path.fragments_pass.reset();
    path.fragments_missed = 0;
    path.whole_from = {};
    path.next_whole = context.now + std::max<Duration>(path.size_retry, kFirstRetry);
  }
  path.size = size;
  set_limited(context, i, size < context.spec(i).full_size);
  if (!changed) return;
  context.state.dirty = true;
  context.out.emplace_back(SizeChanged{i});
}

bool size_limited(const FailoverState& state, std::size_t i) {
  return state.paths[i].size != 0 && state.paths[i].size < state.plan.paths[i].full_size;
}

bool size_news_awaited(const FailoverState& state, std::size_t used, Instant now) {
  const auto& path = state.paths[used];
  return path.trouble == Trouble::size_limited && now < path.size_lost_at + kSizeNews;
}

bool size_settled(const FailoverState& state, std::size_t i) {
  return state.plan.paths[i].measure != Measure::stamp ||
         (state.paths[i].size != 0 && state.paths[i].search_high == 0);
}

void on_size_reply(const Context& context, std::size_t i, std::uint32_t sequence,
                   std::uint16_t size) {
  auto& path = context.path(i);
  const bool awaited = sequence == path.size_sequence;
  if (awaited) path.size_sequence = 0;
  context.state.dirty = true;
  path.size_failures = 0;
  const auto full = context.spec(i).full_size;
  if (size >= full) {
    path.search_high = 0;
    if (may_fragment(context.state, i)) ask_neighbours(context, i, context.now + kBothEnds);
    set_size(context, i, full);
    return schedule_size_probe(context, i);
  }
  if (path.search_high != 0) return on_search_reply(context, i, size);
  if (path.whole_from != Instant{}) return on_whole_reply(context, i, size, awaited);
  if (size == path.size) set_size(context, i, size);
  if (in_fragments(context.state, i)) on_fragments_reply(context, i, size);
}

void tick_size(const Context& context, std::size_t i) {
  const auto& path = context.path(i);
  if (context.spec(i).measure == Measure::none || path.health == Health::down ||
      path.health == Health::suspect)
    return;
  if (await_answer(context, i) || context.now < path.next_size) return;
  if (in_fragments(context.state, i) && context.now >= path.next_whole)
    return begin_whole(context, i);
  send_size_probe(context, i);
}

Instant size_due(const FailoverState& state, std::size_t i) {
  const auto& path = state.paths[i];
  if (path.size_sequence == 0) return path.health == Health::down ? Instant::max() : path.next_size;
  const auto at = lost_at(path, path.sent[path.size_sequence % path.sent.size()]);
  // The first lost one of a standby is not urgent; see silence_due().
  const bool urgent = path.search_high != 0 || path.size_failures != 0 ||
                      path.health != Health::good || probe_interval(state, i) < kBeat;
  return urgent ? at : beat(at);
}

}  // namespace kaido::failover
