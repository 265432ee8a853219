// charon in memory.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ports/ike_control.hpp"

namespace kaido::fake {

/// An IKE port with a charon that a test steers. Single-threaded. Nothing is called from inside a
/// call: completions and events wait in a queue that `pump()` runs, or go through the `post` given
/// to the constructor (say, an io_context's). Keeps the contract of tests/contract/ike.
class IkeControl final : public kaido::IkeControl {
 public:
  using Task = std::move_only_function<void()>;
  using Post = std::function<void(Task)>;
  /// What becomes of an initiate: the lines of the log, and whether it comes up.
  struct Outcome {
    bool up = true;
    std::vector<std::string> log;
  };

  IkeControl() = default;
  explicit IkeControl(Post post) : post_(std::move(post)) {}

  void start(std::move_only_function<void(const IkeEvent&)> on_event) override;
  void set_credentials(IkeCredentials credentials, Done<void> done) override;
  void load(std::vector<IkeConnection> connections, Done<Names> done) override;
  void unload(std::vector<std::string> names, Done<Names> done) override;
  void reconcile(IkeDesired desired, Done<Names> done) override;
  void initiate(const std::string& connection, Done<void> done) override;
  void terminate(std::uint32_t unique_id, Done<void> done) override;
  void rekey(std::uint32_t unique_id, const std::string& connection, Done<void> done) override;
  void listen_to_log(bool wanted, Done<void> done) override;
  void list(Done<std::vector<IkeSa>> done) override;

  /// Runs what waits, and what that makes wait; false when there was nothing.
  bool pump();

  // The world.
  void start_charon();  ///< it runs from the beginning; this is for after stop_charon()
  void stop_charon();   ///< forgets everything, as the real one does
  void set_outcome(const std::string& connection, Outcome outcome);
  /// The next order that changes credentials or connections fails with this, having done nothing.
  void refuse_next(Error error) { next_refusals_.push_back(std::move(error)); }
  /// Every initiate of this connection is refused, for this reason; "": no longer.
  void refuse(const std::string& connection, std::string why) {
    refusals_[connection] = std::move(why);
  }
  void load_foreign(const std::string& name) { foreign_.insert(name); }
  void admin_unloads(const std::string& name);  ///< behind the port's back
  void unload_keys() { keys_.clear(); }         ///< so, too
  /// What `swanctl --load-all` of an admin who has no files does.
  void admin_loads_all();
  /// As if another process had loaded it.
  void load_earlier(IkeConnection connection) {
    connections_[connection.name] = std::move(connection);
  }
  void load_foreign_key(const std::string& key) { keys_.insert(key); }
  /// A peer connects to a connection that only responds.
  void peer_connects(const std::string& connection) { bring_up(connection, false); }
  void peer_vanishes(std::uint32_t unique_id) { bring_down(unique_id); }
  void rekey_ike(std::uint32_t unique_id);
  void rekey_child(std::uint32_t unique_id);
  void emit(IkeEvent event);

  [[nodiscard]] std::vector<std::string> loaded() const;  ///< Kaido's and foreign, ascending
  [[nodiscard]] const std::set<std::string>& keys() const { return keys_; }
  [[nodiscard]] std::size_t certificates() const { return certificates_.size(); }
  [[nodiscard]] const std::map<std::string, IkeConnection>& connections() const {
    return connections_;
  }
  [[nodiscard]] const std::vector<IkeSa>& sas() const { return sas_; }
  // How often charon was sent each so far.
  [[nodiscard]] std::size_t loads() const { return loads_; }          ///< load-conn
  [[nodiscard]] std::size_t key_loads() const { return key_loads_; }  ///< load-key
  [[nodiscard]] std::size_t comparisons() const { return comparisons_; }

 private:
  void later(Task task);
  void bring_up(const std::string& connection, bool initiator);
  void bring_down(std::uint32_t unique_id);
  /// Names of what was changed, and the first refusal.
  struct Changed {
    Names names;
    std::optional<Error> refusal;
  };
  /// Why an order is not carried out at all.
  std::optional<Error> obstacle();
  template <typename Work>
  void change(Done<Names> done, Work work);
  void take(const IkeCredentials& credentials);
  void put(const IkeConnection& connection, Changed& changed);
  void remove(const std::string& name, Changed& changed);
  void put_right(const IkeDesired& desired, Changed& changed);
  Result<void> initiate_now(const std::string& connection);

  Post post_;
  std::deque<Task> queue_;
  std::move_only_function<void(const IkeEvent&)> on_event_;
  bool running_ = true;
  bool log_wanted_ = true;
  std::map<std::string, IkeConnection> connections_;
  std::set<std::string> known_;  ///< loaded by this port since charon came up
  std::set<std::string> foreign_;
  std::set<std::string> keys_;          ///< private keys, anyone's
  IkeCredentials credentials_;          ///< what this port loaded since charon came up
  std::set<std::string> retired_keys_;  ///< replaced by another, still in charon
  std::set<std::string> certificates_;
  std::map<std::string, Outcome> outcomes_;
  std::deque<Error> next_refusals_;
  std::map<std::string, std::string> refusals_;
  std::vector<IkeSa> sas_;
  std::uint32_t next_id_ = 1;
  std::size_t loads_ = 0;
  std::size_t key_loads_ = 0;
  std::size_t comparisons_ = 0;
};

}  // namespace kaido::fake
