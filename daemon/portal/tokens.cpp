#include "portal/tokens.hpp"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

namespace kaido::portal {
namespace {

constexpr std::size_t kKey = 32;  // bytes
constexpr std::string_view kDigits = "0123456789abcdef";

std::string in_digits(std::string_view bytes) {
  std::string text;
  for (const char each : bytes) {
    const auto byte = static_cast<unsigned char>(each);
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xfU];
  }
  return text;
}

FormTokens::Instant::rep step_of(FormTokens::Instant now) {
  return now.time_since_epoch() / FormTokens::kStep;
}

}  // namespace

FormTokens::FormTokens() : key_(Secret::zeros(kKey)) {
  if (RAND_bytes(key_.writable().data(), static_cast<int>(kKey)) != 1)
    throw std::runtime_error("there is no randomness");
}

std::string FormTokens::mac(std::string_view fingerprint, std::string_view session,
                            Instant::rep step) const {
  // The line feeds keep one value from standing for another: a session's id has none.
  const auto text =
      std::to_string(step).append("\n").append(session).append("\n").append(fingerprint);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const auto key = key_.reveal();
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
           &size) == nullptr)
    throw std::runtime_error("no MAC could be made");
  return in_digits({reinterpret_cast<const char*>(digest.data()), size});
}

std::string FormTokens::make(std::string_view fingerprint, std::string_view session,
                             Instant now) const {
  return mac(fingerprint, session, step_of(now));
}

bool FormTokens::holds(std::string_view token, std::string_view fingerprint,
                       std::string_view session, Instant now) const {
  bool found = false;
  for (const auto step : {step_of(now), step_of(now) - 1}) {
    const auto right = mac(fingerprint, session, step);
    found = found || (token.size() == right.size() &&
                      CRYPTO_memcmp(token.data(), right.data(), right.size()) == 0);
  }
  return found;
}

}  // namespace kaido::portal
