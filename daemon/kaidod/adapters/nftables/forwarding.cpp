// What NfTables tells of the forward hook.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string_view>

#include "adapters/nftables/libnftables.hpp"
#include "adapters/nftables/nf_tables.hpp"

namespace kaido::nftables {
namespace {

constexpr std::array<std::string_view, 4> kCounters{"allowed4", "allowed6", "passed4", "passed6"};

bool ours(const boost::json::object& object) {
  return text(object, "family") == "inet" && text(object, "table") == "kaido";
}

}  // namespace

Result<ForwardCounts> NfTables::forwarded() {
  const auto objects = list_json("list counters table inet kaido\n", "counter");
  if (!objects) return std::unexpected(objects.error());
  ForwardCounts counts;
  std::size_t known = 0;
  for (const auto& object : *objects) {
    const auto found = std::ranges::find(kCounters, text(object, "name"));
    if (found == kCounters.end()) continue;
    const auto index = static_cast<std::size_t>(found - kCounters.begin());
    auto& both = index < 2 ? counts.allowed : counts.passed;
    both.at(index % 2) = object.at("packets").to_number<std::uint64_t>();
    ++known;
  }
  if (known == kCounters.size()) return counts;
  return failure(Condition::firewall_refused, "the table has no counters");
}

Result<std::vector<ForeignChain>> NfTables::foreign_forward_chains() {
  const auto objects = list_json("list chains\n", "chain");
  if (!objects) return std::unexpected(objects.error());
  std::vector<ForeignChain> chains;
  for (const auto& object : *objects) {
    if (ours(object) || text(object, "hook") != "forward" || text(object, "family") == "bridge")
      continue;
    chains.push_back({.name = fmt::format("{} {} {}", text(object, "family"), text(object, "table"),
                                          text(object, "name")),
                      .drops_rest = text(object, "policy") == "drop"});
  }
  return chains;
}

}  // namespace kaido::nftables
