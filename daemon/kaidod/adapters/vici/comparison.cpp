#include "adapters/vici/comparison.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "adapters/vici/listing.hpp"
#include "adapters/vici/sas.hpp"
#include "adapters/vici/settings.hpp"
#include "core/addressing.hpp"

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

/// What charon has, by its own word.
struct Held {
  std::vector<std::string> connections;
  std::vector<std::string> keys;
  std::map<std::string, std::vector<std::string>, std::less<>> pools;  ///< by connection
  std::set<std::string> of_people;  ///< connections that have SAs
};

/// A connection whose pools somebody has unloaded (the admin's tool does) is not there.
bool has_its_pools(const IkeConnection& connection, const Held& held) {
  const auto wanted = pools_of(connection);
  if (wanted.empty()) return true;
  const auto found = held.pools.find(connection.name);
  if (found == held.pools.end()) return false;
  return std::ranges::all_of(wanted, [&](const std::string& pool) {
    return std::ranges::find(found->second, pool) != found->second.end();
  });
}

void plan(const Loaded& loaded, IkeDesired desired, const Held& held, Change& change) {
  Present present(held.connections.begin(), held.connections.end());
  if (leaves_nothing(loaded, desired, present, held.keys)) change.clear_credentials();
  // A key that is missing may be a sign that all credentials were cleared.
  const bool lost = !loaded.key.empty() && std::ranges::count(held.keys, loaded.key) == 0;
  change.set_credentials(desired.credentials, lost);
  std::set<std::string_view> wanted;
  for (const auto& connection : desired.connections) wanted.insert(connection.name);
  const auto goes = [&](std::string_view name) {
    const bool kept = !desired.kept_prefix.empty() && name.starts_with(desired.kept_prefix);
    return is_ours(name) && !kept && !wanted.contains(name);
  };
  for (const auto& name : present) {
    if (!goes(name)) continue;
    const auto pools = held.pools.find(name);
    change.unload(name, pools == held.pools.end() ? std::vector<std::string>() : pools->second);
  }
  // Those that were still in use when their connection went.
  for (const auto& [name, pools] : held.pools)
    if (goes(name) && !present.contains(name)) change.unload(name, pools);
  // A person's SA that has outlived its connection: one that was rekeyed while it was to end, or
  // whose end nobody ordered since kaidod was killed. Nothing else would ever end it.
  for (const auto& name : held.of_people)
    if (goes(name) && !present.contains(name)) change.end(name);
  for (const auto& connection : desired.connections)
    if (!has_its_pools(connection, held)) present.erase(connection.name);
  change.unload_retired_keys();
  change.load_different(std::move(desired.connections), std::move(present));
}

/// The questions, one after the other, and what becomes of the answers.
class Comparison : public std::enable_shared_from_this<Comparison> {
 public:
  Comparison(std::shared_ptr<Connection> connection, std::shared_ptr<Loaded> loaded,
             IkeDesired desired, std::shared_ptr<Change> change)
      : connection_(std::move(connection)),
        loaded_(std::move(loaded)),
        desired_(std::move(desired)),
        change_(std::move(change)) {}

  void run() {
    ask("get-conns", [](Comparison& self, const Section& answer) {
      self.held_.connections = answer.list("conns");
      self.ask("get-keys", [](Comparison& its, const Section& keys) {
        its.held_.keys = keys.list("keys");
        its.ask("get-pools", [](Comparison& last, const Section& pools) { last.on_pools(pools); });
      });
    });
  }

 private:
  void ask(const char* question, void (*then)(Comparison&, const Section&)) {
    connection_->command(question, Section{},
                         [self = shared_from_this(), then](const Result<Section>& answer) {
                           if (!answer) return self->change_->fail(answer.error());
                           then(*self, *answer);
                         });
  }

  void on_pools(const Section& pools) {
    for (const auto& [pool, figures] : pools.sections())
      held_.pools[std::string(connection_of(pool))].emplace_back(pool);
    list_sas(*connection_, [self = shared_from_this()](const Result<std::vector<IkeSa>>& sas) {
      if (!sas) return self->change_->fail(sas.error());
      for (const auto& sa : *sas)
        if (sa.connection.starts_with(kPeopleConnectionPrefix))
          self->held_.of_people.insert(sa.connection);
      self->finish();
    });
  }

  void finish() {
    plan(*loaded_, std::move(desired_), held_, *change_);
    change_->run();
  }

  std::shared_ptr<Connection> connection_;
  std::shared_ptr<Loaded> loaded_;
  IkeDesired desired_;
  std::shared_ptr<Change> change_;
  Held held_;
};

}  // namespace

void compare(const std::shared_ptr<Connection>& connection, const std::shared_ptr<Loaded>& loaded,
             IkeDesired desired, const std::shared_ptr<Change>& change) {
  std::make_shared<Comparison>(connection, loaded, std::move(desired), change)->run();
}

}  // namespace kaido::vici
