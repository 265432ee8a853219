#include "client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <stdexcept>

#include "kaido/descriptor.hpp"
#include "kaido/portal_link.hpp"

namespace kaido::test {
namespace {

namespace json = boost::json;

constexpr timeval kPatience{.tv_sec = 20, .tv_usec = 0};
constexpr char kLengthField[] = "Content-Length: ";

sockaddr_in address_of(const std::string& text, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (inet_pton(AF_INET, text.c_str(), &address.sin_addr) != 1)
    throw std::runtime_error("no address: " + text);
  return address;
}

Descriptor connect_to(std::uint16_t port, const std::string& source) {
  const auto from = address_of(source, 0);
  const auto to = address_of("127.0.0.1", port);
  Descriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&from), sizeof(from)) != 0 ||
      connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0)
    return {};
  return fd;
}

std::string base64(const std::string& bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string sign(EVP_PKEY* key, const std::string& text) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::string signature(256, '\0');
  auto size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes, text.size()) != 1)
    throw std::runtime_error("cannot sign");
  signature.resize(size);
  return signature;
}

/// nullopt: it is not whole yet.
std::optional<Reply> parse(const std::string& text) {
  const auto head = text.find("\r\n\r\n");
  if (head == std::string::npos) return std::nullopt;
  const auto length = text.find(kLengthField);
  if (length > head) throw std::runtime_error("an answer without a length: " + text);
  const auto size = std::stoul(text.substr(length + sizeof(kLengthField) - 1));
  if (text.size() < head + 4 + size) return std::nullopt;
  return Reply{.status = std::stoi(text.substr(text.find(' ') + 1)),
               .body = json::parse(text.substr(head + 4, size)).as_object()};
}

}  // namespace

struct Client::Connection {
  Descriptor socket;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{nullptr, &SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> tls{nullptr, &SSL_free};
};

Client::Client(std::uint16_t port, const std::string& source) {
  auto socket = connect_to(port, source);
  if (!socket) return;
  auto made = std::make_unique<Connection>();
  made->socket = std::move(socket);
  made->context.reset(SSL_CTX_new(TLS_client_method()));
  made->tls.reset(SSL_new(made->context.get()));
  SSL_set_fd(made->tls.get(), made->socket.get());
  if (SSL_connect(made->tls.get()) == 1) connection_ = std::move(made);
}

Client::~Client() = default;

std::optional<Reply> Client::ask(const std::string& path, const json::object& question) {
  if (!connection_) return std::nullopt;
  auto* const tls = connection_->tls.get();
  const auto body = json::serialize(question);
  const auto request = "POST " + path +
                       " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                       "Content-Length: " +
                       std::to_string(body.size()) + "\r\n\r\n" + body;
  if (SSL_write(tls, request.data(), static_cast<int>(request.size())) <= 0) return std::nullopt;
  std::string text;
  for (;;) {
    std::array<char, 4096> part{};
    const int size = SSL_read(tls, part.data(), static_cast<int>(part.size()));
    if (size <= 0) return std::nullopt;
    text.append(part.data(), static_cast<std::size_t>(size));
    if (auto reply = parse(text)) return reply;
  }
}

std::optional<Reply> Client::log_in(const pki::Issued& device, const std::string& user,
                                    const std::string& code) {
  const auto given = ask("/api/v1/nonce", {});
  if (!given || given->status != 200) return given;
  const std::string nonce(given->body.at("nonce").as_string());
  const std::string hub(given->body.at("hub").as_string());
  const auto text = portal::login_text(nonce, hub, user, "");
  return ask("/api/v1/login", {{"user", user},
                               {"code", code},
                               {"certificates", pki::pem(device)},
                               {"nonce", nonce},
                               {"signature", base64(sign(device.key.get(), text))}});
}

std::string outcome(const std::optional<Reply>& reply) {
  if (!reply) return "";
  const auto* const said = reply->body.if_contains("outcome");
  return said == nullptr ? std::to_string(reply->status) : std::string(said->as_string());
}

}  // namespace kaido::test
