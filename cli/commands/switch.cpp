#include <algorithm>

#include "commands/commands.hpp"
#include "commands/common.hpp"
#include "decode.hpp"
#include "output/paths.hpp"
#include "text.hpp"

namespace kaido::cli::commands {
namespace {

std::unexpected<Failure> not_found(std::string message) {
  return std::unexpected(Failure{Exit::failed, "not-found", std::move(message), {}});
}

/// The path that is meant, by its name or by the beginning of the only name that fits. What is
/// wrong is told together with what there is.
Outcome<std::string> resolve(Client& client, const Options& options) {
  const auto networks = client.networks();
  if (!networks) return std::unexpected(networks.error());
  const auto all = decode_list<NetworkReport>(*networks);
  const auto network = std::ranges::find(all, options.name, &NetworkReport::name);
  if (network == all.end()) return not_found(text::no_such_network(options.name, all));
  if (options.path.empty()) return std::string();
  const auto list = client.paths();
  if (!list) return std::unexpected(list.error());
  const auto paths = decode_list<PathReport>(*list);
  // The addresses of a hub itself are a network without a list of hubs: the daemon knows its paths.
  if (network->hubs.empty()) return options.path;
  std::vector<std::string> names;
  std::vector<std::string> meant;
  for (const auto* path : candidates(*network, paths)) {
    names.push_back(path->name);
    if (path->name == options.path) return path->name;
    if (is_meant(*path, options.path)) meant.push_back(path->name);
  }
  if (meant.size() == 1) return meant.front();
  if (meant.size() > 1)
    return std::unexpected(Failure{Exit::usage, "", text::means_several(options.path, meant), {}});
  return not_found(text::no_such_candidate(options.path, options.name, names));
}

}  // namespace

Exit switch_network(const Options& options) {
  auto client = Client::connect();
  if (!client) return fail(options, client.error());
  const auto path = resolve(*client, options);
  if (!path) return fail(options, path.error());
  const auto in_use = client->switch_network(options.name, *path);
  if (!in_use) return fail(options, in_use.error());
  const bool works = !in_use->empty() && (path->empty() || *in_use == *path);
  if (options.json)
    print_json(json::object{
        {"network", options.name}, {"path", *in_use}, {"pinned", !path->empty() && works}});
  else
    print(text::switched(options.name, *path, *in_use));
  return works ? Exit::fine : Exit::not_working;
}

}  // namespace kaido::cli::commands
