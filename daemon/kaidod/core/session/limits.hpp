// How often a login may fail: per user, device and source, with a delay that grows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/session/people.hpp"

namespace kaido::session {

enum class SubjectKind : std::uint8_t { user, device, source };

/// What failures count against.
struct Subject {
  SubjectKind kind = SubjectKind::source;
  std::string name;  ///< a user's, a fingerprint in hexadecimal, an address: IPv6 as its /64
  [[nodiscard]] std::string key() const;  ///< "user:alice": unique
  friend bool operator==(const Subject&, const Subject&) = default;
};

/// An IPv4 address whole, an IPv6 address as its /64: a host has a whole one (RFC 7421).
[[nodiscard]] std::string source_of(std::string_view address);

struct Failures {
  std::string subject;      ///< Subject::key()
  std::uint32_t count = 0;  ///< since the last success, or since they were forgotten
  WallTime last = 0;
  friend bool operator==(const Failures&, const Failures&) = default;
};

/// So many failures cost nothing but the attempt.
inline constexpr std::uint32_t kFreeFailures = 5;
inline constexpr std::uint32_t kFreeFailuresOfSource = 20;  ///< a hotel has one address
/// Then a second, doubled by each further one, at most:
inline constexpr std::uint32_t kLongestDelay = 900;  ///< seconds
/// A day without a failure, and they are forgotten.
inline constexpr std::uint32_t kForgotten = 86400;  ///< seconds

/// When the next attempt counts; in the past: now. A clock that went back delays by no more than
/// kLongestDelay.
[[nodiscard]] WallTime blocked_until(SubjectKind kind, const Failures& failures, WallTime now);
/// One more.
[[nodiscard]] Failures failed(Failures before, WallTime now);

/// How many refused logins of strangers are noted one by one: the audit is never cut, and who has
/// no certificate of a known device, but many addresses, shall not fill the disk with it.
class StrangerLimit {
 public:
  static constexpr std::uint32_t kNoted = 60;  ///< in a minute
  /// May one of now be noted? It is counted if not.
  [[nodiscard]] bool may_be_noted(WallTime now);
  /// How many of the minutes that are over were not, and are not forgotten yet.
  [[nodiscard]] std::uint64_t left_out(WallTime now);
  void forget(std::uint64_t count) { left_out_ -= count; }

 private:
  void pass(WallTime now);

  WallTime begin_ = 0;  ///< of this minute
  std::uint32_t noted_ = 0;
  std::uint64_t not_noted_ = 0;  ///< of this minute
  std::uint64_t left_out_ = 0;
};

}  // namespace kaido::session
