#include "commands/commands.hpp"
#include "commands/common.hpp"
#include "text.hpp"

namespace kaido::cli::commands {

Exit config_apply(const Options& options) {
  std::string wanted;
  if (options.file) {
    auto read = read_text(*options.file);
    if (!read) return fail(options, read.error());
    wanted = std::move(*read);
  }
  auto client = Client::connect();
  if (!client) return fail(options, client.error());
  const auto changes = client->apply(wanted, !options.file);
  if (!changes) {
    // Without FILE the daemon read its own; its lines can be shown if we may read it too.
    const auto& mistakes = changes.error().mistakes;
    if (!options.file && !mistakes.empty()) wanted = read_text(mistakes[0].file).value_or("");
    return fail(options, changes.error(), wanted, options.file.value_or(""));
  }
  print_lines(options, "changes", *changes, text::changed(changes->size()), text::nothing_changed);
  return Exit::fine;
}

}  // namespace kaido::cli::commands
