#include <ctime>

#include "commands/commands.hpp"
#include "commands/common.hpp"
#include "config/load.hpp"
#include "text.hpp"

namespace kaido::cli::commands {

Exit config_check(const Options& options) {
  const auto file = options.file.value_or(options.config);
  const auto loaded = config::load_file(file, {.create_keys = false, .now = std::time(nullptr)});
  if (options.json)
    print_json(
        boost::json::value{{"file", file},
                           {"right", loaded.has_value()},
                           {"mistakes", loaded ? boost::json::array() : to_json(loaded.error())}});
  if (loaded) {
    if (!options.json) print(text::config_right(file, *loaded));
    return Exit::fine;
  }
  if (options.json) return Exit::config_invalid;
  return fail(options, {Exit::config_invalid, "config-invalid", "", loaded.error()},
              read_text(file).value_or(""));
}

}  // namespace kaido::cli::commands
