// Pieces of nft's language, for core/desired/firewall*.cpp. Names come from the configuration,
// which lets no quote or brace into them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/firewall.hpp"
#include "kaido/ip.hpp"

namespace kaido::nft {

/// The devices of all tunnels.
inline constexpr std::string_view kTunnels = R"({ "kd-ike*", "kd-wg*" })";
/// All that Kaido made, VRFs too.
inline constexpr std::string_view kOwnDevices = R"("kd-*")";

[[nodiscard]] std::string quoted(std::string_view text);
/// `"a", "b"`
[[nodiscard]] std::string names_of(const std::vector<std::string>& devices);

/// Elements of a pair of sets, by family.
struct Elements {
  std::vector<FirewallElement> v4;
  std::vector<FirewallElement> v6;

  void add(const Prefix& prefix, std::string_view device = {});
  void add_all(std::vector<Prefix> prefixes, std::string_view device = {});
};

/// Adds two sets, NAME4 and NAME6; `by_device`: their keys have a device.
void add_sets(FirewallTable& table, std::string_view name, Elements elements,
              bool by_device = false);
/// The same rule for both families, a line each: %4 becomes 4 or 6, %a `ip` or `ip6`.
[[nodiscard]] std::string for_both(std::string_view rule);
/// An interval set takes no prefix that lies within another: without those, sorted.
[[nodiscard]] std::vector<Prefix> outermost(std::vector<Prefix> prefixes);

}  // namespace kaido::nft
