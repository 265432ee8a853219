// What kaido-portal asks, answered: nonces, logins of Kaido's own clients, their sessions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/board.hpp"
#include "engine/people.hpp"
#include "engine/portal_nonces.hpp"
#include "ports/clock.hpp"
#include "ports/portal.hpp"

namespace kaido {

/// On the engine's strand. Every question is answered once. What is wrong has one answer,
/// "refused"; what it was is in the audit. A login without a signature is a browser's: it can only
/// activate the key that is registered for the device.
class PortalDoor {
 public:
  /// Questions of one kind that are in the air; more are "unavailable". Logins have the limit of
  /// People.
  static constexpr std::size_t kMostAsked = 1'000;
  using HubKey = std::move_only_function<std::string()>;

  /// `hub_key`: the hub's public WireGuard key, base64; empty: it has none.
  PortalDoor(const Clock& clock, Portal& portal, People& people, const Board& board,
             HubKey hub_key);
  PortalDoor(const PortalDoor&) = delete;
  PortalDoor& operator=(const PortalDoor&) = delete;
  ~PortalDoor() = default;

  void start();

 private:
  void asked(std::uint64_t id, const portal::AskNonce& question);
  void asked(std::uint64_t id, const portal::LogIn& question);
  void asked(std::uint64_t id, const portal::OfSession& question);
  /// No questions.
  void asked(std::uint64_t /*id*/, const portal::Nonce& /*body*/) {}
  void asked(std::uint64_t /*id*/, const portal::Answer& /*body*/) {}

  [[nodiscard]] std::optional<session::Door> door_of(const std::string& nonce,
                                                     const std::string& source,
                                                     const std::string& signature);
  static void tell_browser(portal::Answer& answer, const Admitted& admitted);
  [[nodiscard]] bool take_nonce(const std::string& nonce, const std::string& source);
  void answer(std::uint64_t id, portal::Outcome outcome);
  void refuse(std::uint64_t id, const session::Refused& refused, session::Door door);
  void admit(std::uint64_t id, const Admitted& admitted);
  [[nodiscard]] std::string networks_of(const std::vector<std::string>& groups) const;

  const Clock& clock_;
  Portal& portal_;
  People& people_;
  const Board& board_;
  HubKey hub_key_;
  PortalNonces nonces_;
  std::size_t nonces_asked_ = 0;
  std::size_t sessions_asked_ = 0;
};

}  // namespace kaido
