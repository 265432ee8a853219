// The verbs of `kaido`, a file each.
#pragma once

#include "exit.hpp"
#include "options.hpp"

namespace kaido::cli {

/// Runs the verb; what it has to say goes to standard output, what went wrong to standard error
/// (with --json: an object with "error" to standard output).
[[nodiscard]] Exit run(const Options& options);

namespace commands {

[[nodiscard]] Exit status(const Options& options);
[[nodiscard]] Exit tunnels(const Options& options);
[[nodiscard]] Exit paths(const Options& options);
[[nodiscard]] Exit switch_network(const Options& options);
[[nodiscard]] Exit set_enabled(const Options& options, bool enabled);
[[nodiscard]] Exit config_check(const Options& options);
[[nodiscard]] Exit config_diff(const Options& options);
[[nodiscard]] Exit config_apply(const Options& options);
[[nodiscard]] Exit config_show(const Options& options);
[[nodiscard]] Exit config_site_entry(const Options& options);
[[nodiscard]] Exit teardown(const Options& options);
[[nodiscard]] Exit log(const Options& options);
[[nodiscard]] Exit version(const Options& options);

}  // namespace commands
}  // namespace kaido::cli
