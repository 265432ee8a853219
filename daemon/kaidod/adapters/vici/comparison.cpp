#include "adapters/vici/comparison.hpp"

#include <algorithm>
#include <utility>

#include "adapters/vici/sas.hpp"

namespace kaido::vici {
namespace {

/// Nothing of ours is to stay, and nobody else has a connection or a key: then the certificates go,
/// too. VICI has no order to unload one. (Which key an earlier process loaded charon does not say:
/// a single one beside our connections is ours.)
bool leaves_nothing(const Loaded& loaded, const IkeDesired& desired, const Present& present,
                    const std::vector<std::string>& keys) {
  const auto ours = [](const std::string& name) { return is_ours(name); };
  const bool were_here = loaded.credentials != 0 || std::ranges::any_of(present, ours);
  const bool no_foreign_key =
      keys.empty() || (keys.size() == 1 && (loaded.key.empty() || keys[0] == loaded.key));
  return were_here && no_foreign_key && desired == IkeDesired{} &&
         std::ranges::all_of(present, ours);
}

void plan(const Loaded& loaded, IkeDesired desired, const std::vector<std::string>& names,
          const std::vector<std::string>& keys, Change& change) {
  Present present(names.begin(), names.end());
  if (leaves_nothing(loaded, desired, present, keys)) change.clear_credentials();
  // A key that is missing may be a sign that all credentials were cleared.
  const bool lost = !loaded.key.empty() && std::ranges::count(keys, loaded.key) == 0;
  change.set_credentials(desired.credentials, lost);
  std::set<std::string_view> wanted;
  for (const auto& connection : desired.connections) wanted.insert(connection.name);
  for (const auto& name : present)
    if (is_ours(name) && !wanted.contains(name)) change.unload(name);
  change.unload_retired_keys();
  change.load_different(std::move(desired.connections), std::move(present));
}

}  // namespace

void compare(const std::shared_ptr<Connection>& connection, const std::shared_ptr<Loaded>& loaded,
             IkeDesired desired, const std::shared_ptr<Change>& change) {
  auto on_keys = [loaded, change, desired = std::move(desired)](
                     const std::vector<std::string>& names, const Result<Section>& keys) mutable {
    if (!keys) return change->fail(keys.error());
    plan(*loaded, std::move(desired), names, keys->list("keys"), *change);
    change->run();
  };
  connection->command(
      "get-conns", Section{},
      [connection, change, on_keys = std::move(on_keys)](const Result<Section>& answer) mutable {
        if (!answer) return change->fail(answer.error());
        connection->command("get-keys", Section{},
                            [names = answer->list("conns"), on_keys = std::move(on_keys)](
                                const Result<Section>& keys) mutable { on_keys(names, keys); });
      });
}

}  // namespace kaido::vici
