#include "kaido/stamp.hpp"

namespace kaido::stamp {
namespace {

constexpr std::uint64_t kNanoseconds = 1'000'000'000;
constexpr std::int64_t kUnixIn1900 = 2'208'988'800;  // RFC 868: 1970 seen from 1900

}  // namespace

NtpTime ntp_from_unix(std::int64_t seconds, std::int64_t nanoseconds) {
  const auto whole = static_cast<std::uint64_t>(seconds + kUnixIn1900);
  // Rounded up, so that nanoseconds_between() gives the same nanoseconds back.
  const auto fraction =
      ((static_cast<std::uint64_t>(nanoseconds) << 32) + kNanoseconds - 1) / kNanoseconds;
  return (whole << 32) + fraction;
}

std::int64_t nanoseconds_between(NtpTime earlier, NtpTime later) {
  // The difference is right across the turn of an era (2036), too.
  const auto difference = static_cast<std::int64_t>(later - earlier);
  const auto fraction = static_cast<std::uint64_t>(difference) & 0xffffffff;
  const auto rounded = (fraction * kNanoseconds + (std::uint64_t{1} << 31)) >> 32;
  return (difference >> 32) * static_cast<std::int64_t>(kNanoseconds) +
         static_cast<std::int64_t>(rounded);
}

}  // namespace kaido::stamp
