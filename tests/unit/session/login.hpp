// A login that is right in everything, for tests to spoil.
#pragma once

#include <chrono>

#include "core/session/decision.hpp"

namespace kaido::session::test {

/// Of the week from Monday 2026-11-23 (UTC); `day` 0 is that Monday, 7 the next.
inline WallTime at(int day, int hour, int minute = 0, int second = 0) {
  using namespace std::chrono;
  const sys_seconds time = sys_days(2026y / November / 23d) + days(day) + hours(hour) +
                           minutes(minute) + seconds(second);
  return time.time_since_epoch().count();
}

/// Wednesday noon.
inline const WallTime kNow = at(2, 12);
inline constexpr Fingerprint kFingerprint{0x01, 0xab, 0xf0};
inline const std::string kHex = "01abf00000000000000000000000000000000000000000000000000000000000";

inline Device device_of(const char* user) {
  return {.user = user, .name = "notebook", .fingerprint = kFingerprint};
}

inline User alice() { return {.name = "alice", .otp = OtpShape{}, .otp_confirmed = true}; }

/// Alice with her notebook and a new code.
inline LoginFacts login() {
  LoginFacts facts{.now = kNow, .user = "alice"};
  facts.certificate = {.fault = std::nullopt, .fingerprint = kFingerprint};
  facts.account = alice();
  facts.device = device_of("alice");
  facts.code = CodeMatch{.kind = CodeKind::totp, .step = 101};
  facts.used_step = 100;
  return facts;
}

}  // namespace kaido::session::test
