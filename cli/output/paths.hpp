// Paths as a table, live, and as reasons.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/report.hpp"
#include "output/terminal.hpp"

namespace kaido::cli {

/// What `kaido paths` shows, all of it or what one name means.
struct PathsView {
  std::vector<NetworkReport> networks;
  std::vector<PathReport> paths;

  /// Every network goes by a path that carries.
  [[nodiscard]] bool works() const;
};

/// Does `name` mean this path: its name, or the beginning of it that ends before '/' or ':'?
[[nodiscard]] bool is_meant(const PathReport& path, const std::string& name);
/// Green: good. Yellow: to be watched, or not as it should be. Red: carries nothing.
[[nodiscard]] Colour colour_of(const PathReport& path);
/// The one that this network uses; nullptr: none, or it is not in the list.
[[nodiscard]] const PathReport* path_of(const NetworkReport& network,
                                        const std::vector<PathReport>& paths);
/// Those that could carry a network, the one in use first, then by its order of hubs and by cost.
[[nodiscard]] std::vector<const PathReport*> candidates(const NetworkReport& network,
                                                        const std::vector<PathReport>& paths);

[[nodiscard]] std::string draw_paths(const std::vector<PathReport>& paths, const Style& style);
/// All that is known of one.
[[nodiscard]] std::string draw_path(const PathReport& path, const Style& style);
/// For each network the rule, the figures, what would change it, and the paths it has.
[[nodiscard]] std::string draw_why(const PathsView& view, const Style& style);
/// One line a path and no line longer than the screen. Where they are too many: those in use and
/// those with a trouble before the others.
[[nodiscard]] std::string draw_live(const PathsView& view, const Style& style,
                                    const TerminalSize& screen);

}  // namespace kaido::cli
