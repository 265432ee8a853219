// Who is admitted: ID, code, what was verified of the certificate, door, source and time in; a
// session or a refusal out. Pure: this folder is what can admit anybody.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/session/limits.hpp"
#include "core/session/people.hpp"
#include "core/session/settings.hpp"

namespace kaido::session {

/// Why not. The person is told only what refusal_answer() says; an admin sees the reason.
enum class Refusal : std::uint8_t {
  no_certificate,
  certificate_invalid,  ///< not one, or not of a CA of [people]
  certificate_expired,
  certificate_not_yet_valid,  ///< or a clock that is wrong
  certificate_revoked,
  certificate_usage,   ///< it may not be used to log in (RFC 5280 §4.2.1.12: clientAuth)
  revocation_unknown,  ///< no fresh CRL, and one is required
  unknown_user,
  user_disabled,
  unknown_device,     ///< no device has this certificate
  device_of_another,  ///< a device of somebody else has it
  device_disabled,
  no_otp,  ///< the person has none, or it was never confirmed
  wrong_code,
  used_code,  ///< right, but used before (RFC 6238 §5.2), or older than one that was
  outside_hours,
  too_many_attempts,
  key_differs,  ///< the WireGuard key: of the device another one is registered, or it is no key
};
[[nodiscard]] const char* to_string(Refusal refusal);  ///< "wrong-code"
/// Of the certificate alone, whosever it is: one that CertificateFacts::fault may be.
[[nodiscard]] constexpr bool of_certificate(Refusal refusal) {
  return refusal <= Refusal::revocation_unknown;
}
[[nodiscard]] std::optional<Refusal> parse_refusal(std::string_view text);
/// One sentence for an admin: what was wrong and what to do.
[[nodiscard]] std::string explain(Refusal refusal);

/// What was verified of the certificate that came with a login, by the CertificateJudge.
struct CertificateFacts {
  /// nullopt: it is valid now and of a CA of [people]. Only the first seven of Refusal.
  std::optional<Refusal> fault = Refusal::no_certificate;
  Fingerprint fingerprint{};  ///< zeros without a certificate
  std::string subject;        ///< for people
  WallTime not_after = 0;
  std::string pem;  ///< the certificate alone, without those that came with it
};

enum class CodeKind : std::uint8_t { totp, recovery, bypass };

/// What the code turned out to be.
struct CodeMatch {
  CodeKind kind = CodeKind::totp;
  std::uint64_t step = 0;               ///< of a TOTP: its time step (RFC 6238 §4.2)
  std::array<std::uint8_t, 32> hash{};  ///< of a recovery or bypass code, as stored
};

/// All that is known when a login is decided.
struct LoginFacts {
  WallTime now = 0;
  std::int32_t utc_offset = 0;  ///< seconds that local time is ahead
  std::string user;             ///< as typed: hostile
  std::string wireguard_key;    ///< the client's own, base64: hostile; empty: the registered one
  Door door = Door::portal;     ///< Door::client: its signature was verified
  CertificateFacts certificate;
  std::optional<User> account;     ///< of that name
  std::optional<Device> device;    ///< that has this certificate, whosever
  std::optional<CodeMatch> code;   ///< nullopt: it fits nothing, or there is none
  std::uint64_t used_step = 0;     ///< a TOTP counts only when its step is greater
  std::vector<Failures> failures;  ///< of the subjects that limited() names
};

struct Opening {
  WallTime ends = 0;
  std::optional<CodeMatch> code;          ///< to be used up; nullopt: the policy asks for none
  std::optional<WireGuardKey> first_key;  ///< to be registered for the device, which has none
};
struct Refused {
  Refusal why = Refusal::wrong_code;
  std::vector<Failures> failures;  ///< to be kept: of the subjects that this one counts against
  WallTime again = 0;              ///< too_many_attempts: not before then; nothing is counted
};
using Decision = std::variant<Opening, Refused>;

/// Whom a login may count against: the source always; the device and the user only where the
/// certificate is valid, and the user only by a device of his that is enabled. So nobody without
/// that can lock an owner out.
[[nodiscard]] std::vector<Subject> limited(const LoginFacts& facts, std::string_view source);

/// The device's, or else the user's.
[[nodiscard]] Policy policy_of(const User& user, const Device& device);

[[nodiscard]] Decision decide(const LoginFacts& facts, const Settings& settings);

/// When a session that begins now ends: after session_minutes, at session_end, or when the group's
/// hours do; the first.
[[nodiscard]] WallTime session_end(WallTime now, std::int32_t utc_offset, const Settings& settings,
                                   const std::vector<std::string>& groups);
/// May a member of one of these groups be logged in now? With no group that has hours: always.
[[nodiscard]] bool within_hours(WallTime now, std::int32_t utc_offset, const Settings& settings,
                                const std::vector<std::string>& groups);

}  // namespace kaido::session
