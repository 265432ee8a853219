#include "adapters/otp_vault/file_vault.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <exception>
#include <new>

#include "adapters/otp_vault/key_file.hpp"
#include "adapters/otp_vault/totp.hpp"
#include "adapters/otp_vault/typed.hpp"

namespace kaido {
namespace {

using otp_vault::Keys;

/// Exceptions end here.
template <typename Work>
std::invoke_result_t<Work> guarded(const Work& work) {
  try {
    auto result = work();
    ERR_clear_error();
    return result;
  } catch (const std::bad_alloc&) {
    ERR_clear_error();
    return failure(Condition::internal, "one-time passwords: out of memory");
  } catch (const std::exception& problem) {
    ERR_clear_error();
    return failure(Condition::internal, fmt::format("one-time passwords: {}", problem.what()));
  }
}

/// As long as the digest: RFC 4226 §4, RFC 6238 §5.1.
std::size_t seed_size(session::Algorithm algorithm) {
  switch (algorithm) {
    case session::Algorithm::sha256:
      return 32;
    case session::Algorithm::sha512:
      return 64;
    case session::Algorithm::sha1:
      break;
  }
  return 20;
}

}  // namespace

Result<std::shared_ptr<const Keys>> FileVault::keys() {
  const std::scoped_lock lock(mutex_);
  if (!keys_) {
    const auto master = otp_vault::load_key(key_file_, seeds_exist_);
    if (!master) return std::unexpected(master.error());
    keys_ = std::make_shared<const Keys>(otp_vault::derive(*master));
  }
  return keys_;
}

Result<OtpVault::Sealed> FileVault::make(std::string_view user, session::Algorithm algorithm) {
  return guarded([&]() -> Result<Sealed> {
    const auto used = keys();
    if (!used) return std::unexpected(used.error());
    Sealed made{.bytes = {}, .seed = otp_vault::chance(seed_size(algorithm))};
    made.bytes = otp_vault::seal(**used, user, made.seed);
    return made;
  });
}

Result<std::optional<std::uint64_t>> FileVault::match(std::string_view user,
                                                      std::span<const std::uint8_t> sealed,
                                                      const session::OtpShape& shape,
                                                      const Secret& code, session::WallTime now) {
  return guarded([&]() -> Result<std::optional<std::uint64_t>> {
    const auto used = keys();
    if (!used) return std::unexpected(used.error());
    if (!otp_vault::possible(shape))
      return failure(Condition::internal, "a one-time password that is kept has no possible shape");
    const auto seed = otp_vault::open(**used, user, sealed);
    if (!seed)
      return failure(Condition::otp_key_unusable,
                     fmt::format("a one-time password that is kept was sealed with another key "
                                 "than that of {}, or changed",
                                 key_file_));
    return otp_vault::matching_step(*seed, shape, code, now);
  });
}

Result<OtpVault::Codes> FileVault::make_codes(std::string_view user, std::size_t count) {
  return guarded([&]() -> Result<Codes> {
    const auto used = keys();
    if (!used) return std::unexpected(used.error());
    Codes made;
    for (std::size_t i = 0; i < count; ++i) {
      made.codes.push_back(otp_vault::spell(otp_vault::chance(otp_vault::kChanceOfCode)));
      made.hashes.push_back(
          otp_vault::hash(**used, user, otp_vault::plain_code(made.codes.back())));
    }
    return made;
  });
}

Result<std::array<std::uint8_t, 32>> FileVault::hash_code(std::string_view user,
                                                          const Secret& code) {
  return guarded([&]() -> Result<std::array<std::uint8_t, 32>> {
    const auto used = keys();
    if (!used) return std::unexpected(used.error());
    return otp_vault::hash(**used, user, otp_vault::plain_code(code));
  });
}

Result<std::string> FileVault::make_id() {
  return guarded([]() -> Result<std::string> {
    const auto bytes = otp_vault::chance(16);
    std::string id;
    for (const std::uint8_t byte : bytes.reveal()) id += fmt::format("{:02x}", byte);
    return id;
  });
}

Result<Secret> FileVault::session_key(std::string_view session) {
  return guarded([&]() -> Result<Secret> {
    const auto used = keys();
    if (!used) return std::unexpected(used.error());
    return otp_vault::session_key(**used, session);
  });
}

}  // namespace kaido
