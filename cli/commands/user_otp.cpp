// kaido user otp new, verify, recovery-codes, bypass
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "code_input.hpp"
#include "commands/commands.hpp"
#include "commands/people_common.hpp"
#include "output/moment.hpp"
#include "output/qr.hpp"
#include "output/secret_file.hpp"
#include "text_people.hpp"

namespace kaido::cli::commands {
namespace {

constexpr std::int64_t minute = 60;

std::unexpected<Failure> needs_terminal(const char* why) {
  return std::unexpected(Failure{Exit::usage, "", why, {}, {}});
}

bool on_terminal() { return isatty(STDOUT_FILENO) == 1; }

/// The value of the first of the locale's variables that is set (locale(7)).
std::string_view locale() {
  for (const auto* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (const auto* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  return {};
}

/// Can the terminal show half blocks in black and white? Where no locale is set, as over many an
/// SSH, it is taken to.
bool draws_blocks() {
  const auto* terminal = std::getenv("TERM");
  if (terminal != nullptr && std::string_view(terminal) == "dumb") return false;
  const auto name = locale();
  const auto dot = name.find('.');
  if (dot == std::string_view::npos) return true;
  std::string charset(name.substr(dot + 1, 5));
  std::ranges::transform(charset, charset.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return charset == "utf-8" || charset.starts_with("utf8");
}

Outcome<void> draw_on_terminal(const Secret& uri, const std::string& user) {
  const auto code = make_qr(uri);
  if (!code) return std::unexpected(code.error());
  const auto quiet =
      draws_blocks() ? quiet_zone(code->size(), terminal_size()) : std::optional<std::size_t>();
  if (quiet) {
    // Words first: they may scroll away, the code may not.
    print(text::scan_it(printable(user)));
    print_secret(draw_qr(*code, *quiet).reveal_text());
  } else {
    print(text::cannot_draw(printable(user)));
    print_secret(uri.reveal_text());
    print("\n");
  }
  return {};
}

Outcome<void> write_svg(const Options& options, const std::string& name, const Secret& uri,
                        SecretFile& file) {
  const auto code = make_qr(uri);
  if (!code) return std::unexpected(code.error());
  if (auto written = file.write(draw_qr_svg(*code)); !written) return written;
  if (options.json)
    print_json(json::object{{"svg", name}});
  else
    print(text::svg_written(printable(name), printable(options.name)));
  return {};
}

Outcome<void> make_otp(const Options& options) {
  const auto& people = options.people;
  if (!options.json && !people.uri && !people.svg && !on_terminal())
    return needs_terminal(text::secret_without_terminal);
  std::optional<SecretFile> file;
  if (people.svg) {
    auto created = SecretFile::create(*people.svg);
    if (!created) return std::unexpected(created.error());
    file.emplace(std::move(*created));
  }
  const auto uri = ask([&](Client& client) { return client.new_otp(options.name, people.shape); });
  if (!uri) return std::unexpected(uri.error());
  if (file) return write_svg(options, people.svg.value_or(""), *uri, *file);
  if (!options.json && !people.uri) return draw_on_terminal(*uri, options.name);
  if (options.json) {
    print_secret_json("uri", *uri);
  } else {
    print_secret(uri->reveal_text());
    print("\n");
  }
  return {};
}

void print_codes(const std::vector<Secret>& codes) {
  for (const auto& code : codes) {
    print("  ");
    print_secret(code.reveal_text());
    print("\n");
  }
}

void print_codes_json(const std::vector<Secret>& codes) {
  print("{\"codes\":[");
  const char* separator = "";
  for (const auto& code : codes) {
    print(separator);
    print_secret(json_string(code).reveal_text());
    separator = ",";
  }
  print("]}\n");
}

}  // namespace

Exit otp_new(const Options& options) {
  const auto made = make_otp(options);
  return made ? Exit::fine : fail_about(options, made.error(), text::see_users);
}

Exit otp_verify(const Options& options) {
  const auto code = read_code(options.people.code_fd.value_or(STDIN_FILENO));
  if (!code) return fail(options, code.error());
  const auto counts = ask([&](Client& client) { return client.verify_otp(options.name, *code); });
  if (!counts) return fail_about(options, counts.error(), text::see_users);
  const auto user = printable(options.name);
  if (options.json)
    print_json(json::object{{"counts", *counts}});
  else
    print(*counts ? text::code_counts(user) : text::code_does_not_count(user));
  return *counts ? Exit::fine : Exit::not_working;
}

Exit otp_recovery_codes(const Options& options) {
  if (!options.json && !on_terminal())
    return fail(options, needs_terminal(text::codes_without_terminal).error());
  const auto codes = ask([&](Client& client) { return client.new_recovery_codes(options.name); });
  if (!codes) return fail_about(options, codes.error(), text::see_users);
  if (options.json) {
    print_codes_json(*codes);
  } else {
    print(text::recovery_codes(printable(options.name)));
    print_codes(*codes);
  }
  return Exit::fine;
}

Exit otp_bypass(const Options& options) {
  if (!options.json && !on_terminal())
    return fail(options, needs_terminal(text::codes_without_terminal).error());
  const auto minutes = options.people.minutes;
  const auto code =
      ask([&](Client& client) { return client.new_bypass_code(options.name, minutes); });
  if (!code) return fail_about(options, code.error(), text::see_users);
  if (options.json) {
    print_secret_json("code", *code, ",\"minutes\":" + std::to_string(minutes));
  } else {
    const auto end = end_at(now() + minutes * minute, now());
    print(text::bypass_code(printable(options.name), end));
    print("  ");
    print_secret(code->reveal_text());
    print("\n");
  }
  return Exit::fine;
}

}  // namespace kaido::cli::commands
