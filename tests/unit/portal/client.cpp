#include "unit/portal/client.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace kaido::portal {
namespace {

constexpr int kPatience = 10;  // seconds; what comes at all comes long before

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

Address address_of(const std::string& text, std::uint16_t port) {
  Address address;
  const auto ip = IpAddress::parse(text).value();
  if (ip.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, ip.bytes().data(), sizeof(v4.sin_addr));
    std::memcpy(&address.storage, &v4, address.size = sizeof(v4));
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, ip.bytes().data(), sizeof(v6.sin6_addr));
    std::memcpy(&address.storage, &v6, address.size = sizeof(v6));
  }
  return address;
}

Descriptor connect_to(std::uint16_t port, const ClientOptions& options) {
  const auto from = address_of(options.source, 0);
  const auto to = address_of(options.server, port);
  Descriptor fd(socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{.tv_sec = kPatience, .tv_usec = 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  EXPECT_EQ(bind(fd.get(), from.get(), from.size), 0);
  EXPECT_EQ(connect(fd.get(), to.get(), to.size), 0);
  return fd;
}

std::string small(std::string_view text) {
  std::string letters(text);
  for (auto& each : letters)
    each = static_cast<char>(std::tolower(static_cast<unsigned char>(each)));
  return letters;
}

HttpAnswer parse_head(std::string_view head) {
  HttpAnswer answer;
  answer.status = std::stoi(std::string(head.substr(head.find(' ') + 1, 3)));
  for (auto at = head.find("\r\n"); at != std::string_view::npos;) {
    const auto end = head.find("\r\n", at + 2);
    const auto line = head.substr(at + 2, end == std::string_view::npos ? end : end - at - 2);
    const auto colon = line.find(": ");
    if (colon != std::string_view::npos) {
      const auto name = small(line.substr(0, colon));
      answer.fields[name] = line.substr(colon + 2);
      if (name == "set-cookie") answer.cookies.emplace_back(line.substr(colon + 2));
    }
    at = end;
  }
  return answer;
}

}  // namespace

Client::Client(std::uint16_t port, const ClientOptions& options)
    : socket_(connect_to(port, options)),
      context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free),
      ssl_(nullptr, &SSL_free) {
  std::signal(SIGPIPE, SIG_IGN);  // SSL_write() to who has hung up
  SSL_CTX_set_max_proto_version(context_.get(), options.newest);
  SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT);
  SSL_CTX_sess_set_new_cb(context_.get(), [](SSL* ssl, SSL_SESSION*) {
    ++static_cast<Client*>(SSL_get_app_data(ssl))->tickets_;
    return 0;
  });
  SSL_CTX_set_cert_cb(
      context_.get(),
      [](SSL*, void* asked) {
        *static_cast<bool*>(asked) = true;
        return 1;
      },
      &asked_);
  if (!options.certificate.empty()) {
    EXPECT_EQ(SSL_CTX_use_certificate_chain_file(context_.get(), options.certificate.c_str()), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey_file(context_.get(), options.key.c_str(), SSL_FILETYPE_PEM),
              1);
  }
  ssl_.reset(SSL_new(context_.get()));
  if (!options.server_name.empty())
    SSL_set_tlsext_host_name(ssl_.get(), options.server_name.c_str());
  SSL_set_app_data(ssl_.get(), this);
  SSL_set_fd(ssl_.get(), socket_.get());
  if (!options.protocols.empty())
    SSL_set_alpn_protos(ssl_.get(),
                        reinterpret_cast<const unsigned char*>(options.protocols.data()),
                        static_cast<unsigned>(options.protocols.size()));
}

Client::~Client() = default;

bool Client::handshake() const { return SSL_connect(ssl_.get()) == 1; }

void Client::send(std::string_view text) const {
  // The portal may have closed already: what it said is then what counts.
  (void)SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
}

void Client::send_raw(std::string_view bytes) const {
  (void)::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

bool Client::has_news(std::chrono::milliseconds time) const {
  pollfd waiting{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  return poll(&waiting, 1, static_cast<int>(time.count())) == 1;
}

bool Client::fill() {
  std::array<char, 4096> part{};
  const int size = SSL_read(ssl_.get(), part.data(), static_cast<int>(part.size()));
  if (size <= 0) return false;
  read_.append(part.data(), static_cast<std::size_t>(size));
  return true;
}

HttpAnswer Client::receive() {
  std::size_t end = 0;
  while ((end = read_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) return {};
  auto answer = parse_head(std::string_view(read_).substr(0, end));
  read_.erase(0, end + 4);
  const auto length = answer.fields.find("content-length");
  if (length == answer.fields.end()) return answer;
  const auto size = static_cast<std::size_t>(std::stoul(length->second));
  while (read_.size() < size)
    if (!fill()) return {};
  answer.body = read_.substr(0, size);
  read_.erase(0, size);
  return answer;
}

bool Client::is_closed() {
  if (!SSL_is_init_finished(ssl_.get())) {
    std::array<char, 256> part{};
    ssize_t got = 1;
    while (got > 0) got = recv(socket_.get(), part.data(), part.size(), 0);
    return got == 0 || errno != EAGAIN;
  }
  errno = 0;
  while (fill()) {
  }
  return errno != EAGAIN;
}

std::string Client::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string Client::certificate_name() const {
  const auto* certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate == nullptr) return {};
  std::array<char, 64> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(),
                            static_cast<int>(name.size()));
  return name.data();
}

std::string Client::post(std::string_view path, std::string_view body) {
  return std::string("POST ")
      .append(path)
      .append(" HTTP/1.1\r\nHost: portal.example.org\r\nContent-Type: application/json\r\n")
      .append("Content-Length: ")
      .append(std::to_string(body.size()))
      .append("\r\n\r\n")
      .append(body);
}

}  // namespace kaido::portal
