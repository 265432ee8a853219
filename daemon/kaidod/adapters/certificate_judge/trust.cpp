#include "adapters/certificate_judge/trust.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <limits>
#include <new>
#include <string>

#include "adapters/certificate_judge/parse.hpp"

namespace kaido::certificate_judge {
namespace {

/// 112 bits: RSA of 2048 bits, no SHA-1.
constexpr int kSecurityLevel = 2;

void require(bool holds) {
  if (!holds) throw std::bad_alloc();
}

std::unexpected<Error> unusable(std::string_view what, std::size_t number, std::string_view why) {
  return failure(Condition::certificate_unusable,
                 fmt::format("[people]: {} number {}: {}", what, number, why));
}

/// What X509_V_FLAG_X509_STRICT demands of an authority with a certificate below it (RFC 5280
/// §4.2.1): alone, it is not asked. Without this, such an authority would be taken, and refuse
/// everybody with no word about the reason.
std::string_view strict_fault_of(X509& authority) {
  const auto* constraints =
      X509_get_ext(&authority, X509_get_ext_by_NID(&authority, NID_basic_constraints, -1));
  if (X509_check_ca(&authority) != 1 || constraints == nullptr)
    return "it is not an authority (CA:TRUE, keyCertSign)";
  if (X509_EXTENSION_get_critical(constraints) != 1) return "its CA:TRUE is not critical";
  if ((X509_get_extension_flags(&authority) & EXFLAG_KUSAGE) == 0)
    return "it has no key usage (keyCertSign)";
  if (X509_get0_subject_key_id(&authority) == nullptr) return "it has no subject key identifier";
  return {};
}

/// By a chain of itself alone; and what strict_fault_of() says. Its time is judged at each login.
std::string fault_of(X509& authority) {
  if (const auto fault = strict_fault_of(authority); !fault.empty()) return std::string(fault);
  const Store alone(X509_STORE_new());
  const StoreContext context(X509_STORE_CTX_new());
  require(alone && context && X509_STORE_add_cert(alone.get(), &authority) == 1 &&
          X509_STORE_CTX_init(context.get(), alone.get(), &authority, nullptr) == 1);
  demand(*context, X509_V_FLAG_NO_CHECK_TIME);
  if (X509_verify_cert(context.get()) == 1) return {};
  return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

Result<void> add_authorities(Trust& trust, std::string_view pem) {
  auto parsed = certificates_of(pem, std::numeric_limits<std::size_t>::max());
  if (parsed.broken) return unusable("authority", parsed.items.size() + 1, "it cannot be read");
  if (parsed.items.empty())
    return failure(Condition::certificate_unusable, "[people]: there is no authority");
  for (std::size_t i = 0; i < parsed.items.size(); ++i) {
    if (const auto fault = fault_of(*parsed.items[i]); !fault.empty())
      return unusable("authority", i + 1, fault);
    require(X509_STORE_add_cert(trust.store.get(), parsed.items[i].get()) == 1);
  }
  trust.authorities = std::move(parsed.items);
  return {};
}

bool is_signed_by(X509_CRL& list, const X509& authority) {
  return X509_NAME_cmp(X509_CRL_get_issuer(&list), X509_get_subject_name(&authority)) == 0 &&
         X509_CRL_verify(&list, X509_get0_pubkey(&authority)) == 1;
}

Result<void> add_revocations(Trust& trust, std::string_view pem) {
  auto parsed = revocations_of(pem);
  if (parsed.broken)
    return unusable("revocation list", parsed.items.size() + 1, "it cannot be read");
  if (parsed.items.empty() && pem.find_first_not_of(" \t\r\n") != std::string_view::npos)
    return unusable("revocation list", 1, "it is not PEM");
  for (std::size_t i = 0; i < parsed.items.size(); ++i)
    if (std::ranges::none_of(trust.authorities, [&](const Certificate& authority) {
          return is_signed_by(*parsed.items[i], *authority);
        }))
      return unusable("revocation list", i + 1, "none of the authorities signed it");
  trust.revocations = std::move(parsed.items);
  return {};
}

/// For the certificate at hand: the lists that its issuer in this very chain signed. By the name
/// alone OpenSSL could choose the list of another authority of the same name.
STACK_OF(X509_CRL) * lists_for(const X509_STORE_CTX* context, const X509_NAME* /*issuer*/) {
  const auto* trust =
      static_cast<const Trust*>(X509_STORE_get_ex_data(X509_STORE_CTX_get0_store(context), 0));
  auto* chain = X509_STORE_CTX_get0_chain(context);
  const int above = X509_STORE_CTX_get_error_depth(context) + 1;
  if (trust == nullptr || above >= sk_X509_num(chain)) return nullptr;
  const X509* issuer = sk_X509_value(chain, above);
  auto* lists = sk_X509_CRL_new_null();
  for (const auto& list : trust->revocations)
    if (lists != nullptr && is_signed_by(*list, *issuer) && X509_CRL_up_ref(list.get()) == 1 &&
        sk_X509_CRL_push(lists, list.get()) == 0)
      X509_CRL_free(list.get());
  return lists;
}

}  // namespace

void demand(X509_STORE_CTX& context, unsigned long flags) {
  auto* parameters = X509_STORE_CTX_get0_param(&context);
  X509_VERIFY_PARAM_set_auth_level(parameters, kSecurityLevel);
  X509_VERIFY_PARAM_set_flags(parameters,
                              X509_V_FLAG_X509_STRICT | X509_V_FLAG_PARTIAL_CHAIN | flags);
}

Result<std::shared_ptr<const Trust>> make_trust(const PeopleTrust& wanted) {
  auto trust = std::make_shared<Trust>();
  trust->store.reset(X509_STORE_new());
  require(trust->store && X509_STORE_set_ex_data(trust->store.get(), 0, trust.get()) == 1);
  X509_STORE_set_lookup_crls(trust->store.get(), lists_for);
  trust->revocation_required = wanted.revocation_required;
  if (const auto added = add_authorities(*trust, wanted.authorities_pem); !added)
    return std::unexpected(added.error());
  if (const auto added = add_revocations(*trust, wanted.revocations_pem); !added)
    return std::unexpected(added.error());
  return trust;
}

}  // namespace kaido::certificate_judge
