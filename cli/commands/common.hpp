// What several verbs need.
#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client.hpp"
#include "exit.hpp"
#include "options.hpp"

namespace kaido::cli::commands {

void print(std::string_view text);
/// One line.
void print_json(const boost::json::value& value);

/// Says what went wrong and what to do, and gives the exit code. `source` is the configuration
/// that mistakes are in, to show their lines; `file` its name, when the daemon knows another.
Exit fail(const Options& options, const Failure& failure, const std::string& source = {},
          const std::string& file = {});

/// Asks on the terminal; true for yes.
[[nodiscard]] bool agreed(const std::string& question);

/// {"file", "line", "column", "message", "hint"} each.
[[nodiscard]] boost::json::array to_json(const Diagnostics& mistakes);

/// A file, or standard input for "-".
[[nodiscard]] Outcome<std::string> read_text(const std::string& file);

/// The FILE that was given to `config diff` or `apply`; nothing without one: kaidod's own is meant.
[[nodiscard]] Outcome<std::optional<std::string>> read_given(const Options& options);

/// As fail(). Mistakes that kaidod found are shown with their lines: those of `given`, or of its
/// own file if whoever asks may read it.
Exit fail_configuring(const Options& options, const Failure& failure,
                      const std::optional<std::string>& given);

/// Nothing is known to be wrong: whoever asks may not read the file, or what it names.
[[nodiscard]] bool unreadable(const Diagnostics& mistakes);
/// As fail(), of a configuration that this program has read itself.
Exit fail_loading(const Options& options, const std::string& file, const Diagnostics& mistakes);

/// "  - line" each, or with --json {"KEY": [lines]}.
void print_lines(const Options& options, const char* key, const std::vector<std::string>& lines,
                 const std::string& heading, const char* when_none);

/// What a verb that can be watched shows once.
struct Picture {
  std::string text;  ///< ends with a line feed
  Exit exit = Exit::fine;
};
using Draw = std::function<Outcome<Picture>(Client&)>;

/// How often a picture is drawn anew.
struct Pace {
  std::chrono::milliseconds at_most_every =
      std::chrono::seconds(1);  ///< when changes are signalled
  std::chrono::milliseconds at_least_every =
      std::chrono::seconds(10);  ///< for what carries no signal: ages, counters
};

/// Draws once, or with --watch again whenever the daemon signals a change, until it is interrupted.
/// A daemon that goes away is waited for.
Exit draw_or_watch(const Options& options, const Draw& draw, const Pace& pace = {});

}  // namespace kaido::cli::commands
