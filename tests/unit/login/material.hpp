// Keys, certificates and files, made for one test.
#pragma once

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>

#include "config/pki.hpp"

namespace kaido::cli::login {

enum class Kind : std::uint8_t { ec, rsa, ed25519 };

struct Wish {
  std::string names = "DNS:localhost";  ///< subjectAltName; empty: none
  bool authority = false;
  Kind kind = Kind::ec;
  std::int64_t from = std::time(nullptr) - 86'400;
  std::int64_t until = std::time(nullptr) + 86'400;
};

struct Issued {
  config::Certificate certificate;
  config::KeyPair key;
};

/// Signed by `issuer`, or by itself.
[[nodiscard]] Issued issue(const Wish& wish, const Issued* issuer = nullptr);

/// A folder that goes when the test does.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
    return path_ / name;
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Gives its path.
  std::filesystem::path write(std::string_view name, std::string_view content,
                              unsigned mode = 0600) const;

 private:
  std::filesystem::path path_;
};

[[nodiscard]] std::string read(const std::filesystem::path& file);
[[nodiscard]] unsigned mode_of(const std::filesystem::path& file);

}  // namespace kaido::cli::login
