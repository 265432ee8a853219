#include "output/log.hpp"

#include <chrono>

#include "commands/commands.hpp"
#include "commands/common.hpp"
#include "decode.hpp"
#include "text.hpp"

namespace kaido::cli::commands {
namespace {

/// For as long as the daemon and the bus are there.
Exit follow(const Options& options, Client& client) {
  for (;;)
    if (const auto waited = client.wait(std::chrono::hours(1)); !waited)
      return fail(options, waited.error());
}

}  // namespace

Exit log(const Options& options) {
  const auto style = Style::for_stdout();
  const auto draw = [&](const json::value& item) {
    if (!item.is_object()) return;
    if (options.json) return print_json(item);
    LogEntry entry;
    decode(item.get_object(), entry);
    print(draw_log_entry(entry, style));
  };
  auto client = Client::connect();
  if (!client) return fail(options, client.error());
  // First the signals, then the past: a message between the two is seen twice rather than never.
  if (options.follow)
    if (const auto subscribed = client->subscribe({"Logged"}, draw); !subscribed)
      return fail(options, subscribed.error());
  const auto entries = client->log(options.count);
  if (!entries) return fail(options, entries.error());
  if (options.json && !options.follow) {
    print_json(json::object{{"log", *entries}});
    return Exit::fine;
  }
  if (entries->empty() && !options.follow) print(text::no_messages);
  for (const auto& entry : *entries) draw(entry);
  return options.follow ? follow(options, *client) : Exit::fine;
}

}  // namespace kaido::cli::commands
