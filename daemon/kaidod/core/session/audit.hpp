// What is kept of who did what: entries of the audit, chained by hash in the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/session/people.hpp"

namespace kaido::session {

/// What the store was told. Stored and shown by its word: see to_string().
enum class Act : std::uint8_t {
  store_created,
  store_restored,
  user_added,
  user_changed,
  user_removed,
  otp_made,
  otp_confirmed,
  recovery_codes_made,
  bypass_code_made,
  device_added,
  device_changed,
  device_removed,
  login_admitted,
  login_refused,
  session_extended,
  session_ended,
  logins_refused,  ///< of strangers, more than are noted each: see StrangerLimit
};
[[nodiscard]] const char* to_string(Act act);  ///< "user-added"
[[nodiscard]] std::optional<Act> parse_act(std::string_view text);

/// What is written beside a change.
struct AuditNote {
  WallTime at = 0;
  std::string actor;  ///< "uid 1000", "root", "portal": who asked
  Act act = Act::user_added;
  std::string user;     ///< whom it concerns; empty: nobody
  std::string subject;  ///< a device's name, a session's id; may be empty
  std::string detail;   ///< for people; never a secret. Of login_refused: the Refusal's word
  std::string source;   ///< of a login: the address
  friend bool operator==(const AuditNote&, const AuditNote&) = default;
};

struct AuditEntry {
  std::uint64_t number = 0;  ///< 1, 2, 3 … without gaps
  AuditNote note;
  std::array<std::uint8_t, 32> hash{};  ///< SHA-256 over the entry before and this one
  friend bool operator==(const AuditEntry&, const AuditEntry&) = default;
};

/// The bytes of an entry that its hash covers, after the 32 of the entry before: the number, the
/// time and each text, every one after its length as 8 bytes in network order; so no two entries
/// have the same bytes.
[[nodiscard]] std::string audit_bytes(std::uint64_t number, const AuditNote& note);

}  // namespace kaido::session
