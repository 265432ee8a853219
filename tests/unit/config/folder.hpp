// A temporary configuration folder with certificates and keys, made with OpenSSL.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.hpp"
#include "config/pki.hpp"

namespace kaido::config {

inline constexpr std::int64_t kNow = 1'800'000'000;  // 2027-01-15 08:00:00 UTC
inline constexpr std::int64_t kDay = 86'400;

/// What a certificate of a test says.
struct Wish {
  std::vector<std::string> names;
  bool authority = false;
  std::int64_t from = kNow - kDay;
  std::int64_t until = kNow + 365 * kDay;
};

struct Issued {
  Certificate certificate;
  KeyPair key;
};

/// Signed by `issuer`, or by itself.
Issued issue(const Wish& wish, const Issued* issuer = nullptr);
/// An empty list of what `issuer` revoked; `named`: it names the issuer by its key.
RevocationList revoke_nothing(const Issued& issuer, bool named = true);

class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path file() const { return path_ / "kaido.toml"; }
  void write(const std::string& name, std::string_view content, unsigned mode = 0600) const;
  void write_certificate(const std::string& name, const Issued& issued, bool der = false) const;
  void write_revocations(const std::string& name, const RevocationList& list,
                         bool der = false) const;
  void write_key(const std::string& name, const Issued& issued) const;
  /// ca.crt, and NAME.crt with NAME.key for these dNSNames.
  void add_identity(const std::string& name, const std::vector<std::string>& names) const;
  [[nodiscard]] const Issued& authority() const { return authority_; }

 private:
  std::filesystem::path path_;
  Issued authority_;
};

std::string read_text(const std::filesystem::path& file);
/// Replaces the only occurrence of `from`; a test that would replace nothing fails loudly.
std::string replaced(std::string text, std::string_view from, std::string_view to);

}  // namespace kaido::config
