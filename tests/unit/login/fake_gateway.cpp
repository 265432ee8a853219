#include "fake_gateway.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <boost/json.hpp>
#include <memory>
#include <utility>

#include "kaido/portal_link.hpp"

namespace kaido::cli::login {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, const char* key) {
  return std::string(object.at(key).as_string());
}

std::string from_base64(const std::string& text) {
  std::string bytes(text.size(), '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return {};
  auto length = static_cast<std::size_t>(size);
  for (std::size_t i = text.size(); i > 0 && text[i - 1] == '='; --i) --length;
  return bytes.substr(0, length);
}

bool verifies(const std::string& certificates, const std::string& text,
              const std::string& signature) {
  const auto found = config::parse_certificates(certificates);
  if (found.empty()) return false;
  auto* key = X509_get0_pubkey(found[0].get());
  const auto* digest = EVP_PKEY_is_a(key, "ED25519") == 1 ? nullptr : EVP_sha256();
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  return EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

portal::Verb verb_of(const std::string& name) {
  if (name == "extend") return portal::Verb::extend;
  return name == "log-out" ? portal::Verb::log_out : portal::Verb::state;
}

}  // namespace

std::string admitted(std::int64_t ends, const std::string& key, const std::string& preshared_key) {
  return http(200, json::serialize(json::object{{"outcome", "admitted"},
                                                {"session", "4f1d2a9c"},
                                                {"ends", ends},
                                                {"now", kHubNow},
                                                {"hub_key", key},
                                                {"preshared_key", preshared_key},
                                                {"port", key.empty() ? 0 : 51'820},
                                                {"addresses", json::array{"10.8.0.2/32"}},
                                                {"networks", json::array{"10.0.0.0/8"}}}));
}

FakeGateway::FakeGateway(const Issued& identity)
    : answer_(admitted()), server_(identity, [this](const Request& r) { return reply(r); }) {}

HubUrl FakeGateway::url() const { return {.host = "localhost", .port = server_.port()}; }

void FakeGateway::answer(std::string bytes) {
  const std::scoped_lock lock(mutex_);
  answer_ = std::move(bytes);
}

std::vector<std::string> FakeGateway::asked() const {
  const std::scoped_lock lock(mutex_);
  return asked_;
}

bool FakeGateway::signed_well() const {
  const std::scoped_lock lock(mutex_);
  return signed_well_;
}

std::string FakeGateway::signed_text(const Request& request, const std::string& body) const {
  const auto object = json::parse(body).as_object();
  if (text_of(object, "nonce") != nonce_) return {};
  if (request.path == "/api/v1/login")
    return portal::login_text(nonce_, "tokyo", text_of(object, "user"),
                              text_of(object, "wireguard_key"));
  return portal::session_text(nonce_, "tokyo", verb_of(text_of(object, "verb")),
                              text_of(object, "session"));
}

std::optional<std::string> FakeGateway::reply(const Request& request) {
  const std::scoped_lock lock(mutex_);
  if (request.path == "/api/v1/nonce") {
    nonce_ = fmt::format("{:064x}", ++nonces_);
    return http(200, json::serialize(json::object{{"nonce", nonce_}, {"hub", "tokyo"}}));
  }
  const auto object = json::parse(request.body).as_object();
  signed_well_ = verifies(text_of(object, "certificates"), signed_text(request, request.body),
                          from_base64(text_of(object, "signature")));
  asked_.push_back(request.body);
  return answer_;
}

}  // namespace kaido::cli::login
