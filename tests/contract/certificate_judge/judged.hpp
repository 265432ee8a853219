// One authority that is trusted, and what is judged of a certificate.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>

#include "contract/certificate_judge/pki.hpp"

namespace kaido {

namespace session {
inline void PrintTo(Refusal refusal, std::ostream* out) { *out << static_cast<int>(refusal); }
}  // namespace session

class Judged : public ::testing::Test {
 protected:
  using Fault = std::optional<session::Refusal>;

  Judged() { trust({.authorities_pem = pki::pem(ca)}); }

  void trust(const PeopleTrust& wanted) {
    const auto done = judge.trust(wanted);
    EXPECT_TRUE(done) << done.error().to_string();
  }
  [[nodiscard]] Fault fault(const std::string& bytes, session::WallTime now = pki::kNow) const {
    return judge.judge(bytes, now).fault;
  }
  [[nodiscard]] Fault fault(const pki::Issued& issued, session::WallTime now = pki::kNow) const {
    return fault(pki::pem(issued), now);
  }
  /// Of the trusted authority.
  [[nodiscard]] pki::Issued issue(const pki::Wish& wish = {}) const {
    return pki::issue(wish, &ca);
  }

  static constexpr std::nullopt_t kGood = std::nullopt;
  pki::Issued ca = pki::authority("People");
  X509Judge judge;
};

}  // namespace kaido
