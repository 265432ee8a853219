#include "commands/commands.hpp"
#include "commands/common.hpp"
#include "text.hpp"

namespace kaido::cli::commands {

/// A daemon that does not answer is no failure here: this program's version is known.
Exit version(const Options& options) {
  auto client = Client::connect();
  const auto daemon = client ? client->version().value_or("") : std::string();
  if (options.json)
    print_json(boost::json::value{
        {"kaido", KAIDO_VERSION},
        {"kaidod", daemon.empty() ? boost::json::value(nullptr) : boost::json::value(daemon)}});
  else
    print(text::versions(KAIDO_VERSION, daemon));
  return Exit::fine;
}

}  // namespace kaido::cli::commands
