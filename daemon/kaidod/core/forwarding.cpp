#include "core/forwarding.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kaido {
namespace {

/// One in this many; where only chains with the policy accept are known they must drop far more,
/// since somebody may have rules against a few packets.
constexpr std::uint64_t kShareOfPolicy = 50;
constexpr std::uint64_t kShareOfRules = 2;

std::uint64_t since(std::uint64_t before, std::uint64_t now) {
  return now >= before ? now - before : 0;  // the table was loaded anew
}

std::string culprits(const std::vector<ForeignChain>& chains, bool policy) {
  std::string text;
  for (const auto& chain : chains) {
    if (policy && !chain.drops_rest) continue;
    text += (text.empty() ? "" : ", ") + chain.name;
    if (chain.drops_rest) text += " (policy drop)";
  }
  return text.empty() ? "no nftables table; look at iptables-legacy" : text;
}

}  // namespace

std::optional<Error> judge_forwarding(ForwardingState& state, const ForwardCounts& counts,
                                      const std::vector<ForeignChain>& chains) {
  const bool policy = std::ranges::any_of(chains, &ForeignChain::drops_rest);
  const auto last = state.last.value_or(counts);
  state.last = counts;
  for (std::size_t family = 0; family < state.dropped.size(); ++family) {
    const auto allowed = since(last.allowed[family], counts.allowed[family]);
    const auto passed = since(last.passed[family], counts.passed[family]);
    const auto lost = allowed > passed ? allowed - passed : 0;
    const auto share = policy ? kShareOfPolicy : kShareOfRules;
    if (lost >= kLeastDropped && lost * share >= allowed)
      state.dropped[family] = true;
    else if (allowed >= kLeastDropped || (allowed == 0 && chains.empty()))
      state.dropped[family] = false;
  }
  if (!state.dropped[0] && !state.dropped[1]) return std::nullopt;
  const char* what = !state.dropped[1] ? "IPv4" : !state.dropped[0] ? "IPv6" : "IPv4 and IPv6";
  return Error{Condition::forwarding_dropped,
               fmt::format("{} packets, by {}", what, culprits(chains, policy))};
}

}  // namespace kaido
