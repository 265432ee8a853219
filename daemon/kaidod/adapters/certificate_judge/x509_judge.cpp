#include "adapters/certificate_judge/x509_judge.hpp"

#include <openssl/err.h>

#include <exception>

#include "adapters/certificate_judge/facts.hpp"
#include "adapters/certificate_judge/parse.hpp"
#include "adapters/certificate_judge/signature.hpp"
#include "adapters/certificate_judge/trust.hpp"
#include "adapters/certificate_judge/verification.hpp"

namespace kaido {
namespace {

using certificate_judge::Trust;
using session::CertificateFacts;
using session::Refusal;

constexpr std::size_t kLongest = std::size_t{64} * 1024;
constexpr std::size_t kMostCertificates = 1 + 8;  // the person's, and intermediates

void judge_into(CertificateFacts& facts, const Trust* trust, std::string_view bytes,
                session::WallTime now) {
  const auto parsed = certificate_judge::presented(bytes, kMostCertificates);
  if (parsed.items.empty()) return;
  const X509& own = *parsed.items.front();
  facts.fingerprint = certificate_judge::fingerprint_of(own);
  facts.subject = certificate_judge::subject_of(own);
  facts.not_after = certificate_judge::not_after_of(own);
  facts.pem = certificate_judge::pem_of(own);
  if (trust == nullptr || parsed.broken) return;
  facts.fault = certificate_judge::fault_of(*trust, parsed.items, now);
}

}  // namespace

std::shared_ptr<const Trust> X509Judge::current() const {
  const std::scoped_lock lock(mutex_);
  return trust_;
}

Result<void> X509Judge::trust(const PeopleTrust& trust) {
  try {
    auto made = certificate_judge::make_trust(trust);
    ERR_clear_error();
    if (!made) return std::unexpected(made.error());
    const std::scoped_lock lock(mutex_);
    trust_.swap(*made);
    return {};
  } catch (const std::exception&) {
    ERR_clear_error();
    return failure(Condition::internal, "people's certificates: out of memory");
  }
}

CertificateFacts X509Judge::judge(std::string_view certificates, session::WallTime now) const {
  CertificateFacts facts;
  if (certificates.empty()) return facts;
  facts.fault = Refusal::certificate_invalid;
  if (certificates.size() > kLongest) return facts;
  try {
    judge_into(facts, current().get(), certificates, now);
  } catch (const std::exception&) {
    facts.fault = Refusal::certificate_invalid;
  }
  ERR_clear_error();
  return facts;
}

bool X509Judge::signed_by(std::string_view certificates, std::string_view text,
                          std::string_view signature) const {
  bool fits = false;
  if (certificates.size() > kLongest) return fits;
  try {
    const auto parsed = certificate_judge::presented(certificates, 1);
    if (!parsed.items.empty()) fits = certificate_judge::fits(*parsed.items[0], text, signature);
  } catch (const std::exception&) {
    fits = false;
  }
  ERR_clear_error();
  return fits;
}

}  // namespace kaido
