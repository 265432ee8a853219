// The port to the IKE daemon.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/ike.hpp"
#include "kaido/error.hpp"

namespace kaido {

/// Drives charon. Asynchronous: every completion and every event arrives on the thread that runs
/// the engine, never from inside the call. A command whose connection is lost completes with
/// charon_absent. Commands are carried out one at a time, in the order given.
class IkeControl {
 public:
  template <typename T>
  using Done = std::move_only_function<void(Result<T>)>;
  using Names = std::vector<std::string>;

  virtual ~IkeControl() = default;

  /// Begins to connect, and from then on reconnects (100 ms growing to 2 s) whenever charon goes.
  /// Called once.
  virtual void start(std::move_only_function<void(const IkeEvent&)> on_event) = 0;

  /// The certificate, the private key and the authorities from now on; what connections refer to
  /// is set before they are loaded. Does nothing when this port has loaded the same since CharonUp.
  /// A key that another replaced stays until the next load(), unload() or reconcile() has ended:
  /// until then connections may need it. A key that an earlier process loaded and that is
  /// configured no more stays, since charon does not say whose a key is. Certificates stay until
  /// charon ends or someone clears all credentials, the admin's too: VICI has no order to unload
  /// one. Those of authorities are trust anchors for every connection that names none (`cacerts`);
  /// to leave the order for them out would change nothing, since charon makes anchors of those that
  /// connections bring as well. charon_refused: not all of it was taken, and reconcile() tries
  /// again.
  virtual void set_credentials(IkeCredentials credentials, Done<void> done) = 0;

  /// Loads each of these, new or in place of the one with its name; nothing else is looked at. A
  /// refused connection does not stop the others: the first refusal is the error. The result lists
  /// the names of those that were loaded.
  virtual void load(std::vector<IkeConnection> connections, Done<Names> done) = 0;

  /// Unloads the connections with these names and ends their SAs, a person's without waiting for
  /// the peer. One that is not there is no error; the result lists those that were.
  virtual void unload(std::vector<std::string> names, Done<Names> done) = 0;

  /// The level below the three above: asks charon what it has, loads what is missing or differs
  /// from what this port loaded since CharonUp, unloads what is Kaido's and neither desired nor to
  /// be kept. So it also repairs what someone else unloaded. Costs three short questions when
  /// nothing differs.
  /// Idempotent; refusals and result as of load() and unload() together. When nothing is desired
  /// any more (teardown) and nobody else has a connection or a key, all credentials are cleared.
  virtual void reconcile(IkeDesired desired, Done<Names> done) = 0;

  /// Returns as soon as charon has taken the order; the outcome comes as events. Never call it
  /// for a connection whose child is up: charon would make a duplicate.
  virtual void initiate(const std::string& connection, Done<void> done) = 0;

  /// Ends one IKE SA without waiting for a dead peer: 500 ms at most.
  virtual void terminate(std::uint32_t unique_id, Done<void> done) = 0;

  /// Rekeys the child SA of one IKE SA. Returns as soon as charon has taken the order: an answer of
  /// the peer comes as ChildSaUp. Refused for an SA that is gone.
  virtual void rekey(std::uint32_t unique_id, const std::string& connection, Done<void> done) = 0;

  /// Whether lines of charon's log are wanted as events: yes after each CharonUp. They cost a
  /// wake-up for each keepalive of each SA, so the owner says no while it has nothing to learn.
  virtual void listen_to_log(bool wanted, Done<void> done) = 0;

  /// The SAs of Kaido's connections. Never waits for an SA that is busy (noblock).
  virtual void list(Done<std::vector<IkeSa>> done) = 0;
};

}  // namespace kaido
