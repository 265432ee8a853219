// One-time passwords, sealed under a key in a file.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/otp_vault/sealing.hpp"
#include "ports/otp_vault.hpp"

namespace kaido {

/// Owns the key, loaded at the first use; a key that could not be loaded is tried again at the next
/// call, so what was mended needs no restart. Any thread. Seeds and codes are wiped after use, and
/// no error holds any of them.
class FileVault final : public OtpVault {
 public:
  /// `seeds_exist`: does the store hold sealed seeds? Then a missing key is not made anew: it would
  /// lock everybody out without a word. Where the store cannot be read, say yes.
  explicit FileVault(std::string key_file, std::function<bool()> seeds_exist)
      : key_file_(std::move(key_file)), seeds_exist_(std::move(seeds_exist)) {}

  Result<Sealed> make(std::string_view user, session::Algorithm algorithm) override;
  Result<std::optional<std::uint64_t>> match(std::string_view user,
                                             std::span<const std::uint8_t> sealed,
                                             const session::OtpShape& shape, const Secret& code,
                                             session::WallTime now) override;
  Result<Codes> make_codes(std::string_view user, std::size_t count) override;
  Result<std::array<std::uint8_t, 32>> hash_code(std::string_view user,
                                                 const Secret& code) override;
  Result<std::string> make_id() override;
  Result<Secret> session_key(std::string_view session) override;

 private:
  Result<std::shared_ptr<const otp_vault::Keys>> keys();

  std::string key_file_;
  std::function<bool()> seeds_exist_;
  std::mutex mutex_;
  std::shared_ptr<const otp_vault::Keys> keys_;
};

}  // namespace kaido
