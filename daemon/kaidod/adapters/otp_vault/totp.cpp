#include "adapters/otp_vault/totp.hpp"

#include <liboath/oath.h>

#include <array>
#include <ctime>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "adapters/otp_vault/typed.hpp"

namespace kaido::otp_vault {
namespace {

/// The end of the year 9999: no clock says more, and the arithmetic stays small.
constexpr session::WallTime kLatest = 253402300799;

int flags_of(session::Algorithm algorithm) {
  switch (algorithm) {
    case session::Algorithm::sha256:
      return OATH_TOTP_HMAC_SHA256;
    case session::Algorithm::sha512:
      return OATH_TOTP_HMAC_SHA512;
    case session::Algorithm::sha1:
      break;
  }
  return 0;
}

Secret code_of(const Secret& seed, const session::OtpShape& shape, std::uint64_t step) {
  static const int ready = oath_init();
  if (ready != OATH_OK) throw std::runtime_error("liboath does not start");
  Secret text = Secret::zeros(shape.digits + std::size_t{1});
  const auto at = static_cast<std::time_t>(step * shape.period);
  const int result = oath_totp_generate2(
      reinterpret_cast<const char*>(seed.reveal().data()), seed.size(), at, shape.period,
      OATH_TOTP_DEFAULT_START_TIME, shape.digits, flags_of(shape.algorithm),
      reinterpret_cast<char*>(text.writable().data()));
  if (result != OATH_OK)
    throw std::runtime_error(std::string("liboath: ") + oath_strerror_name(result));
  text.truncate(shape.digits);
  return text;
}

}  // namespace

bool possible(const session::OtpShape& shape) {
  return shape.digits >= 6 && shape.digits <= 8 && shape.period >= 15 && shape.period <= 120;
}

std::optional<std::uint64_t> matching_step(const Secret& seed, const session::OtpShape& shape,
                                           const Secret& code, session::WallTime now) {
  const Secret typed = digits_of(code, shape.digits);
  const bool sane = now >= 0 && now <= kLatest;
  const std::uint64_t current = sane ? static_cast<std::uint64_t>(now) / shape.period : 0;
  std::optional<std::uint64_t> found;
  for (const int offset : {-1, 0, 1}) {
    const bool exists = sane && (offset >= 0 || current > 0);
    const std::uint64_t step = exists ? current + static_cast<std::uint64_t>(offset) : current;
    const bool fits = code_of(seed, shape, step) == typed;
    if (exists && fits) found = step;
  }
  return found;
}

}  // namespace kaido::otp_vault
