// People's certificates, verified by OpenSSL.
#pragma once

#include <memory>
#include <mutex>

#include "ports/certificate_judge.hpp"

namespace kaido {
namespace certificate_judge {
struct Trust;
}

/// Any thread: a judgement goes on with the trust that it began with. Nobody is trusted before the
/// first trust(). Nothing blocks and nothing is fetched: revocation is known from the lists alone.
class X509Judge final : public CertificateJudge {
 public:
  Result<void> trust(const PeopleTrust& trust) override;
  [[nodiscard]] session::CertificateFacts judge(std::string_view certificates,
                                                session::WallTime now) const override;
  [[nodiscard]] bool signed_by(std::string_view certificates, std::string_view text,
                               std::string_view signature) const override;

 private:
  [[nodiscard]] std::shared_ptr<const certificate_judge::Trust> current() const;

  mutable std::mutex mutex_;
  std::shared_ptr<const certificate_judge::Trust> trust_;
};

}  // namespace kaido
