#include "commands/commands.hpp"
#include "commands/common.hpp"
#include "text.hpp"

namespace kaido::cli::commands {

Exit config_apply(const Options& options) {
  const auto wanted = read_given(options);
  if (!wanted) return fail(options, wanted.error());
  auto client = Client::connect();
  if (!client) return fail(options, client.error());
  const auto changes = client->apply(*wanted);
  if (!changes) return fail_configuring(options, changes.error(), *wanted);
  print_lines(options, "changes", *changes, text::changed(changes->size()), text::nothing_changed);
  return Exit::fine;
}

}  // namespace kaido::cli::commands
