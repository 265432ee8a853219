#include "commands/commands.hpp"
#include "commands/common.hpp"
#include "text.hpp"

namespace kaido::cli::commands {

Exit set_enabled(const Options& options, bool enabled) {
  auto client = Client::connect();
  if (!client) return fail(options, client.error());
  const auto count = client->set_enabled(options.name, enabled);
  if (!count) return fail(options, count.error());
  if (options.json)
    print_json(boost::json::value{{"enabled", enabled}, {"tunnels", *count}});
  else
    print(text::enabled(options.name, *count, enabled));
  return Exit::fine;
}

}  // namespace kaido::cli::commands
