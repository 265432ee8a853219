// The port to kaido-reflector on this machine (hubs): the sites' claims.
#pragma once

#include <functional>
#include <string>
#include <variant>

#include "kaido/reflector_link.hpp"

namespace kaido {

struct ReflectorUp {};    ///< every site that it knows follows
struct ReflectorDown {};  ///< once after each ReflectorUp, or when there is none at the start
/// Once after a ReflectorUp: it is of an older version (an upgrade has not restarted it), and what
/// it says is not told.
struct ReflectorOutdated {};
struct ClaimHeard {
  reflector::Message message;  ///< kind claim
  std::string device;          ///< name of the interface that it came in by; empty: gone since
};
struct SiteSilent {
  reflector::SiteKey site{};
};
using ClaimEvent =
    std::variant<ReflectorUp, ReflectorDown, ReflectorOutdated, ClaimHeard, SiteSilent>;

/// Asynchronous, on the engine's thread; never from inside a call. Reconnects (100 ms growing to 2
/// s).
class ClaimSource {
 public:
  virtual ~ClaimSource() = default;
  virtual void start(std::move_only_function<void(const ClaimEvent&)> on_event) = 0;
  /// For the replies, and so that it is missed when it is not heard: this claim is in force. Lost
  /// while the reflector is away.
  virtual void applied(const reflector::SiteKey& site, const stamp::Claim& claim) = 0;
};

}  // namespace kaido
