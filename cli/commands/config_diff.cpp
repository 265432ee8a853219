#include "commands/commands.hpp"
#include "commands/common.hpp"
#include "text.hpp"

namespace kaido::cli::commands {

Exit config_diff(const Options& options) {
  const auto wanted = read_given(options);
  if (!wanted) return fail(options, wanted.error());
  auto client = Client::connect();
  if (!client) return fail(options, client.error());
  const auto differences = client->diff(*wanted);
  if (!differences) return fail_configuring(options, differences.error(), *wanted);
  print_lines(options, "differences", *differences, text::would_change, text::no_differences);
  return Exit::fine;
}

}  // namespace kaido::cli::commands
