#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "commands/commands.hpp"
#include "commands/common.hpp"
#include "find_kaidod.hpp"
#include "kaido/descriptor.hpp"
#include "text.hpp"

namespace kaido::cli::commands {
namespace {

std::unexpected<Failure> cannot_run(const std::string& program, const std::string& why) {
  return std::unexpected(Failure{Exit::failed, "", text::cannot_run(program, why), {}});
}

/// Starts a program whose standard output is `out`; 0 or an errno.
int start(const std::vector<std::string>& words, int out, pid_t& child) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  const int error =
      posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

std::string read_to_the_end(int from) {
  std::string text;
  std::array<char, 4096> part{};
  for (ssize_t size = 0; (size = read(from, part.data(), part.size())) != 0;) {
    if (size > 0) text.append(part.data(), static_cast<std::size_t>(size));
    if (size < 0 && errno != EINTR) break;
  }
  return text;
}

/// What a program prints; it is over then.
Outcome<std::string> output_of(const std::vector<std::string>& words) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return cannot_run(words[0], std::strerror(errno));
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  pid_t child = 0;
  if (const int error = start(words, writing.get(), child); error != 0)
    return cannot_run(words[0], std::strerror(error));
  writing.close();
  auto text = read_to_the_end(reading.get());
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (text.empty()) return cannot_run(words[0], text::ended(status));  // it has said why
  return text;
}

/// The answer of `kaidod --teardown`: {"removed": [text]} or {"error": {"code", "message"}}.
Outcome<std::vector<std::string>> read_answer(const std::string& text) {
  boost::json::error_code wrong;
  const auto answer = boost::json::parse(text, wrong);
  const auto* object = wrong ? nullptr : answer.if_object();
  if (object == nullptr) return cannot_run("kaidod", text);
  if (const auto* removed = object->if_contains("removed"))
    return boost::json::value_to<std::vector<std::string>>(*removed);
  const auto& error = object->at("error").as_object();
  Failure failure{Exit::failed,
                  boost::json::value_to<std::string>(error.at("code")),
                  boost::json::value_to<std::string>(error.at("message")),
                  {}};
  if (failure.code == info(Condition::permission_denied).code) failure.exit = Exit::not_permitted;
  if (failure.code == info(Condition::daemon_running).code) failure.exit = Exit::unreachable;
  return std::unexpected(std::move(failure));
}

/// Another kaidod that removes everything and ends: the one that should do it does not answer.
Outcome<std::vector<std::string>> without_daemon(const Options& options) {
  if (!options.json) print(text::teardown_without_daemon());
  const auto program = find_kaidod(own_folder()).string();
  const auto answer = output_of(
      {program, "--config", options.config, "--state-dir", options.state_dir, "--teardown"});
  if (!answer) return std::unexpected(answer.error());
  return read_answer(*answer);
}

Outcome<std::vector<std::string>> remove_everything(const Options& options) {
  auto client = Client::connect();
  if (!client) return without_daemon(options);
  auto removed = client->teardown();
  if (!removed && removed.error().exit == Exit::unreachable) return without_daemon(options);
  return removed;
}

}  // namespace

Exit teardown(const Options& options) {
  if (!options.yes) {
    if (options.json || isatty(STDIN_FILENO) != 1)
      return fail(options, {Exit::usage, "", text::needs_yes, {}});
    if (!agreed(text::ask_teardown)) {
      print(text::not_torn_down);
      return Exit::fine;
    }
  }
  const auto removed = remove_everything(options);
  if (!removed) return fail(options, removed.error());
  print_lines(options, "removed", *removed, text::removed, text::nothing_removed);
  return Exit::fine;
}

}  // namespace kaido::cli::commands
