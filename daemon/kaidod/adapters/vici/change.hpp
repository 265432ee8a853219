// Changes what charon holds.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/vici/settings.hpp"
#include "core/ike.hpp"
#include "wire/vici/connection.hpp"

namespace kaido::vici {

/// What this process has loaded into the charon that runs now, as fingerprints of the messages
/// (the messages themselves would be megabytes on a hub).
struct Loaded {
  std::size_t credentials = 0;
  std::string key;                        ///< charon's identifier of the private key; "": none
  std::vector<std::string> retired_keys;  ///< replaced by another, still in charon
  std::map<std::string, std::size_t> connections;
  std::map<std::string, std::vector<std::string>> pools;  ///< of those connections that have some
};

using Present = std::set<std::string, std::less<>>;

/// One change, of parts that are named first and sent by run(): credentials, connections, what has
/// to go. It keeps itself alive through the replies that it waits for; when the connection is
/// closed by its owner those are dropped and it is gone. A refusal does not stop the rest; a lost
/// connection does.
class Change : public std::enable_shared_from_this<Change> {
 public:
  using Done = std::move_only_function<void(Result<std::vector<std::string>>)>;
  using SetLog = std::move_only_function<void(bool on, std::move_only_function<void()> then)>;
  /// From this many connections on charon is asked for no log events meanwhile: it would send six
  /// lines for each, and building and reading them made 1,000 loads a third slower.
  static constexpr std::size_t kQuietFrom = 32;

  Change(std::shared_ptr<Connection> connection, std::shared_ptr<Loaded> loaded, SetLog set_log,
         Done done);

  /// Nothing is sent when the same are loaded, unless they are known to be `lost`.
  void set_credentials(const IkeCredentials& credentials, bool lost = false);
  void load(std::vector<IkeConnection> connections);
  /// Of these, the ones that are not `present` or were not loaded like that.
  void load_different(std::vector<IkeConnection> connections, Present present);
  /// With its pools: a connection that has some is a person's, whose SAs end without waiting.
  void unload(const std::string& name, const std::vector<std::string>& pools = {});
  /// Ends its SAs: it is there no more.
  void end(const std::string& name);
  void unload_retired_keys() { drops_keys_ = true; }
  void clear_credentials() { clears_ = true; }  ///< anyone's

  void run();
  void fail(const Error& error) { report(std::unexpected(error)); }

 private:
  struct Step {
    std::string command;
    std::string message;  ///< encoded
    std::move_only_function<void(const Result<Section>& answer)> then;
  };

  void retire_key();
  void on_key(std::string id);
  [[nodiscard]] std::optional<Step> next_step();
  [[nodiscard]] std::optional<Step> next_connection();
  void plan_load(const IkeConnection& wanted);
  [[nodiscard]] std::optional<Step> next_key();
  void on_answer(Step& step, const Result<Section>& answer);
  void report(Result<std::vector<std::string>> result);

  std::shared_ptr<Connection> connection_;
  std::shared_ptr<Loaded> loaded_;
  SetLog set_log_;
  Done done_;
  std::deque<Step> credentials_;
  std::vector<IkeConnection> connections_;  ///< encoded one by one, as they are sent
  std::size_t position_ = 0;                ///< in connections_
  Present present_;                         ///< need not be loaded again; empty: all are loaded
  std::deque<Step> loading_;                ///< the rest of the connection before `position_`
  std::deque<Step> unloads_;
  bool drops_keys_ = false;
  bool clears_ = false;
  std::vector<std::string> changed_;
  std::optional<Error> refusal_;
  std::size_t waiting_ = 0;
  std::size_t loads_ = 0;
  bool credentials_accepted_ = true;
};

}  // namespace kaido::vici
