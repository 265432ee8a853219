#include "commands/common.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>
#include <utility>

#include "kaido/dbus/names.hpp"
#include "output/mistakes.hpp"
#include "output/terminal.hpp"
#include "text.hpp"

namespace kaido::cli::commands {
namespace {

namespace json = boost::json;
using std::chrono::steady_clock;

constexpr std::chrono::seconds try_again_every{1};

void complain(std::string_view text) {
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

json::object to_json(const Failure& failure) {
  json::object error{{"code", failure.code}, {"message", failure.message}};
  if (failure.exit == Exit::unreachable && failure.code.empty()) error["code"] = "daemon-absent";
  if (!failure.mistakes.empty()) error["mistakes"] = commands::to_json(failure.mistakes);
  return {{"error", error}};
}

std::string in_words(const Failure& failure, const Style& style) {
  std::string what = failure.message;
  std::string remedy;
  if (failure.exit == Exit::unreachable && failure.code.empty()) {
    what = fmt::format("{} ({})", text::unreachable, failure.message);
    remedy = text::unreachable_remedy;
  }
  if (const auto condition = dbus::find_condition(failure.code)) {
    what = fmt::format("{}: {}", info(*condition).cause, failure.message);
    remedy = info(*condition).remedy;
  }
  if (!failure.remedy.empty()) remedy = failure.remedy;
  auto words = style.paint(Colour::red, text::failure) + printable(what) + '\n';
  if (!remedy.empty()) words += "  " + text::remedy(remedy) + '\n';
  return words;
}

/// It is this program that may not, and being a member of the group would not help.
Failure forbidden(std::string what) {
  return {Exit::not_permitted, "permission-denied", std::move(what), {}, text::as_root};
}

/// Replaces what is on the screen, line by line so that nothing flickers; what is not a terminal
/// gets one picture after another.
void show(const Options& options, const std::string& text) {
  if (options.json || isatty(STDOUT_FILENO) != 1) return print(text);
  std::string screen = "\x1b[H";
  for (const char c : text) {
    if (c == '\n') screen += "\x1b[K";
    screen += c;
  }
  print(screen + "\x1b[J\x1b[3J");
}

/// Until the daemon or the bus is lost.
Failure watch(const Options& options, Client& client, const Draw& draw, const Pace& pace) {
  bool changed = false;
  const auto subscribed = client.subscribe({"TunnelChanged", "NetworkChanged", "PathChanged",
                                            "ConditionChanged", "ConfigurationApplied"},
                                           [&changed](const json::value&) { changed = true; });
  if (!subscribed) return subscribed.error();
  for (;;) {
    changed = false;
    const auto picture = draw(client);
    if (!picture) return picture.error();
    show(options, picture->text);
    const auto drawn = steady_clock::now();
    for (;;) {
      const auto next = drawn + (changed ? pace.at_most_every : pace.at_least_every);
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - steady_clock::now());
      if (left.count() <= 0) break;
      if (const auto waited = client.wait(left); !waited) return waited.error();
    }
  }
}

}  // namespace

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void print_json(const json::value& value) { print(json::serialize(value) + '\n'); }

bool agreed(const std::string& question) {
  print(question);
  std::string answer;
  std::getline(std::cin, answer);
  return !answer.empty() && std::string_view(text::yes_letters).contains(answer[0]);
}

json::array to_json(const Diagnostics& mistakes) {
  json::array array;
  for (const auto& mistake : mistakes)
    array.push_back(json::object{{"file", mistake.file},
                                 {"line", mistake.line},
                                 {"column", mistake.column},
                                 {"message", mistake.message},
                                 {"hint", mistake.hint}});
  return array;
}

Exit fail(const Options& options, const Failure& failure, const std::string& source,
          const std::string& file) {
  const auto style = Style::for_stderr();
  auto told = failure;
  if (!file.empty())
    for (auto& mistake : told.mistakes) mistake.file = file;
  if (options.json)
    print_json(to_json(told));
  else if (!told.mistakes.empty())
    complain(draw_mistakes(told.mistakes, source, style) +
             text::config_wrong(told.mistakes.size()));
  else
    complain(in_words(told, style));
  return told.exit;
}

Outcome<std::string> read_text(const std::string& file) {
  std::ostringstream text;
  if (file == "-") {
    text << std::cin.rdbuf();
    return text.str();
  }
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  if (stream && stream.peek() != std::ifstream::traits_type::eof()) text << stream.rdbuf();
  if (!stream.is_open() || stream.bad() || errno == EISDIR) {
    const int error = errno;
    auto what = text::cannot_read(file, std::strerror(error));
    if (error == EACCES) return std::unexpected(forbidden(std::move(what)));
    return std::unexpected(Failure{Exit::failed, "", std::move(what), {}});
  }
  return text.str();
}

Outcome<std::optional<std::string>> read_given(const Options& options) {
  if (!options.file) return std::nullopt;
  return read_text(*options.file);
}

Exit fail_configuring(const Options& options, const Failure& failure,
                      const std::optional<std::string>& given) {
  if (given && options.file) return fail(options, failure, *given, *options.file);
  if (failure.mistakes.empty()) return fail(options, failure);
  return fail(options, failure, read_text(failure.mistakes[0].file).value_or(""));
}

bool unreadable(const Diagnostics& mistakes) {
  return std::ranges::all_of(mistakes, &Diagnostic::forbidden);
}

Exit fail_loading(const Options& options, const std::string& file, const Diagnostics& mistakes) {
  if (unreadable(mistakes)) return fail(options, forbidden(mistakes[0].message));
  return fail(options, {Exit::config_invalid, "config-invalid", "", mistakes},
              read_text(file).value_or(""));
}

void print_lines(const Options& options, const char* key, const std::vector<std::string>& lines,
                 const std::string& heading, const char* when_none) {
  if (options.json) {
    print_json(json::object{{key, json::array(lines.begin(), lines.end())}});
    return;
  }
  if (lines.empty()) return print(when_none);
  auto text = heading;
  for (const auto& line : lines) text += "  " + printable(line) + '\n';
  print(text);
}

Exit draw_or_watch(const Options& options, const Draw& draw, const Pace& pace) {
  if (!options.watch) {
    auto client = Client::connect();
    if (!client) return fail(options, client.error());
    const auto picture = draw(*client);
    if (!picture) return fail(options, picture.error());
    print(picture->text);
    return picture->exit;
  }
  for (;;) {
    auto client = Client::connect();
    const auto failure = client ? watch(options, *client, draw, pace) : client.error();
    if (failure.exit != Exit::unreachable) return fail(options, failure);
    show(options, options.json ? json::serialize(to_json(failure)) + '\n'
                               : in_words(failure, Style::for_stdout()) + text::watching_again +
                                     std::string("\n"));
    std::this_thread::sleep_for(try_again_every);
  }
}

}  // namespace kaido::cli::commands
