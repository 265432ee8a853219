// The port to what kaidod remembers across restarts.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/desired/before.hpp"
#include "kaido/error.hpp"

namespace kaido {

struct Remembered {
  std::set<std::string> disabled;  ///< tunnels the admin has taken down
  Before before;                   ///< for teardown, and for a device that is no uplink any more
  /// By uplink device: ObservedUplink::learnt.
  std::map<std::string, std::vector<IpAddress>> gateways;
  std::uint64_t epoch = 0;  ///< of the newest claims; each life of kaidod has a greater one
  friend bool operator==(const Remembered&, const Remembered&) = default;
};

/// Synchronous; one thread. save() is atomic: the old or the new content survives a power cut.
class NotebookFile {
 public:
  virtual ~NotebookFile() = default;
  /// An empty one when nothing has been saved yet; content that makes no sense is set aside.
  /// state_not_read: what could not be read at all is never written over either.
  virtual Result<Remembered> load() = 0;
  virtual Result<void> save(const Remembered& remembered) = 0;
  /// The firewall's body that was in force last, for `kaidod --guard`; empty: none.
  virtual Result<std::string> load_firewall() = 0;
  /// Atomic as save(); empty: forgets it.
  virtual Result<void> save_firewall(const std::string& body) = 0;
};

}  // namespace kaido
