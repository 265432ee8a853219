// What each form carries, so that no other site can send one in a person's name: a MAC by a key of
// this process over the certificate, the session and a coarse time. Nothing is kept of it.
#pragma once

#include <openssl/evp.h>

#include <chrono>
#include <string>
#include <string_view>

#include "kaido/secret.hpp"

namespace kaido::portal {

class FormTokens {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  /// A form counts for at least as long, and less than twice as long.
  static constexpr std::chrono::hours kStep{4};

  FormTokens();  ///< with a key of its own; throws std::runtime_error without randomness

  /// 64 hexadecimal digits.
  [[nodiscard]] std::string make(std::string_view fingerprint, std::string_view session,
                                 Instant now) const;
  [[nodiscard]] bool holds(std::string_view token, std::string_view fingerprint,
                           std::string_view session, Instant now) const;

 private:
  [[nodiscard]] std::string mac(std::string_view fingerprint, std::string_view session,
                                Instant::rep step) const;

  Secret key_;
};

}  // namespace kaido::portal
