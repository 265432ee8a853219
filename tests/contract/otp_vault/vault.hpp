// A vault with a key file of its own, for the tests.
#pragma once

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/otp_vault/file_vault.hpp"

namespace kaido {

class VaultFolder {
 public:
  VaultFolder() {
    auto name = (std::filesystem::temp_directory_path() / "kaido-vault-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path = name;
  }
  ~VaultFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  VaultFolder(const VaultFolder&) = delete;
  VaultFolder& operator=(const VaultFolder&) = delete;

  [[nodiscard]] std::string key() const { return path / "otp.key"; }
  void write_key(std::string_view content, unsigned mode = 0600) const {
    std::ofstream(key(), std::ios::binary) << content;
    chmod(key().c_str(), mode);
  }

  std::filesystem::path path;
};

inline constexpr std::string_view kMaster = "0123456789abcdefghijklmnopqrstuv";

/// A vault whose key is known, so that a test can seal the seeds of an RFC.
class KnownVault {
 public:
  KnownVault() { folder.write_key(kMaster); }
  [[nodiscard]] std::vector<std::uint8_t> seal(std::string_view user, std::string_view seed) const {
    return otp_vault::seal(keys, user, Secret(seed));
  }

  VaultFolder folder;
  otp_vault::Keys keys = otp_vault::derive(Secret(kMaster));
  FileVault vault{folder.key(), [] { return true; }};
};

}  // namespace kaido
