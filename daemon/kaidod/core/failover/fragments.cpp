#include "core/failover/fragments.hpp"

#include <algorithm>

#include "core/failover/silence_limit.hpp"
#include "core/failover/size.hpp"
#include "core/failover/size_rules.hpp"

namespace kaido {
namespace failover {
namespace {

/// Four fragments there and back: a line that loses 15 % loses every second such probe.
constexpr std::uint32_t kProofOfNoFragments = 12;

/// Fragments are lost on another path that shares an uplink or an endpoint with this one.
bool fragments_doubtful(const FailoverState& state, std::size_t i) {
  const auto& spec = state.plan.paths[i];
  for (std::size_t k = 0; k < state.paths.size(); ++k) {
    const auto& other = state.plan.paths[k];
    if (!state.paths[k].fragments_pass.value_or(true) &&
        (other.uplink == spec.uplink || (other.hub == spec.hub && other.endpoint == spec.endpoint)))
      return true;
  }
  return false;
}

}  // namespace

bool in_use(const FailoverState& state, std::size_t i) {
  return std::ranges::any_of(state.networks,
                             [i](const NetworkState& network) { return network.path == i; });
}

bool may_fragment(const FailoverState& state, std::size_t i) {
  const auto& path = state.paths[i];
  const auto& spec = state.plan.paths[i];
  return spec.transport == Transport::wireguard && spec.measure == Measure::stamp &&
         path.size >= spec.least_fragment && path.size < kMinimum &&
         path.fragments_pass.value_or(true);
}

std::uint16_t carried(const FailoverState& state, std::size_t i) {
  const bool proved = state.paths[i].fragments_pass.value_or(false);
  return may_fragment(state, i) && (proved || !fragments_doubtful(state, i)) ? kMinimum
                                                                             : state.paths[i].size;
}

void size_used(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  if (!may_fragment(context.state, i)) return;
  path.fragments_missed = 0;
  path.next_whole = context.now + std::max<Duration>(path.size_retry, kFirstRetry);
  if (in_fragments(context.state, i)) path.next_size = context.now + kBothEnds;
  context.out.emplace_back(SizeChanged{i});
}

void ask_neighbours(const Context& context, std::size_t i, Instant at) {
  for (std::size_t k = 0; k < context.state.paths.size(); ++k) {
    auto& other = context.path(k);
    if (k == i || context.spec(k).hub != context.spec(i).hub || other.search_high != 0 ||
        !size_limited(context.state, k) || in_fragments(context.state, k) ||
        other.whole_from != Instant{})
      continue;
    other.next_whole = std::min(other.next_whole, at);
    other.next_size = std::min(other.next_size, at);
  }
}

void begin_whole(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  path.whole_from = context.now;
  path.size_failures = 0;
  path.next_size = context.now + kBothEnds + 2 * patience(path);
  context.out.emplace_back(SizeChanged{i});
  ask_neighbours(context, i, path.next_size);
}

void give_up_fragments(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  path.fragments_missed = 0;
  path.fragments_pass = false;
  path.next_size = context.now + kBothEnds;
  context.state.dirty = true;
  context.out.emplace_back(SizeChanged{i});
}

std::uint16_t size_in_fragments(const Context& context, std::size_t i) {
  const auto& path = context.path(i);
  // After two losses perhaps the size of the fragments does not pass any more: it is tried.
  return context.now >= path.next_fragments && path.fragments_missed != kProofOfLoss ? kMinimum
                                                                                     : path.size;
}

void on_fragments_reply(const Context& context, std::size_t i, std::uint16_t size) {
  auto& path = context.path(i);
  if (size == path.size && path.fragments_missed == kProofOfLoss) {
    ++path.fragments_missed;  // the size passes, so the fragments are lost
    path.next_size = context.now;
  } else if (size == kMinimum) {
    path.fragments_missed = 0;
    path.fragments_pass = true;
    path.next_fragments = context.now + kStandby;
  }
}

void on_fragments_lost(const Context& context, std::size_t i) {
  auto& path = context.path(i);
  path.next_fragments = context.now;
  if (++path.fragments_missed >= kProofOfNoFragments) give_up_fragments(context, i);
}

}  // namespace failover

bool in_fragments(const FailoverState& state, std::size_t i) {
  // A search in fragments would find that everything passes.
  return failover::may_fragment(state, i) && state.paths[i].whole_from == Instant{} &&
         state.paths[i].search_high == 0 && failover::in_use(state, i);
}

}  // namespace kaido
