#include "login/device.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <utility>

#include "config/files.hpp"
#include "config/keys.hpp"
#include "kaido/descriptor.hpp"
#include "kaido/portal_link.hpp"
#include "text_login.hpp"

namespace kaido::cli::login {
namespace {

constexpr std::size_t longest_passphrase = 1'023;
constexpr std::size_t largest_file = std::size_t{64} << 10U;

std::unexpected<Failure> failed(std::string message, std::string remedy = {},
                                Exit exit = Exit::failed) {
  return std::unexpected(Failure{exit, "", std::move(message), {}, std::move(remedy)});
}

std::unexpected<Failure> failed(const config::FileFault& fault) {
  return failed(fault.message, fault.hint, fault.forbidden ? Exit::not_permitted : Exit::failed);
}

/// A question of OpenSSL's, and how it went.
struct Question {
  const AskPassphrase* ask;
  std::string file;
  bool asked = false;
  bool nobody = false;
};

int answer(char* to, int size, int /*writing*/, void* data) {
  auto& question = *static_cast<Question*>(data);
  question.asked = true;
  const auto passphrase = (*question.ask)(question.file);
  question.nobody = !passphrase;
  if (!passphrase || passphrase->size() > static_cast<std::size_t>(size)) return -1;
  std::ranges::copy(passphrase->reveal_text(), to);
  return static_cast<int>(passphrase->size());
}

Outcome<config::KeyPair> load_key(const std::filesystem::path& file, const AskPassphrase& ask) {
  const auto content = config::read_file(file, {.secret = true, .largest = largest_file});
  if (!content) return failed(content.error());
  const auto bytes = content->reveal();
  BIO* bio = BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()));
  Question question{.ask = &ask, .file = file.string()};
  ERR_clear_error();
  config::KeyPair key(PEM_read_bio_PrivateKey(bio, nullptr, &answer, &question));
  BIO_free(bio);
  if (key) return key;
  if (question.nobody) return failed(text::key_needs_passphrase(file.string()));
  if (question.asked) return failed(text::wrong_passphrase(file.string()));
  return failed(text::no_key_in(file.string()), text::key_remedy);
}

const EVP_MD* digest_of(const EVP_PKEY& key) {
  return EVP_PKEY_is_a(&key, "ED25519") == 1 ? nullptr : EVP_sha256();
}

bool can_sign(const EVP_PKEY& key) {
  constexpr std::array kinds{"EC", "RSA", "ED25519"};
  return std::ranges::any_of(kinds,
                             [&](const char* kind) { return EVP_PKEY_is_a(&key, kind) == 1; });
}

std::optional<WireGuardPrivateKey> parse_private_key(const Secret& content) {
  auto text = content.reveal_text();
  if (text.ends_with('\n')) text.remove_suffix(1);
  auto bytes = parse_wireguard_key(text);
  if (!bytes) return std::nullopt;
  std::optional<WireGuardPrivateKey> key(*bytes);
  wipe(*bytes);
  return key;
}

}  // namespace

std::optional<Secret> ask_on_terminal(const std::string& file) {
  // OpenSSL would read standard input where there is no terminal: the code may lie there.
  if (!Descriptor(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY))) return std::nullopt;
  auto typed = Secret::zeros(longest_passphrase + 1);
  auto* const to = reinterpret_cast<char*>(typed.writable().data());
  if (EVP_read_pw_string(to, static_cast<int>(typed.size()), text::ask_passphrase(file).c_str(),
                         0) != 0)
    return std::nullopt;
  typed.truncate(typed.reveal_text().find('\0'));
  return typed;
}

Outcome<std::string> Device::sign(std::string_view text) const {
  using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
  const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  std::string signature;
  ERR_clear_error();
  const bool ready =
      context &&
      EVP_DigestSignInit(context.get(), nullptr, digest_of(*key), nullptr, key.get()) == 1 &&
      EVP_DigestSign(context.get(), nullptr, &size, data, text.size()) == 1;
  signature.resize(size);
  if (!ready || EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                               &size, data, text.size()) != 1)
    return failed(text::cannot_sign);
  signature.resize(size);
  return signature;
}

Outcome<Device> load_device(const std::filesystem::path& certificate,
                            const std::filesystem::path& key, const AskPassphrase& ask) {
  const auto content = config::read_file(certificate, {.largest = largest_file});
  if (!content) return failed(content.error());
  const auto bundle = config::parse_bundle(content->reveal_text());
  if (bundle.found.empty() || bundle.broken)
    return failed(text::no_certificate_in(certificate.string()));
  Device device;
  device.not_after = config::not_after(*bundle.found[0]);
  for (const auto& each : bundle.found) device.certificates += config::to_pem(*each);
  if (device.certificates.size() > portal::kLargestText)
    return failed(text::certificates_too_long(certificate.string()));
  auto loaded = load_key(key, ask);
  if (!loaded) return std::unexpected(loaded.error());
  device.key = std::move(*loaded);
  if (!can_sign(*device.key)) return failed(text::key_of_wrong_kind(key.string()));
  if (X509_check_private_key(bundle.found[0].get(), device.key.get()) != 1)
    return failed(text::key_does_not_fit(key.string(), certificate.string()));
  return device;
}

Outcome<WireGuardPrivateKey> load_wireguard_key(const std::filesystem::path& file) {
  auto content = config::read_file(file, {.secret = true, .largest = largest_file});
  if (!content && content.error().missing) {
    const auto made = config::make_private_key();
    if (!made) return failed(text::cannot_make_key);
    auto line = to_base64(made->reveal()) + '\n';
    const auto written = config::make_secret_file(file, line);
    wipe(line);
    if (!written) return failed(written.error());
    content = config::read_file(file, {.secret = true, .largest = largest_file});
  }
  if (!content) return failed(content.error());
  auto key = parse_private_key(*content);
  if (!key) return failed(text::no_wireguard_key_in(file.string()), text::wireguard_key_remedy);
  return std::move(*key);
}

}  // namespace kaido::cli::login
