#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <string>

#include "commands/commands.hpp"
#include "commands/common.hpp"
#include "find_kaidod.hpp"
#include "text.hpp"

namespace kaido::cli::commands {
namespace {

bool agreed() {
  print(text::ask_teardown);
  std::string answer;
  std::getline(std::cin, answer);
  return !answer.empty() && std::string_view(text::yes_letters).contains(answer[0]);
}

/// Becomes kaidod, which removes everything and ends: nobody else is there to do it.
Exit without_daemon(const Options& options) {
  if (!options.json) print(text::teardown_without_daemon());
  const auto program = find_kaidod(own_folder()).string();
  execlp(program.c_str(), program.c_str(), "--config", options.config.c_str(), "--teardown",
         nullptr);
  return fail(options, {Exit::failed, "", text::cannot_run(program, std::strerror(errno)), {}});
}

}  // namespace

Exit teardown(const Options& options) {
  if (!options.yes) {
    if (options.json || isatty(STDIN_FILENO) != 1)
      return fail(options, {Exit::usage, "", text::needs_yes, {}});
    if (!agreed()) {
      print(text::not_torn_down);
      return Exit::fine;
    }
  }
  auto client = Client::connect();
  if (!client) return without_daemon(options);
  const auto removed = client->teardown();
  if (!removed) {
    if (removed.error().exit == Exit::unreachable) return without_daemon(options);
    return fail(options, removed.error());
  }
  print_lines(options, "removed", *removed, text::removed, text::nothing_removed);
  return Exit::fine;
}

}  // namespace kaido::cli::commands
