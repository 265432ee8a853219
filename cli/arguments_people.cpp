#include "arguments_people.hpp"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "core/session/audit.hpp"
#include "minutes.hpp"
#include "text_people.hpp"

namespace kaido::cli {
namespace {

/// A word under which there are verbs.
CLI::App& family(CLI::App& parent, const text::Help& help) {
  auto* command = parent.add_subcommand(help.name, help.what);
  command->footer(help.examples);
  command->group(text::verbs);
  return *command;
}

CLI::App& verb(CLI::App& parent, const text::Help& help, Verb what, Options& options) {
  auto& command = family(parent, help);
  command.callback([&options, what] { options.verb = what; });
  return command;
}

CLI::App& verb_of_user(CLI::App& parent, const text::Help& help, Verb what, Options& options) {
  auto& command = verb(parent, help, what, options);
  command.add_option("NAME", options.name, text::option_user)->required();
  return command;
}

CLI::Option* add_groups(CLI::App& command, Options& options, const char* what) {
  const auto take = [&options](const std::string& group) {
    auto& groups = options.people.person.groups;
    if (!groups) groups.emplace();
    groups->push_back(group);
  };
  // One a time: what follows a group is the next word of the command line.
  return command
      .add_option_function<std::vector<std::string>>(
          "--group,-g",
          [take](const std::vector<std::string>& groups) {
            for (const auto& group : groups) take(group);
          },
          what)
      ->allow_extra_args(false)
      ->type_name("GROUP");
}

void add_display(CLI::App& command, Options& options) {
  command.add_option("--name", options.people.person.display, text::option_display)
      ->type_name("NAME");
}

template <typename Text>
void add_policy(CLI::App& command, Text& policy, const char* what) {
  command.add_option("--policy", policy, what)
      ->check(CLI::IsMember({session::to_string(session::Policy::certificate_and_otp),
                             session::to_string(session::Policy::certificate)})
                  .description(""))
      ->type_name("POLICY");
}

void add_for(CLI::App& command, Options& options) {
  command
      .add_option_function<std::string>(
          "--for",
          [&options](const std::string& given) {
            const auto minutes = parse_minutes(given);
            if (!minutes) throw CLI::ValidationError("--for", text::bad_duration);
            options.people.minutes = *minutes;
          },
          text::option_for)
      ->required()
      ->type_name("TIME");
}

void add_otp(CLI::App& user, Options& options) {
  auto& otp = family(user, text::help_otp);
  otp.require_subcommand(1);
  auto& made = verb_of_user(otp, text::help_otp_new, Verb::otp_new, options);
  auto& shape = options.people.shape;
  made.add_option("--algorithm", shape.algorithm, text::option_algorithm)
      ->check(CLI::IsMember({"SHA1", "SHA256", "SHA512"}).description(""))
      ->type_name("NAME");
  made.add_option("--digits", shape.digits, text::option_digits)
      ->check(CLI::Range(6, 8).description(""))
      ->type_name("N");
  made.add_option("--period", shape.period, text::option_period)
      ->check(CLI::Range(15, 120).description(""))
      ->type_name("SECONDS");
  auto* svg = made.add_option("--svg", options.people.svg, text::option_svg)->type_name("FILE");
  made.add_flag("--uri", options.people.uri, text::option_uri)->excludes(svg);
  verb_of_user(otp, text::help_otp_verify, Verb::otp_verify, options)
      .add_option("--code-fd", options.people.code_fd, text::option_code_fd)
      ->check(CLI::Range(0, 1'000'000).description(""))
      ->type_name("N");
  verb_of_user(otp, text::help_otp_recovery_codes, Verb::otp_recovery_codes, options);
  add_for(verb_of_user(otp, text::help_otp_bypass, Verb::otp_bypass, options), options);
}

void add_set(CLI::App& user, Options& options) {
  auto& set = verb_of_user(user, text::help_user_set, Verb::user_set, options);
  add_display(set, options);
  auto* groups = add_groups(set, options, text::option_groups);
  set.add_flag_callback(
         "--no-groups", [&options] { options.people.person.groups.emplace(); },
         text::option_no_groups)
      ->excludes(groups);
  add_policy(set, options.people.person.policy, text::option_policy);
  set.callback([&options] {
    const auto& person = options.people.person;
    if (!person.display && !person.groups && !person.policy)
      throw CLI::ValidationError("set", text::nothing_to_set);
    options.verb = Verb::user_set;
  });
}

void add_user(CLI::App& app, Options& options) {
  auto& user = family(app, text::help_user);
  user.require_subcommand(1);
  auto& added = verb(user, text::help_user_add, Verb::user_add, options);
  added.add_option("NAME", options.name, text::option_new_user)->required();
  add_display(added, options);
  add_groups(added, options, text::option_group);
  add_policy(added, options.people.person.policy, text::option_policy);
  verb(user, text::help_user_list, Verb::user_list, options);
  verb_of_user(user, text::help_user_show, Verb::user_show, options);
  verb_of_user(user, text::help_user_disable, Verb::user_disable, options);
  verb_of_user(user, text::help_user_enable, Verb::user_enable, options);
  add_set(user, options);
  verb_of_user(user, text::help_user_remove, Verb::user_remove, options)
      .add_flag("--yes,-y", options.yes, text::option_yes);
  auto& import = verb(user, text::help_user_import, Verb::user_import, options);
  import.add_option("FILE", options.file, text::option_people_file)->required();
  import.add_flag("--dry-run", options.people.dry_run, text::option_dry_run);
  add_otp(user, options);
}

void add_device(CLI::App& app, Options& options) {
  auto& device = family(app, text::help_device);
  device.require_subcommand(1);
  const auto of_one = [&](const text::Help& help, Verb what) -> CLI::App& {
    auto& command = verb(device, help, what, options);
    command.add_option("USER", options.name, text::option_user)->required();
    command.add_option("NAME", options.people.device, text::option_device)->required();
    return command;
  };
  auto& added = of_one(text::help_device_add, Verb::device_add);
  added.add_option("--certificate", options.people.certificate, text::option_certificate)
      ->required()
      ->type_name("FILE");
  added.add_option("--wireguard-key", options.people.wireguard_key, text::option_wireguard_key)
      ->type_name("KEY");
  add_policy(added, options.people.policy, text::option_device_policy);
  verb(device, text::help_device_list, Verb::device_list, options)
      .add_option("USER", options.name, text::option_user);
  of_one(text::help_device_enable, Verb::device_enable);
  of_one(text::help_device_disable, Verb::device_disable);
  of_one(text::help_device_remove, Verb::device_remove);
}

void add_session(CLI::App& app, Options& options) {
  auto& session = family(app, text::help_session);
  session.require_subcommand(1);
  verb(session, text::help_session_list, Verb::session_list, options)
      .add_flag("--all,-a", options.people.all, text::option_all);
  const auto of_one = [&](const text::Help& help, Verb what) -> CLI::App& {
    auto& command = verb(session, help, what, options);
    command.add_option("ID", options.people.session, text::option_session)->required();
    return command;
  };
  of_one(text::help_session_show, Verb::session_show);
  of_one(text::help_session_end, Verb::session_end);
  add_for(of_one(text::help_session_extend, Verb::session_extend), options);
}

void add_audit(CLI::App& app, Options& options) {
  auto& audit = family(app, text::help_audit);
  audit.require_subcommand(0, 1);
  audit.add_option("--user", options.name, text::option_audit_user)->type_name("NAME");
  audit.add_option("--act", options.people.act, text::option_act)
      ->check([](const std::string& act) {
        return session::parse_act(act) ? std::string() : text::bad_act(act);
      })
      ->type_name("ACT");
  audit.add_option("-n,--lines", options.count, text::option_audit_count)
      ->check(CLI::Range(1, 100'000).description(""))
      ->type_name("N");
  auto& check = family(audit, text::help_audit_verify);
  // It comes after that of `verify`.
  audit.callback([&options, &audit, &check] {
    if (!check.parsed()) {
      options.verb = Verb::audit;
      return;
    }
    for (const auto* name : {"--user", "--act", "--lines"})
      if (audit.count(name) > 0) throw CLI::ValidationError(name, text::verify_takes_nothing);
    options.verb = Verb::audit_verify;
  });
}

}  // namespace

void add_people_verbs(CLI::App& app, Options& options) {
  add_user(app, options);
  add_device(app, options);
  add_session(app, options);
  add_audit(app, options);
}

}  // namespace kaido::cli
