#include "output/status.hpp"

#include <boost/json/serialize.hpp>

#include "commands/commands.hpp"
#include "commands/common.hpp"

namespace kaido::cli::commands {
namespace {

Outcome<Picture> look(const Options& options, Client& client) {
  const auto all = fetch_snapshot(client);
  if (!all) return std::unexpected(all.error());
  const auto snapshot = decode_snapshot(*all);
  const auto exit = snapshot.works() ? Exit::fine : Exit::not_working;
  if (options.json) return Picture{boost::json::serialize(*all) + '\n', exit};
  return Picture{draw_status(snapshot, Style::for_stdout()), exit};
}

}  // namespace

Exit status(const Options& options) {
  return draw_or_watch(options, [&](Client& client) { return look(options, client); });
}

}  // namespace kaido::cli::commands
