#include "output/tunnels.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "commands/commands.hpp"
#include "commands/common.hpp"
#include "decode.hpp"
#include "text.hpp"

namespace kaido::cli::commands {
namespace {

/// More than this many of one name are better seen as a table.
constexpr std::size_t in_full_at_most = 3;

std::string draw(const std::vector<TunnelReport>& tunnels, bool named) {
  const auto style = Style::for_stdout();
  if (!named || tunnels.size() > in_full_at_most) return draw_tunnels(tunnels, style);
  std::string drawn;
  for (const auto& tunnel : tunnels)
    drawn += (drawn.empty() ? "" : "\n") + draw_tunnel(tunnel, style);
  return drawn;
}

Outcome<Picture> look(const Options& options, Client& client) {
  auto list = client.tunnels();
  if (!list) return std::unexpected(list.error());
  json::array shown;
  std::vector<TunnelReport> tunnels;
  for (auto& item : *list) {
    TunnelReport tunnel;
    if (item.is_object()) decode(item.get_object(), tunnel);
    if (!options.name.empty() && !is_meant(tunnel, options.name)) continue;
    tunnels.push_back(std::move(tunnel));
    if (options.json) shown.push_back(std::move(item));
  }
  if (tunnels.empty() && !options.name.empty())
    return std::unexpected(
        Failure{Exit::failed, "not-found", text::no_such_tunnel(options.name), {}});
  const auto exit = std::ranges::all_of(tunnels, is_fine) ? Exit::fine : Exit::not_working;
  if (options.json)
    return Picture{json::serialize(json::object{{"tunnels", std::move(shown)}}) + '\n', exit};
  return Picture{draw(tunnels, !options.name.empty()), exit};
}

}  // namespace

Exit tunnels(const Options& options) {
  return draw_or_watch(options, [&](Client& client) { return look(options, client); });
}

}  // namespace kaido::cli::commands
