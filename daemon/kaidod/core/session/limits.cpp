// When the next login of a user, a device or a source counts.
#include "core/session/limits.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "kaido/ip.hpp"

namespace kaido::session {
namespace {

constexpr std::uint8_t kHostNetwork = 64;
constexpr WallTime kMinute = 60;

const char* prefix_of(SubjectKind kind) {
  switch (kind) {
    case SubjectKind::user:
      return "user:";
    case SubjectKind::device:
      return "device:";
    case SubjectKind::source:
      return "source:";
  }
  return "unknown:";
}

/// The IPv4 address in ::ffff:a.b.c.d (RFC 4291 §2.5.5.2), as a socket of both families tells it:
/// otherwise all of IPv4 were one source.
std::optional<IpAddress> unmapped(const IpAddress& address) {
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (!std::equal(mapped.begin(), mapped.end(), address.bytes().begin())) return std::nullopt;
  return IpAddress::from_bytes(&address.bytes()[12], 4);
}

/// Seconds after the last of so many failures.
std::uint32_t delay_after(SubjectKind kind, std::uint32_t count) {
  const auto free = kind == SubjectKind::source ? kFreeFailuresOfSource : kFreeFailures;
  if (count <= free) return 0;
  std::uint32_t delay = 1;
  for (auto further = count - free; further > 1 && delay < kLongestDelay; --further) delay *= 2;
  return std::min(delay, kLongestDelay);
}

}  // namespace

std::string Subject::key() const { return prefix_of(kind) + name; }

std::string source_of(std::string_view address) {
  // A zone names an interface of this machine, not the host.
  const auto parsed = IpAddress::parse(address.substr(0, address.find('%')));
  if (!parsed) return "unknown";  // one for all of them: a made-up text gains nothing
  if (parsed->is_v4()) return parsed->to_string();
  if (const auto v4 = unmapped(*parsed)) return v4->to_string();
  return Prefix(*parsed, kHostNetwork).to_string();
}

WallTime blocked_until(SubjectKind kind, const Failures& failures, WallTime now) {
  const WallTime delay = delay_after(kind, failures.count);
  if (delay == 0) return now;
  // Further ahead than any delay: the clock went back since. It is not cut to now + kLongestDelay,
  // as that would move on with each attempt, and the block would last until the old time.
  if (failures.last > now + kLongestDelay - delay) return now;
  return std::max(now, failures.last + delay);
}

void StrangerLimit::pass(WallTime now) {
  // A clock that went back begins a minute, too.
  if (now >= begin_ && now < begin_ + kMinute) return;
  begin_ = now;
  noted_ = 0;
  left_out_ += std::exchange(not_noted_, 0);
}

bool StrangerLimit::may_be_noted(WallTime now) {
  pass(now);
  if (noted_ == kNoted) {
    ++not_noted_;
    return false;
  }
  ++noted_;
  return true;
}

std::uint64_t StrangerLimit::left_out(WallTime now) {
  pass(now);
  return left_out_;
}

Failures failed(Failures before, WallTime now) {
  if (before.last <= now - kForgotten) before.count = 0;
  if (before.count < std::numeric_limits<std::uint32_t>::max()) ++before.count;
  before.last = now;
  return before;
}

}  // namespace kaido::session
