// What a machine had before Kaido, so that it can be given back: pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/kernel.hpp"

namespace kaido {

struct Before {
  std::vector<Sysctl> settings;   ///< as they were before the first change of each
  std::set<std::string> devices;  ///< uplinks whose routes were looked at before they were taken
  /// Routes of others by those devices in the main table, as they were found then. One that came
  /// later in place of one of these (same destination and metric) has taken its place.
  std::vector<Route> routes;
  /// Those that came later beside them, the newest last; at most kLater for each device, since
  /// whoever answers DHCP has a say in their number.
  std::vector<Route> later;
  friend bool operator==(const Before&, const Before&) = default;
};
inline constexpr std::size_t kLater = 32;

/// Before `changes` are made: what they are about to overwrite, and what is to be taken away.
/// `uplinks`: devices of the configuration.
void note(Before& before, const std::vector<KernelChange>& changes, const KernelState& observed,
          const std::vector<std::string>& uplinks);

/// Takes what belongs to devices that are not in `uplinks` any more out of `before`.
[[nodiscard]] Before split_off(Before& before, const std::vector<std::string>& uplinks);
/// The other way round, for what could not be given back.
void merge(Before& before, const Before& part);

struct GiveBack {
  std::vector<KernelChange> changes;  ///< settings, then routes: those that make the way first
  std::vector<Route> lost;            ///< found once, and no way any more: the subnet is another
};
/// Nothing is given to a device that is gone. A route that came later is given back only where of
/// the default routes found (same device and family) none is a way any more. Routes of router
/// advertisements come back by themselves where the device will listen to them; `observed` has the
/// settings of advertisement_paths.
[[nodiscard]] GiveBack give_back(const Before& before, const KernelState& observed);

/// The settings that give_back has to know.
[[nodiscard]] std::vector<std::string> advertisement_paths(const Before& before);

}  // namespace kaido
