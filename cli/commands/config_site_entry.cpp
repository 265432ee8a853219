#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "commands/commands.hpp"
#include "commands/common.hpp"
#include "config/load.hpp"
#include "output/terminal.hpp"
#include "text.hpp"

namespace kaido::cli::commands {
namespace {

/// An entry without a key is still useful (IKEv2 works), but its reader should know.
void warn_of_missing_keys(const LoadedConfiguration& loaded, const Hub& hub) {
  const auto& model = loaded.model;
  if (std::ranges::find(hub.transports, Transport::wireguard) == hub.transports.end()) return;
  for (const auto& slot : model.slots)
    if (&model.hubs[slot.hub] == &hub && loaded.identities.slot_key(slot.number) == nullptr)
      fmt::print(stderr, "{}{}\n", Style::for_stderr().paint(Colour::yellow, text::warning),
                 text::key_missing(slot.number));
}

}  // namespace

Exit config_site_entry(const Options& options) {
  const auto loaded =
      config::load_file(options.config, {.create_keys = false, .now = std::time(nullptr)});
  if (!loaded) return fail_loading(options, options.config, loaded.error());
  const auto& hubs = loaded->model.hubs;
  const auto hub = std::ranges::find(hubs, options.name, &Hub::name);
  if (hub == hubs.end())
    return fail(options,
                {Exit::failed, "not-found", text::no_such_hub(options.name, loaded->model), {}});
  warn_of_missing_keys(*loaded, *hub);
  const auto entry = config::site_entry(*loaded, *hub);
  if (options.json)
    print_json(boost::json::value{{"site_entry", entry}});
  else
    print(entry);
  return Exit::fine;
}

}  // namespace kaido::cli::commands
