#include <ctime>

#include "commands/commands.hpp"
#include "commands/common.hpp"
#include "config/load.hpp"
#include "text.hpp"

namespace kaido::cli::commands {

Exit config_check(const Options& options) {
  const auto file = options.file.value_or(options.config);
  const auto loaded = config::load_file(file, {.create_keys = false, .now = std::time(nullptr)});
  if (!loaded && (!options.json || unreadable(loaded.error())))
    return fail_loading(options, file, loaded.error());
  if (options.json)
    print_json(
        boost::json::value{{"file", file},
                           {"right", loaded.has_value()},
                           {"mistakes", loaded ? boost::json::array() : to_json(loaded.error())}});
  else
    print(text::config_right(file, loaded->model));
  return loaded ? Exit::fine : Exit::config_invalid;
}

}  // namespace kaido::cli::commands
