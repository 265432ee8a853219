// kaido user add, list, show, enable, disable, set, remove
#include <unistd.h>

#include <algorithm>

#include "commands/commands.hpp"
#include "commands/people_common.hpp"
#include "decode.hpp"
#include "output/people.hpp"
#include "text_people.hpp"

namespace kaido::cli::commands {
namespace {

/// With --json {"user": NAME}.
Exit told(const Options& options, const Outcome<std::string>& name, const std::string& sentence) {
  if (!name) return fail_about(options, name.error(), text::see_users);
  if (options.json)
    print_json(json::object{{"user", *name}});
  else
    print(sentence);
  return Exit::fine;
}

/// All that belongs to one user.
struct Account {
  json::object user;
  json::array devices;
  json::array sessions;
};

/// Those of a list whose `key` is the name.
json::array of_user(json::array& all, const char* key, const std::string& name) {
  json::array own;
  for (auto& item : all) {
    const auto* object = item.if_object();
    const auto* value = object != nullptr ? object->if_contains(key) : nullptr;
    if (value != nullptr && value->is_string() && value->get_string() == name)
      own.push_back(std::move(item));
  }
  return own;
}

Outcome<Account> account_of(Client& client, const std::string& name) {
  auto users = client.users();
  if (!users) return std::unexpected(users.error());
  auto found = of_user(*users, "name", name);
  if (found.empty())
    return std::unexpected(
        Failure{Exit::failed, "not-found", text::no_such_user(name), {}, text::see_users});
  auto devices = client.devices();
  if (!devices) return std::unexpected(devices.error());
  auto sessions = client.sessions(false);
  if (!sessions) return std::unexpected(sessions.error());
  return Account{std::move(found.front().as_object()), of_user(*devices, "user", name),
                 of_user(*sessions, "user", name)};
}

}  // namespace

Exit user_add(const Options& options) {
  const auto& given = options.people.person;
  const NewPerson person{options.name, given.display.value_or(""),
                         given.groups.value_or(std::vector<std::string>{}),
                         given.policy.value_or("")};
  const auto count = ask([&](Client& client) { return client.add_users({person}, false); });
  if (!count) return fail(options, count.error());
  if (options.json)
    print_json(json::object{{"added", *count}});
  else
    print(text::user_added(printable(options.name)));
  return Exit::fine;
}

Exit user_list(const Options& options) {
  const auto users = ask([](Client& client) { return client.users(); });
  if (!users) return fail(options, users.error());
  if (options.json)
    print_json(json::object{{"users", *users}});
  else
    print(draw_users(decode_list<UserReport>(*users), now(), Style::for_stdout()));
  return Exit::fine;
}

Exit user_show(const Options& options) {
  auto account = ask([&](Client& client) { return account_of(client, options.name); });
  if (!account) return fail(options, account.error());
  if (options.json) {
    print_json(json::object{{"user", std::move(account->user)},
                            {"devices", std::move(account->devices)},
                            {"sessions", std::move(account->sessions)}});
    return Exit::fine;
  }
  UserReport user;
  decode(account->user, user);
  print(draw_user(user, decode_list<DeviceReport>(account->devices),
                  decode_list<SessionReport>(account->sessions), now(), Style::for_stdout()));
  return Exit::fine;
}

Exit user_enable(const Options& options) {
  const bool enabled = options.verb == Verb::user_enable;
  const auto changed = ask([&](Client& client) {
    return client.change_user(options.name, {.enabled = enabled, .display = {}, .groups = {}});
  });
  return told(options, changed, text::user_enabled(printable(options.name), enabled));
}

Exit user_set(const Options& options) {
  const auto changed =
      ask([&](Client& client) { return client.change_user(options.name, options.people.person); });
  return told(options, changed, text::user_changed(printable(options.name)));
}

Exit user_remove(const Options& options) {
  if (!options.yes) {
    if (options.json || isatty(STDIN_FILENO) != 1)
      return fail(options, {Exit::usage, "", text::needs_yes, {}, {}});
    if (!agreed(text::ask_user_remove(printable(options.name)))) {
      print(text::not_torn_down);
      return Exit::fine;
    }
  }
  const auto removed = ask([&](Client& client) { return client.remove_user(options.name); });
  return told(options, removed, text::user_removed(printable(options.name)));
}

}  // namespace kaido::cli::commands
