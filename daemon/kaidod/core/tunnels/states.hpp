// All tunnels of a gateway, and what holds for them together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/tunnels/tunnel.hpp"

namespace kaido {

/// A range of tunnels: by entry (slot or site), slot number, transport. Indices are the same until
/// the next configuration.
struct TunnelStates {
  std::vector<Tunnel> list;
  std::vector<std::uint32_t> by_connection;  ///< indices of the IKEv2 ones, by connection's name
  std::set<std::string> disabled;            ///< names of tunnels the admin has taken down
  bool charon_up = false;                    ///< connected, and its SAs have been listed
  bool torn_down = false;                    ///< until the next configuration
  /// Why the firewall, which keeps the sites' packets apart, was never loaded: no tunnel is made.
  std::optional<Error> unguarded;
  std::minstd_rand random{1};  ///< for jitter; seeded by who owns the state

  [[nodiscard]] const Tunnel& at(std::size_t index) const { return list.at(index); }
  [[nodiscard]] const Tunnel& operator[](std::size_t index) const { return list[index]; }
  [[nodiscard]] std::size_t size() const { return list.size(); }
  [[nodiscard]] auto begin() const { return list.begin(); }
  [[nodiscard]] auto end() const { return list.end(); }
  [[nodiscard]] std::size_t index_of(const Tunnel& tunnel) const {
    return static_cast<std::size_t>(&tunnel - list.data());
  }
};

/// Those of a configuration, without a history.
[[nodiscard]] std::vector<Tunnel> tunnels_of(const Model& model);
/// Their names, by index.
[[nodiscard]] std::vector<std::string> names_of(const TunnelStates& tunnels);
/// Indices of the tunnels that `name` means: itself, or all below it ("tokyo", "tokyo/a").
[[nodiscard]] std::vector<std::size_t> match_tunnels(const TunnelStates& tunnels,
                                                     std::string_view name);
/// Indices of the tunnels to this site (hub), which lie together.
struct TunnelSpan {
  std::size_t first = 0;
  std::size_t end = 0;
};
[[nodiscard]] TunnelSpan tunnels_to_site(const TunnelStates& tunnels, std::uint32_t site);

}  // namespace kaido
