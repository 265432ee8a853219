// Brings charon's configuration to what is desired.
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
  std::string key;  ///< charon's identifier of the private key; "": none was loaded
  std::map<std::string, std::size_t> connections;
};

/// One run of apply(). It keeps itself alive through the replies that it waits for; when the
/// connection is closed by its owner those are dropped and it is gone.
class Apply : public std::enable_shared_from_this<Apply> {
 public:
  using Done = std::move_only_function<void(Result<std::vector<std::string>>)>;
  using SetLog = std::move_only_function<void(bool on, std::move_only_function<void()> then)>;
  /// From this many connections on charon is asked for no log events meanwhile: it would send six
  /// lines for each, and building and reading them made 1,000 loads a third slower.
  static constexpr std::size_t kQuietFrom = 32;

  Apply(std::shared_ptr<Connection> connection, std::shared_ptr<Loaded> loaded, IkeDesired desired,
        SetLog set_log, Done done);
  void run();

 private:
  struct Step {
    std::string command;
    std::string message;  ///< encoded
    std::move_only_function<void(const Result<Section>& answer)> then;
  };

  void plan(const Section& connections, const Section& keys);
  void plan_credentials(const std::vector<std::string>& keys);
  [[nodiscard]] bool leaves_nothing(const std::vector<std::string>& keys) const;
  void on_key(std::string id);
  void unload_key();
  [[nodiscard]] std::optional<Step> next_step();
  [[nodiscard]] std::optional<Step> next_connection();
  [[nodiscard]] std::optional<Step> load(const IkeConnection& wanted);
  void send_some();
  void on_answer(Step& step, const Result<Section>& answer);
  void finish();
  void report(Result<std::vector<std::string>> result);

  std::shared_ptr<Connection> connection_;
  std::shared_ptr<Loaded> loaded_;
  IkeDesired desired_;
  SetLog set_log_;
  Done done_;
  std::set<std::string, std::less<>> present_;  ///< loaded in charon, by anyone
  std::deque<Step> first_;                      ///< credentials
  std::size_t position_ = 0;                    ///< in desired_.connections
  std::deque<Step> last_;                       ///< what has to go
  std::vector<std::string> changed_;
  std::optional<Error> refusal_;
  std::size_t waiting_ = 0;
  std::size_t loads_ = 0;
  bool credentials_accepted_ = true;
};

}  // namespace kaido::vici
