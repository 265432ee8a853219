// People, their devices and their sessions: the values that store, decision and clients share.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/wireguard.hpp"
#include "kaido/ip.hpp"

namespace kaido::session {

/// Seconds since 1970 by the machine's clock.
using WallTime = std::int64_t;
/// SHA-256 of a certificate's DER.
using Fingerprint = std::array<std::uint8_t, 32>;

enum class Algorithm : std::uint8_t { sha1, sha256, sha512 };
[[nodiscard]] const char* to_string(Algorithm algorithm);  ///< "SHA1": as otpauth:// writes it
[[nodiscard]] std::optional<Algorithm> parse_algorithm(std::string_view text);

/// How a person's codes are made (RFC 6238).
struct OtpShape {
  Algorithm algorithm = Algorithm::sha1;
  std::uint8_t digits = 6;    ///< 6 to 8
  std::uint16_t period = 30;  ///< seconds, 15 to 120
  friend bool operator==(const OtpShape&, const OtpShape&) = default;
};

/// What a login needs beside the ID.
enum class Policy : std::uint8_t {
  certificate_and_otp,
  certificate,  ///< alone: for a machine without a person who could type a code
};
[[nodiscard]] const char* to_string(Policy policy);  ///< "certificate+otp", "certificate"
[[nodiscard]] std::optional<Policy> parse_policy(std::string_view text);

struct User {
  std::string name;     ///< the ID: see valid_name()
  std::string display;  ///< of any script, at most 200 bytes; may be empty
  bool enabled = true;
  std::vector<std::string> groups;  ///< names of [[group]], sorted
  WallTime created = 0;
  Policy policy = Policy::certificate_and_otp;  ///< of the devices that have none of their own
  // what the store knows beside
  std::optional<OtpShape> otp;           ///< nullopt: no one-time password yet
  bool otp_confirmed = false;            ///< a code of it was seen
  std::uint32_t recovery_codes = 0;      ///< unused ones
  std::optional<WallTime> bypass_until;  ///< an unused bypass code counts until then
  friend bool operator==(const User&, const User&) = default;
};

struct Device {
  std::string user;
  std::string name;  ///< unique among the user's: see valid_name()
  Fingerprint fingerprint{};
  std::string subject;      ///< of the certificate, for people
  WallTime not_after = 0;   ///< end of the certificate
  std::string certificate;  ///< PEM
  std::optional<WireGuardKey> wireguard_key;
  std::vector<IpAddress> addresses;  ///< out of the pools: at most one per family
  bool enabled = true;
  WallTime created = 0;
  std::optional<Policy> policy;  ///< nullopt: the user's
  friend bool operator==(const Device&, const Device&) = default;
};

/// Where a login comes in.
enum class Door : std::uint8_t { portal, client, radius, ticket };
[[nodiscard]] const char* to_string(Door door);
[[nodiscard]] std::optional<Door> parse_door(std::string_view text);

enum class EndReason : std::uint8_t {
  expired,
  logged_out,
  by_admin,
  user_removed,
  user_disabled,
  device_removed,
  device_disabled,
  replaced
};
[[nodiscard]] const char* to_string(EndReason reason);
[[nodiscard]] std::optional<EndReason> parse_end_reason(std::string_view text);

struct Session {
  std::string id;  ///< 32 hexadecimal digits, of chance
  std::string user;
  std::string device;
  Door door = Door::portal;
  std::string source;  ///< the address that it was opened from
  /// Its WireGuard peer has a pre-shared key, of this session: where the client brought its own key
  /// with the login. Who keeps a configuration of their own has none.
  bool preshared = false;
  WallTime started = 0;
  WallTime ends = 0;                ///< it admits nothing from then on
  WallTime ended = 0;               ///< 0: it was not ended before `ends`
  std::optional<EndReason> reason;  ///< with `ended`

  [[nodiscard]] bool lives(WallTime now) const { return ended == 0 && now < ends; }
  friend bool operator==(const Session&, const Session&) = default;
};

/// 1 to 64 of a-z, 0-9, '.', '_', '-', '@'; begins with a letter or a digit. So no two names look
/// alike, and a name is safe in a file, a log line and a URL.
[[nodiscard]] bool valid_name(std::string_view name);
/// UTF-8 without control characters, at most `limit` bytes.
[[nodiscard]] bool valid_text(std::string_view text, std::size_t limit);

}  // namespace kaido::session
