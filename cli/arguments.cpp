#include "arguments.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "arguments_login.hpp"
#include "arguments_people.hpp"
#include "exit.hpp"
#include "text.hpp"

namespace kaido::cli {
namespace {

CLI::App* add(CLI::App& parent, const text::Help& help, Verb verb, Options& options) {
  auto* command = parent.add_subcommand(help.name, help.what);
  command->footer(help.examples);
  command->group(text::verbs);
  command->callback([&options, verb] { options.verb = verb; });
  return command;
}

void add_watch(CLI::App& command, Options& options) {
  command.add_flag("--watch,-w", options.watch, text::option_watch);
}

void add_config(CLI::App& app, Options& options) {
  auto* config = app.add_subcommand(text::help_config.name, text::help_config.what);
  config->footer(text::help_config.examples);
  config->group(text::verbs);
  config->require_subcommand(1);
  auto* check = add(*config, text::help_check, Verb::config_check, options);
  check->add_option("FILE", options.file, text::option_file_check);
  auto* diff = add(*config, text::help_diff, Verb::config_diff, options);
  diff->add_option("FILE", options.file, text::option_file_given);
  auto* apply = add(*config, text::help_apply, Verb::config_apply, options);
  apply->add_option("FILE", options.file, text::option_file_given);
  add(*config, text::help_show, Verb::config_show, options);
  auto* entry = add(*config, text::help_site_entry, Verb::config_site_entry, options);
  entry->add_option("HUB", options.name, text::option_hub)->required();
}

void add_verbs(CLI::App& app, Options& options) {
  add_watch(*add(app, text::help_status, Verb::status, options), options);
  auto* tunnels = add(app, text::help_tunnels, Verb::tunnels, options);
  tunnels->add_option("NAME", options.name, text::option_name);
  add_watch(*tunnels, options);
  auto* paths = add(app, text::help_paths, Verb::paths, options);
  paths->add_option("NAME", options.name, text::option_path_name);
  add_watch(*paths, options);
  paths->add_flag("--minute", options.minute, text::option_minute);
  paths->add_flag("--why", options.why, text::option_why);
  auto* change = add(app, text::help_switch, Verb::switch_network, options);
  change->add_option("NETWORK", options.name, text::option_network)->required();
  change->add_option("PATH", options.path, text::option_path);
  for (const auto& [help, verb] :
       {std::pair(text::help_up, Verb::up), std::pair(text::help_down, Verb::down)})
    add(app, help, verb, options)->add_option("NAME", options.name, text::option_name)->required();
  add_config(app, options);
  add_people_verbs(app, options);
  add_login_verbs(app, options);
  auto* log = add(app, text::help_log, Verb::log, options);
  log->add_option("-n,--lines", options.count, text::option_count)
      ->check(CLI::Range(1, 500).description(""))
      ->type_name("N");
  log->add_flag("--follow,-f", options.follow, text::option_follow);
  auto* teardown = add(app, text::help_teardown, Verb::teardown, options);
  teardown->add_flag("--yes,-y", options.yes, text::option_yes);
  teardown->add_option("--state-dir", options.state_dir, text::option_state_dir)
      ->capture_default_str()
      ->type_name("FOLDER");
  add(app, text::help_version, Verb::version, options);
}

}  // namespace

std::expected<Options, int> parse_arguments(int argc, const char* const* argv) {
  Options options;
  CLI::App app(text::program, "kaido");
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(text::footer);
  app.get_formatter()->column_width(28);
  app.get_formatter()->label("SUBCOMMAND", "VERB");
  // What a word is its name says, and the usage whether it may be left out.
  app.get_formatter()->label("TEXT", "");
  app.get_formatter()->label("REQUIRED", "");
  app.set_version_flag("--version", "kaido " KAIDO_VERSION, text::option_version);
  app.add_flag("--json", options.json, text::option_json);
  app.add_option("--config", options.config, text::option_config)
      ->capture_default_str()
      ->type_name("FILE");
  add_verbs(app, options);
  if (argc == 1) {
    std::cerr << app.help();
    return std::unexpected(static_cast<int>(Exit::usage));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool fine = app.exit(error) == 0;
    return std::unexpected(static_cast<int>(fine ? Exit::fine : Exit::usage));
  }
  return options;
}

}  // namespace kaido::cli
