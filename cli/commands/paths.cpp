#include "output/paths.hpp"

#include <boost/json/serialize.hpp>

#include "commands/commands.hpp"
#include "commands/common.hpp"
#include "decode.hpp"
#include "text.hpp"

namespace kaido::cli::commands {
namespace {

// Sparklines move on each second; a switch is seen as it happens.
constexpr Pace pace{std::chrono::milliseconds(200), std::chrono::seconds(1)};

std::string draw(const PathsView& view, const Options& options) {
  const auto style = Style::for_stdout();
  if (options.why) return draw_why(view, style);
  const bool one = !options.name.empty() && view.paths.size() == 1;
  if (one && !options.watch && !options.minute) return draw_path(view.paths.front(), style);
  return options.watch || options.minute ? draw_live(view, style, terminal_size())
                                         : draw_paths(view.paths, style);
}

Outcome<Picture> look(const Options& options, Client& client) {
  auto networks = client.networks();
  if (!networks) return std::unexpected(networks.error());
  auto list = client.paths();
  if (!list) return std::unexpected(list.error());
  PathsView view{.networks = decode_list<NetworkReport>(*networks), .paths = {}};
  json::array shown;
  for (auto& item : *list) {
    PathReport path;
    if (item.is_object()) decode(item.get_object(), path);
    if (!options.name.empty() && !is_meant(path, options.name)) continue;
    view.paths.push_back(std::move(path));
    if (options.json) shown.push_back(std::move(item));
  }
  if (view.paths.empty() && !options.name.empty())
    return std::unexpected(
        Failure{Exit::failed, "not-found", text::no_such_path(options.name), {}});
  const bool works = view.works();
  const auto exit = works ? Exit::fine : Exit::not_working;
  if (!options.json) return Picture{draw(view, options), exit};
  return Picture{
      json::serialize(json::object{
          {"works", works}, {"networks", std::move(*networks)}, {"paths", std::move(shown)}}) +
          '\n',
      exit};
}

}  // namespace

Exit paths(const Options& options) {
  return draw_or_watch(options, [&](Client& client) { return look(options, client); }, pace);
}

}  // namespace kaido::cli::commands
