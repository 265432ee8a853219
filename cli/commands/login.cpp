// kaido login
#include <unistd.h>

#include <algorithm>
#include <boost/json/value_from.hpp>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include "code_input.hpp"
#include "commands/commands.hpp"
#include "commands/login_common.hpp"
#include "login/settings.hpp"
#include "text_login.hpp"

namespace kaido::cli::commands {
namespace {

std::unexpected<Failure> misused(std::string why, std::string remedy = {}) {
  return std::unexpected(Failure{Exit::usage, "", std::move(why), {}, std::move(remedy)});
}

/// What the command line says, or else the file.
template <typename T>
T chosen(const std::string& option, const T& setting) {
  return option.empty() ? setting : T(option);
}

Outcome<std::vector<login::HubUrl>> hubs(const Options& options, const login::Settings& settings) {
  std::vector<login::HubUrl> urls;
  for (const auto& text : options.login.hubs) {
    const auto url = login::parse_url(text);
    if (!url) return misused(text::bad_url(text), text::url_remedy);
    if (std::ranges::find(urls, *url) == urls.end()) urls.push_back(*url);
  }
  if (urls.empty()) urls = settings.hubs;
  if (urls.empty()) return misused(text::no_hub_given);
  if (urls.size() > login::kMostHubs) return misused(text::too_many_hubs(login::kMostHubs));
  return urls;
}

Outcome<std::string> user(const Options& options, const login::Settings& settings) {
  auto user = chosen(options.login.user, settings.user);
  if (user.empty()) {
    if (isatty(STDIN_FILENO) != 1) return misused(text::no_user_given);
    std::cerr << text::ask_user << std::flush;
    std::getline(std::cin, user);
  }
  if (!login::is_line(user, portal::kLargestUser)) return misused(text::bad_login_user);
  return user;
}

Outcome<login::Wanted> wanted(const Options& options, const login::Settings& settings) {
  const auto& given = options.login;
  login::Wanted wanted{.hubs = {},
                       .user = {},
                       .certificate = chosen(given.certificate, settings.certificate),
                       .key = chosen(given.key, settings.key),
                       .trust = chosen(given.trust, settings.trust),
                       .wireguard_key = chosen(given.wireguard_key, settings.wireguard_key),
                       .write_config = chosen(given.write_config, settings.write_config),
                       .up = given.up};
  if (wanted.certificate.empty() || wanted.key.empty()) return misused(text::no_certificate_given);
  if (wanted.up && wanted.write_config.empty()) return misused(text::up_needs_config);
  if (wanted.write_config.empty() != wanted.wireguard_key.empty())
    return misused(text::config_and_wireguard_key);
  auto urls = hubs(options, settings);
  if (!urls) return std::unexpected(urls.error());
  wanted.hubs = std::move(*urls);
  auto name = user(options, settings);
  if (!name) return std::unexpected(name.error());
  wanted.user = std::move(*name);
  return wanted;
}

void tell(const Options& options, const login::LoggedIn& done, const std::string& config) {
  if (options.json) {
    auto object = to_json(done);
    object["config"] = config.empty() ? json::value() : json::string(config);
    object["not_written"] =
        done.not_written ? json::value_from(done.not_written->message) : json::value();
    return print_json(object);
  }
  print(text::logged_in(done.saved.hub, done.session) + text::reaches(done.session) +
        (done.saved.config.empty() ? text::bring_up(done.session, config)
                                   : text::tunnel_is_up(config)) +
        clock_note(done));
}

}  // namespace

Exit log_in(const Options& options) {
  if (options.login.state) return own_session(options, portal::Verb::state);
  if (options.login.extend) return own_session(options, portal::Verb::extend);
  const auto file = login::settings_file();
  const auto settings = login::read_settings(file);
  if (!settings) return fail_loading(options, file, settings.error());
  const auto asked = wanted(options, *settings);
  if (!asked) return fail(options, asked.error());
  auto around = login_around();
  around.code = [&]() -> Outcome<Secret> {
    if (options.login.no_code) return Secret();
    return read_code(options.login.code_fd.value_or(STDIN_FILENO));
  };
  const auto done = login::log_in(*asked, around);
  if (!done) return fail(options, done.error());
  // wg-quick takes a bare name for one of /etc/wireguard.
  const bool wrote = !done->not_written && !asked->write_config.empty();
  const auto written =
      wrote ? std::filesystem::absolute(asked->write_config).string() : std::string();
  tell(options, *done, written);
  for (const auto& trouble : {done->not_kept, done->not_written})
    if (trouble && !options.json) static_cast<void>(fail(options, *trouble));
  if (options.watch) return watch_session(options, *done);
  return done->not_kept || done->not_written ? Exit::failed : Exit::fine;
}

}  // namespace kaido::cli::commands
