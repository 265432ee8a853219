// What the contract test of the IKE port runs in: a port, and a charon to do things to.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "ports/ike_control.hpp"

namespace kaido::test {

enum class HubTrouble : std::uint8_t {
  silent,               ///< no packet reaches it
  does_not_know_us,     ///< it has no connection for this site
  certificate_expired,  ///< its own
  other_identity,       ///< its certificate is another gateway's
  other_proposals,
};

class World {
 public:
  virtual ~World() = default;
  virtual IkeControl& port() = 0;
  /// Runs the port until `done` says so; false after 15 s.
  virtual bool run_until(const std::function<bool()>& done) = 0;

  /// Credentials and the connection "kaido-tokyo-1" to a hub that answers.
  virtual IkeDesired desired() = 0;
  virtual void stop_charon() = 0;
  virtual void start_charon() = 0;
  /// The connections in charon, by its own word.
  virtual std::vector<std::string> loaded() = 0;
  virtual void load_foreign(const std::string& name) = 0;
  virtual void unload(const std::string& name) = 0;
  /// The private keys in charon, by its own word.
  virtual std::vector<std::string> keys() = 0;
  /// Certificates in charon, authorities' among them.
  virtual std::size_t certificates() = 0;
  /// How often this charon has loaded a connection, and a private key, since the world began.
  virtual std::size_t connection_loads() = 0;
  virtual std::size_t key_loads() = 0;
  virtual void load_foreign_key() = 0;
  virtual void unload_keys() = 0;
  /// `swanctl --load-all` of an admin without files of his own.
  virtual void admin_loads_all() = 0;
  /// `desired` with another certificate and key of the same identity.
  virtual IkeDesired with_new_key(IkeDesired desired) = 0;
  /// From now on the hub is like that.
  virtual void trouble(HubTrouble what) = 0;
  virtual void rekey_ike(std::uint32_t unique_id) = 0;
  virtual void rekey_child(std::uint32_t unique_id) = 0;
};

struct WorldKind {
  const char* name;
  std::string (*obstacle)();  ///< why it cannot run here, or ""
  std::unique_ptr<World> (*make)();
};

inline void PrintTo(const WorldKind& kind, std::ostream* out) { *out << kind.name; }

extern const WorldKind kFakeWorld;
extern const WorldKind kRealWorld;

}  // namespace kaido::test
