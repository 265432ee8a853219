// The port to kaido-portal on this machine (hubs): what clients ask over HTTPS.
#pragma once

#include <functional>

#include "kaido/portal_link.hpp"

namespace kaido {

/// Asynchronous, on the engine's thread; never from inside a call. Connects again for ever. What it
/// tells is hostile: the portal hands on what strangers typed, and may be in their hands itself.
class Portal {
 public:
  virtual ~Portal() = default;
  /// Called once. `on_question`: AskNonce, LogIn or OfSession; its id is of this port, and no two
  /// have the same.
  virtual void start(std::move_only_function<void(const portal::Packet&)> on_question) = 0;
  /// To the question of that id, once. Lost when who asked is gone, and when too many wait: the
  /// portal has a limit of time of its own.
  virtual void answer(portal::Packet packet) = 0;
};

}  // namespace kaido
