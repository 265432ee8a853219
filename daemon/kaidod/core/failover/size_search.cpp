#include "core/failover/size_search.hpp"

#include <algorithm>
#include <cmath>

#include "core/failover/fragments.hpp"
#include "core/failover/silence_limit.hpp"
#include "core/failover/size.hpp"
#include "core/failover/size_rules.hpp"
#include "core/failover/size_schedule.hpp"

namespace kaido::failover {
namespace {

constexpr std::uint16_t kFine = 8;  ///< bytes; a search ends when it is this close
constexpr std::uint32_t kMostProof = 8;
constexpr double kBadLuck = 1e-4;  ///< losses that are less likely by chance are a proof

/// So many probes of one size lost in a row are no bad luck, with the loss that the path has
/// anyway.
std::uint32_t losses_that_prove(const PathState& path, Instant now) {
  const auto share = std::min(kMostLoss, path.minute.round_trip(now).share());
  if (share <= 0) return kProofOfLoss;
  const auto wanted = static_cast<std::uint32_t>(std::ceil(std::log(kBadLuck) / std::log(share)));
  return std::clamp(wanted, kProofOfLoss, kMostProof);
}

/// One step of a search, or its end.
void search_step(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  path.size_failures = 0;
  path.next_size = context.now;
  if (path.search_high > path.search_low + kFine) return;
  path.search_high = 0;
  // A few bytes more are not worth other routes and clamps.
  const bool same =
      path.size != 0 && path.search_low >= path.size && path.search_low < path.size + kFine;
  const auto found = same ? path.size : path.search_low;
  const bool known = found == path.size;
  set_size(context, i, found);
  schedule_size_probe(context, i);
  if (!in_fragments(context.state, i)) return;
  if (known) context.out.emplace_back(SizeChanged{i});
  path.next_size = context.now + kBothEnds;
}

/// Downwards: `size` does not pass.
void begin_search(const Context& context, std::size_t i, std::uint16_t size) {
  auto& path = context.path(i);
  path.search_low = context.spec(i).least;
  path.search_high = size;
  path.size_retry = kFirstRetry;
  path.size_lost_at = context.now;
  if (path.fast) {
    for (auto& other : context.state.paths)  // does it happen on this line only?
      other.next_size = std::min(other.next_size, context.now);
  }
  if (size == kMinimum) set_size(context, i, 0);
  search_step(context, i);
}

/// Upwards: full size does not pass; perhaps more than now does.
void begin_rise(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  path.search_low = path.size;
  path.search_high = context.spec(i).full_size;
  search_step(context, i);
}

/// More than what passes was tried again, in vain.
void retry_later(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  path.size_retry = std::min<Duration>(path.size_retry * 2, kLongestRetry);
  path.next_whole = context.now + path.size_retry;
}

void lost_in_search(const Context& context, std::size_t i, std::uint16_t size) {
  auto& path = context.path(i);
  path.search_high = size;
  if (size == kMinimum && path.size >= kMinimum) set_size(context, i, 0);
  search_step(context, i);
}

/// 1280 bytes do not pass without fragments.
void lost_whole(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  path.whole_from = {};
  retry_later(context, i);
  path.next_size = context.now + kBothEnds;
  context.out.emplace_back(SizeChanged{i});
}

}  // namespace

std::uint16_t size_to_try(const Context& context, std::size_t i) {
  const auto& path = context.path(i);
  if (path.search_high != 0) {
    // 1280 first, since most depends on it.
    if (path.search_low < kMinimum && path.search_high > kMinimum) return kMinimum;
    return static_cast<std::uint16_t>((path.search_low + path.search_high) / 2);
  }
  if (path.whole_from != Instant{}) return kMinimum;
  if (in_fragments(context.state, i)) return size_in_fragments(context, i);
  return size_limited(context.state, i) && context.now < path.next_whole
             ? path.size
             : context.spec(i).full_size;
}

void on_search_reply(const Context& context, std::size_t i, std::uint16_t size) {
  auto& path = context.path(i);
  path.search_low = std::max(path.search_low, size);
  // Flows that hang recover now. Whether more passes is found out after that.
  if (path.size == 0 ? size >= context.spec(i).least_fragment
                     : size >= kMinimum && path.size >= path.search_high)
    set_size(context, i, size);
  search_step(context, i);
}

void on_size_lost(const Context& context, std::size_t i, std::uint16_t size) {
  auto& path = context.path(i);
  const bool known = path.size != 0 || path.search_high != 0;
  if (context.spec(i).measure == Measure::echo && !known) return schedule_size_probe(context, i);
  path.next_size = context.now;
  const bool fragments = path.search_high == 0 && in_fragments(context.state, i);
  if (fragments && size == kMinimum) return on_fragments_lost(context, i);
  context.state.dirty = true;  // see size_doubtful()
  if (++path.size_failures < losses_that_prove(path, context.now)) return;
  path.size_failures = 0;
  if (path.search_high != 0) return lost_in_search(context, i, size);
  if (path.whole_from != Instant{}) return lost_whole(context, i);
  if (size_limited(context.state, i) && size > path.size) {
    retry_later(context, i);
    return begin_rise(context, i);
  }
  if (size > context.spec(i).least) return begin_search(context, i, size);
  if (fragments) return give_up_fragments(context, i);  // nothing passes
  schedule_size_probe(context, i);
}

}  // namespace kaido::failover
