// The verbs of `kaido`, a file each.
#pragma once

#include "exit.hpp"
#include "options.hpp"

namespace kaido::cli {

/// Runs the verb; what it has to say goes to standard output, what went wrong to standard error
/// (with --json: an object with "error" to standard output).
[[nodiscard]] Exit run(const Options& options);

/// Those about people; run() calls it.
[[nodiscard]] Exit run_people(const Options& options);

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
// One's own session. The first logs in, or with --state and --extend asks about the one there is.
[[nodiscard]] Exit log_in(const Options& options);
[[nodiscard]] Exit log_out(const Options& options);
// People. *_enable disables too, as the verb says.
[[nodiscard]] Exit user_add(const Options& options);
[[nodiscard]] Exit user_list(const Options& options);
[[nodiscard]] Exit user_show(const Options& options);
[[nodiscard]] Exit user_enable(const Options& options);
[[nodiscard]] Exit user_set(const Options& options);
[[nodiscard]] Exit user_remove(const Options& options);
[[nodiscard]] Exit user_import(const Options& options);
[[nodiscard]] Exit otp_new(const Options& options);
[[nodiscard]] Exit otp_verify(const Options& options);
[[nodiscard]] Exit otp_recovery_codes(const Options& options);
[[nodiscard]] Exit otp_bypass(const Options& options);
[[nodiscard]] Exit device_add(const Options& options);
[[nodiscard]] Exit device_list(const Options& options);
[[nodiscard]] Exit device_enable(const Options& options);
[[nodiscard]] Exit device_remove(const Options& options);
[[nodiscard]] Exit session_list(const Options& options);
[[nodiscard]] Exit session_show(const Options& options);
[[nodiscard]] Exit session_end(const Options& options);
[[nodiscard]] Exit session_extend(const Options& options);
[[nodiscard]] Exit audit(const Options& options);
[[nodiscard]] Exit audit_verify(const Options& options);
[[nodiscard]] Exit login_explain(const Options& options);

}  // namespace commands
}  // namespace kaido::cli
