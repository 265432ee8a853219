#include "commands/commands.hpp"
#include "commands/common.hpp"

namespace kaido::cli::commands {

Exit config_show(const Options& options) {
  auto client = Client::connect();
  if (!client) return fail(options, client.error());
  const auto text = client->show();
  if (!text) return fail(options, text.error());
  if (options.json)
    print_json(boost::json::value{{"configuration", *text}});
  else
    print(*text);
  return Exit::fine;
}

}  // namespace kaido::cli::commands
