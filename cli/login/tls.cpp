#include "login/tls.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include "text_login.hpp"

namespace kaido::cli::login {
namespace {

std::string last_words() {
  const auto code = ERR_peek_last_error();
  const auto* words = code == 0 ? nullptr : ERR_reason_error_string(code);
  return words == nullptr ? std::string() : words;
}

std::unexpected<Trouble> certificate_trouble(long result) {
  switch (result) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return trouble(Reason::expired);
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return trouble(Reason::not_yet_valid);
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return trouble(Reason::other_name);
    default:
      return trouble(Reason::untrusted, X509_verify_cert_error_string(result));
  }
}

std::unexpected<Trouble> tls_trouble(const SSL& tls) {
  if (const auto result = SSL_get_verify_result(&tls); result != X509_V_OK)
    return certificate_trouble(result);
  switch (ERR_GET_REASON(ERR_peek_last_error())) {
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_UNSUPPORTED_PROTOCOL:
      return trouble(Reason::old_tls);
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
      return trouble(Reason::no_tls);
    default:
      return trouble(Reason::tls, last_words());
  }
}

/// Of a wait that did not end well.
std::unexpected<Trouble> waited(Ready ready) {
  return trouble(ready == Ready::cancelled ? Reason::cancelled : Reason::no_answer);
}

bool expect(SSL& tls, const HubUrl& url) {
  auto* wanted = SSL_get0_param(&tls);
  X509_VERIFY_PARAM_set_hostflags(
      wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  if (url.is_address) return X509_VERIFY_PARAM_set1_ip_asc(wanted, url.host.c_str()) == 1;
  return SSL_set1_host(&tls, url.host.c_str()) == 1 &&
         SSL_set_tlsext_host_name(&tls, url.host.c_str()) == 1;
}

}  // namespace

Outcome<TlsContext> make_context(const std::filesystem::path& trust) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION) != 1)
    return std::unexpected(Failure{Exit::failed, "", text::tls_unusable(last_words()), {}, {}});
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  const bool trusts = trust.empty() ? SSL_CTX_set_default_verify_paths(context.get()) == 1
                                    : SSL_CTX_load_verify_file(context.get(), trust.c_str()) == 1;
  if (!trusts)
    return std::unexpected(Failure{Exit::failed,
                                   "",
                                   text::trust_unusable(trust.string(), last_words()),
                                   {},
                                   text::trust_remedy});
  return context;
}

Outcome<void> show_certificate(SSL_CTX& context, const Device& device) {
  ERR_clear_error();
  const auto chain = config::parse_certificates(device.certificates);
  bool shown = !chain.empty() && SSL_CTX_use_certificate(&context, chain[0].get()) == 1 &&
               SSL_CTX_use_PrivateKey(&context, device.key.get()) == 1;
  for (std::size_t i = 1; shown && i < chain.size(); ++i)
    shown = SSL_CTX_add1_chain_cert(&context, chain[i].get()) == 1;
  if (!shown)
    return std::unexpected(Failure{Exit::failed, "", text::tls_unusable(last_words()), {}, {}});
  return {};
}

TlsStream::TlsStream(Descriptor socket, SSL_CTX& context)
    : socket_(std::move(socket)), tls_(SSL_new(&context)) {
  // Memory in between: OpenSSL's own sockets would let a write end the process (SIGPIPE).
  in_ = BIO_new(BIO_s_mem());
  out_ = BIO_new(BIO_s_mem());
  if (!tls_ || in_ == nullptr || out_ == nullptr) {
    BIO_free(in_);
    BIO_free(out_);
    throw std::bad_alloc();
  }
  SSL_set_bio(tls_.get(), in_, out_);
}

Got<TlsStream> TlsStream::open(Descriptor socket, SSL_CTX& context, const HubUrl& url,
                               const Wait& wait) {
  TlsStream stream(std::move(socket), context);
  if (!expect(*stream.tls_, url)) return trouble(Reason::tls, last_words());
  auto* tls = stream.tls_.get();
  const auto done = stream.drive([tls] { return SSL_connect(tls); }, wait);
  if (!done) return std::unexpected(done.error());
  if (*done == 0) return trouble(Reason::closed);
  return stream;
}

Got<void> TlsStream::send(std::string_view bytes, const Wait& wait) {
  while (!bytes.empty()) {
    const auto size = static_cast<int>(
        std::min<std::size_t>(bytes.size(), static_cast<std::size_t>(SSL3_RT_MAX_PLAIN_LENGTH)));
    const auto sent = drive([&] { return SSL_write(tls_.get(), bytes.data(), size); }, wait);
    if (!sent) return std::unexpected(sent.error());
    if (*sent == 0) return trouble(Reason::closed);
    bytes.remove_prefix(static_cast<std::size_t>(*sent));
  }
  return {};
}

Got<std::size_t> TlsStream::receive(std::span<char> to, const Wait& wait) {
  const auto size = static_cast<int>(
      std::min(to.size(), static_cast<std::size_t>(std::numeric_limits<int>::max())));
  const auto got = drive([&] { return SSL_read(tls_.get(), to.data(), size); }, wait);
  if (!got) return std::unexpected(got.error());
  return static_cast<std::size_t>(*got);
}

Got<int> TlsStream::drive(const std::function<int()>& call, const Wait& wait) {
  for (;;) {
    ERR_clear_error();
    const int result = call();
    const int error = result > 0 ? SSL_ERROR_NONE : SSL_get_error(tls_.get(), result);
    const bool goes_on = result > 0 || error == SSL_ERROR_WANT_READ;
    const auto why =
        goes_on || error == SSL_ERROR_ZERO_RETURN ? Trouble() : tls_trouble(*tls_).error();
    // An alert goes out too, and whether it arrives is no matter.
    if (const auto flushed = flush(wait); !flushed && goes_on)
      return std::unexpected(flushed.error());
    if (result > 0) return result;
    if (error == SSL_ERROR_ZERO_RETURN) return 0;
    if (!goes_on) return std::unexpected(why);
    const auto filled = fill(wait);
    if (!filled) return std::unexpected(filled.error());
    if (!*filled) return 0;
  }
}

Got<void> TlsStream::flush(const Wait& wait) {
  char* data = nullptr;
  const auto size = static_cast<std::size_t>(BIO_get_mem_data(out_, &data));
  for (std::size_t sent = 0; sent < size;) {
    const auto count = ::send(socket_.get(), data + sent, size - sent, MSG_NOSIGNAL);
    if (count >= 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (const auto ready = wait_for(socket_.get(), POLLOUT, wait); ready != Ready::yes)
        return waited(ready);
    } else if (errno != EINTR) {
      return trouble(Reason::closed);
    }
  }
  BIO_reset(out_);
  return {};
}

Got<bool> TlsStream::fill(const Wait& wait) {
  std::array<char, 16'384> bytes;
  for (;;) {
    if (const auto ready = wait_for(socket_.get(), POLLIN, wait); ready != Ready::yes)
      return waited(ready);
    const auto count = recv(socket_.get(), bytes.data(), bytes.size(), 0);
    if (count == 0) return false;
    if (count > 0) {
      if (BIO_write(in_, bytes.data(), static_cast<int>(count)) != count) throw std::bad_alloc();
      return true;
    }
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return trouble(Reason::closed);
  }
}

}  // namespace kaido::cli::login
