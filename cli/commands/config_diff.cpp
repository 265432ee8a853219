#include "commands/commands.hpp"
#include "commands/common.hpp"
#include "text.hpp"

namespace kaido::cli::commands {

Exit config_diff(const Options& options) {
  const auto file = options.file.value_or(options.config);
  const auto wanted = read_text(file);
  if (!wanted) return fail(options, wanted.error());
  auto client = Client::connect();
  if (!client) return fail(options, client.error());
  const auto differences = client->diff(*wanted);
  if (!differences) return fail(options, differences.error(), *wanted, file);
  print_lines(options, "differences", *differences, "", text::no_differences);
  return Exit::fine;
}

}  // namespace kaido::cli::commands
