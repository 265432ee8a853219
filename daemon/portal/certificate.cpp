#include "portal/certificate.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "kaido/ip.hpp"

namespace kaido::portal {
namespace {

constexpr std::size_t kLargestChain = 32'768;  // bytes of a client's certificates

using Context = std::shared_ptr<boost::asio::ssl::context>;

/// Without it OpenSSL would ask for a passphrase on the terminal.
int no_passphrase(char* /*room*/, int /*size*/, int /*write*/, void* /*data*/) { return -1; }

/// HTTP/1.1, or no TLS with a client that names others only.
int choose_protocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void* /*data*/) {
  static constexpr std::string_view kOurs = "http/1.1";
  const std::string_view all(reinterpret_cast<const char*>(offered), offered_size);
  for (std::size_t at = 0; at < all.size();) {
    const auto size = static_cast<unsigned char>(all[at]);
    if (all.substr(at + 1, size) == kOurs) {
      *chosen = offered + at + 1;
      *chosen_size = size;
      return SSL_TLSEXT_ERR_OK;
    }
    at += 1U + size;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// Any certificate will do, also an expired one of nobody knows whom: kaidod judges it, and a
/// person gets a sentence instead of a browser's error. That the client has its key TLS verifies in
/// any case.
int accept_any(X509_STORE_CTX* context, void* /*data*/) {
  X509_STORE_CTX_set_error(context, X509_V_OK);
  return 1;
}

/// Hands are shaken in any case, since a refusal would be an alert; lets_in() looks at the result.
int verify(X509_STORE_CTX* context, void* /*data*/) {
  X509_verify_cert(context);
  return 1;
}

/// Asks who comes by the name that browsers log in at for a certificate, and others not: in TLS 1.3
/// they cannot be asked later.
int ask_by_name(SSL* tls, int* /*alert*/, void* login_host) {
  const auto* name = SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name);
  if (name != nullptr && normal_name(name) == *static_cast<const std::string*>(login_host))
    SSL_set_verify(tls, SSL_VERIFY_PEER, nullptr);
  return SSL_TLSEXT_ERR_OK;
}

/// Without names of authorities: a browser offers all that it has.
bool ask_for_certificates(SSL_CTX* context, const Settings& settings) {
  SSL_CTX_set_cert_verify_callback(context, settings.silent ? &verify : &accept_any, nullptr);
  SSL_CTX_set_max_cert_list(context, static_cast<long>(kLargestChain));
  if (settings.silent) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    // As kaidod does: an authority that is named counts, also one below another.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
    return SSL_CTX_load_verify_file(context, settings.authorities.c_str()) == 1;
  }
  if (settings.login_host.empty()) return true;
  // The settings live as long as the store, and that as long as every connection.
  SSL_CTX_set_tlsext_servername_arg(context, const_cast<std::string*>(&settings.login_host));
  return SSL_CTX_set_tlsext_servername_callback(context, &ask_by_name) == 1;
}

Context make_context(const Settings& settings) {
  auto context = std::make_shared<boost::asio::ssl::context>(boost::asio::ssl::context::tls_server);
  auto* raw = context->native_handle();
  ERR_clear_error();
  SSL_CTX_set_default_passwd_cb(raw, &no_passphrase);
  SSL_CTX_set_options(raw, SSL_OP_NO_TICKET | SSL_OP_CLEANSE_PLAINTEXT | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(raw, &choose_protocol, nullptr);
  const bool good = SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION) == 1 &&
                    SSL_CTX_set_num_tickets(raw, 0) == 1 &&
                    SSL_CTX_use_certificate_chain_file(raw, settings.certificate.c_str()) == 1 &&
                    SSL_CTX_use_PrivateKey_file(raw, settings.key.c_str(), SSL_FILETYPE_PEM) == 1 &&
                    SSL_CTX_check_private_key(raw) == 1;
  const bool asks = good && ask_for_certificates(raw, settings);
  ERR_clear_error();
  if (!good) throw std::runtime_error("the certificate and the key are of no use");
  if (!asks) throw std::runtime_error("the certificates of the authorities are of no use");
  return context;
}

std::string text_of(const ASN1_STRING& value) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(&value)),
          static_cast<std::size_t>(ASN1_STRING_length(&value))};
}

std::vector<std::string> alternative_names(const X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> all(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  std::vector<std::string> names;
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(all.get(), i);
    if (name->type == GEN_DNS) names.push_back(text_of(*name->d.dNSName));
    if (name->type != GEN_IPADD) continue;
    const auto bytes = text_of(*name->d.iPAddress);
    if (const auto address = IpAddress::from_bytes(bytes.data(), bytes.size()))
      names.push_back(address->to_string());
  }
  return names;
}

}  // namespace

CertificateStore::CertificateStore(Settings settings, Log& log)
    : settings_(std::move(settings)), log_(log) {
  load();
}

CertificateStore::Stamp CertificateStore::stamp_of(const std::string& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) return {};
  return {.seconds = status.st_mtim.tv_sec,
          .nanoseconds = status.st_mtim.tv_nsec,
          .inode = status.st_ino};
}

CertificateStore::Stamps CertificateStore::stamps() const {
  return {.certificate = stamp_of(settings_.certificate),
          .key = stamp_of(settings_.key),
          .authorities = settings_.silent ? stamp_of(settings_.authorities) : Stamp()};
}

void CertificateStore::load() {
  seen_ = stamps();  // before they are read: what changes meanwhile is seen the next time
  looked_ = std::chrono::steady_clock::now();
  auto context = make_context(settings_);
  Names names(settings_.hosts.empty()
                  ? alternative_names(SSL_CTX_get0_certificate(context->native_handle()))
                  : settings_.hosts);
  if (const auto& login = settings_.login_host; !login.empty() && !names.has(login)) {
    if (settings_.hosts.empty())
      log_.write(Level::warning, "the certificate does not have the name that browsers log in at");
    names.add(login);
  }
  if (names.empty()) throw std::runtime_error("the certificate names no host");
  context_ = std::move(context);
  names_ = std::move(names);
}

void CertificateStore::reload() {
  try {
    load();
    log_.write(Level::info, "the certificate was read anew");
  } catch (const std::exception&) {
    log_.write(Level::warning,
               "the certificate's files have changed and are of no use: the old one stays");
  }
}

bool CertificateStore::lets_in(const SSL& tls) const {
  return !settings_.silent ||
         (SSL_get0_peer_certificate(&tls) != nullptr && SSL_get_verify_result(&tls) == X509_V_OK);
}

std::shared_ptr<boost::asio::ssl::context> CertificateStore::current(Instant now) {
  if (now - looked_ >= settings_.limits.certificate_check) {
    looked_ = now;
    if (stamps() != seen_) reload();
  }
  return context_;
}

}  // namespace kaido::portal
