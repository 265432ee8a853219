#include "arguments_login.hpp"

#include <CLI/CLI.hpp>
#include <limits>
#include <set>
#include <string>

#include "text_login.hpp"
#include "text_people.hpp"

namespace kaido::cli {
namespace {

void add_files(CLI::App& login, LoginOptions& given) {
  login.add_option("--certificate", given.certificate, text::option_login_certificate)
      ->type_name("FILE");
  login.add_option("--key", given.key, text::option_login_key)->type_name("FILE");
  login.add_option("--trust", given.trust, text::option_login_trust)->type_name("FILE");
  login.add_option("--wireguard-key", given.wireguard_key, text::option_login_wireguard_key)
      ->type_name("FILE");
  login.add_option("--write-config", given.write_config, text::option_write_config)
      ->type_name("FILE");
  login.add_flag("--up", given.up, text::option_up);
}

/// Each of `login`'s options that is not one of `fitting`. Here and not as an "excludes", which
/// --help would list at each of them.
void refuse_but(const std::set<std::string>& fitting, const CLI::App& login, const char* why) {
  for (const auto* option : login.get_options())
    if (option->count() > 0 && !fitting.contains(option->get_name()))
      throw CLI::ValidationError(option->get_name(), why);
}

CLI::App& add_login(CLI::App& app, Options& options) {
  auto& given = options.login;
  auto* login = app.add_subcommand(text::help_log_in.name, text::help_log_in.what);
  login->footer(text::help_log_in.examples);
  login->group(text::verbs);
  login->require_subcommand(0, 1);
  login->add_option("URL", given.hubs, text::option_login_url);
  login->add_option("--user", given.user, text::option_login_user)->type_name("NAME");
  add_files(*login, given);
  login->add_option("--code-fd", given.code_fd, text::option_code_fd)
      ->check(CLI::Range(0, std::numeric_limits<int>::max()).description(""))
      ->type_name("N");
  login->add_flag("--no-code", given.no_code, text::option_no_code)->excludes("--code-fd");
  login->add_flag("--state", given.state, text::option_login_state);
  login->add_flag("--extend", given.extend, text::option_extend);
  login->add_flag("--watch,-w", options.watch, text::option_login_watch);
  return *login;
}

}  // namespace

void add_login_verbs(CLI::App& app, Options& options) {
  auto& login = add_login(app, options);
  auto* explain =
      login.add_subcommand(text::help_login_explain.name, text::help_login_explain.what);
  explain->footer(text::help_login_explain.examples);
  explain->group(text::verbs);
  explain->add_option("USER", options.name, text::option_typed_user)->required();
  // It comes after that of `explain`.
  login.callback([&options, &login, explain] {
    options.verb = explain->parsed() ? Verb::login_explain : Verb::log_in;
    if (explain->parsed())
      refuse_but({}, login, text::login_option_for_explain);
    else if (options.login.state)
      refuse_but({"--state", "--watch"}, login, text::login_option_for_session);
    else if (options.login.extend)
      refuse_but({"--extend", "--watch"}, login, text::login_option_for_session);
  });
  auto* logout = app.add_subcommand(text::help_logout.name, text::help_logout.what);
  logout->footer(text::help_logout.examples);
  logout->group(text::verbs);
  logout->callback([&options] { options.verb = Verb::log_out; });
}

}  // namespace kaido::cli
