#include "commands/commands.hpp"

namespace kaido::cli {

Exit run(const Options& options) {
  switch (options.verb) {
    case Verb::status:
      return commands::status(options);
    case Verb::tunnels:
      return commands::tunnels(options);
    case Verb::paths:
      return commands::paths(options);
    case Verb::switch_network:
      return commands::switch_network(options);
    case Verb::up:
      return commands::set_enabled(options, true);
    case Verb::down:
      return commands::set_enabled(options, false);
    case Verb::config_check:
      return commands::config_check(options);
    case Verb::config_diff:
      return commands::config_diff(options);
    case Verb::config_apply:
      return commands::config_apply(options);
    case Verb::config_show:
      return commands::config_show(options);
    case Verb::config_site_entry:
      return commands::config_site_entry(options);
    case Verb::teardown:
      return commands::teardown(options);
    case Verb::log:
      return commands::log(options);
    case Verb::version:
      return commands::version(options);
    case Verb::log_in:
      return commands::log_in(options);
    case Verb::log_out:
      return commands::log_out(options);
    default:
      return run_people(options);
  }
}

}  // namespace kaido::cli
