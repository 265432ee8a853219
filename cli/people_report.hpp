// People as the CLI sees them: the dictionaries USER, DEVICE, SESSION and AUDIT ENTRY, and what it
// sends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kaido::cli {

/// Moments are seconds since 1970; 0 means none.
struct UserReport {
  std::string name;
  std::string display;
  bool enabled = true;
  std::vector<std::string> groups;
  std::int64_t created = 0;
  std::string policy;  ///< certificate+otp | certificate
  std::string otp;     ///< none | unconfirmed | confirmed
  std::string algorithm;
  std::uint32_t digits = 0;
  std::uint32_t period = 0;
  std::uint32_t recovery_codes = 0;
  std::int64_t bypass_until = 0;
};

struct DeviceReport {
  std::string user;
  std::string name;
  std::string fingerprint;
  std::string subject;
  std::int64_t not_after = 0;
  std::string wireguard_key;
  std::vector<std::string> addresses;
  bool enabled = true;
  std::int64_t created = 0;
  std::string policy;  ///< as of UserReport; "": the user's
};

struct SessionReport {
  std::string id;
  std::string user;
  std::string device;
  std::string door;
  std::string source;
  std::int64_t started = 0;
  std::int64_t ends = 0;
  std::int64_t ended = 0;
  std::string reason;
  bool alive = false;
};

struct AuditReport {
  std::uint64_t number = 0;
  std::int64_t time = 0;
  std::string actor;
  std::string act;
  std::string user;
  std::string subject;
  std::string detail;
  std::string source;
  std::string hash;
};

struct AuditCheck {
  std::uint64_t entries = 0;
  std::string fault;  ///< a sentence; "" for none
  std::uint64_t first_bad = 0;
};

struct NewPerson {
  std::string name;
  std::string display;
  std::vector<std::string> groups;
  std::string policy;  ///< empty: kaidod's default
  friend bool operator==(const NewPerson&, const NewPerson&) = default;
};

/// nullopt: stays.
struct PersonChange {
  std::optional<bool> enabled;
  std::optional<std::string> display;
  std::optional<std::vector<std::string>> groups;
  std::optional<std::string> policy = std::nullopt;
};

struct DeviceToAdd {
  std::string user;
  std::string name;
  std::string certificate;    ///< PEM or DER
  std::string wireguard_key;  ///< base64; empty: none
  std::string policy;         ///< empty: the user's
};

/// How a person's codes are to be made; kaidod checks it.
struct CodeShape {
  std::string algorithm = "SHA1";
  std::uint32_t digits = 6;
  std::uint32_t period = 30;
};

}  // namespace kaido::cli
