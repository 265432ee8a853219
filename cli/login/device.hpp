// This device: its certificate with the key, which signs, and its WireGuard key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "config/pki.hpp"
#include "core/wireguard.hpp"
#include "exit.hpp"
#include "kaido/secret.hpp"

namespace kaido::cli::login {

/// Asks for the passphrase of a key file; nullopt: there is nobody to ask.
using AskPassphrase = std::function<std::optional<Secret>(const std::string& file)>;

/// On the process's terminal, without echo.
[[nodiscard]] std::optional<Secret> ask_on_terminal(const std::string& file);

struct Device {
  std::string certificates;  ///< PEM, the device's first; nothing else of the file
  std::int64_t not_after = 0;
  config::KeyPair key;

  /// ECDSA or RSA PKCS#1 with SHA-256, or Ed25519, as the key is.
  [[nodiscard]] Outcome<std::string> sign(std::string_view text) const;
};

[[nodiscard]] Outcome<Device> load_device(const std::filesystem::path& certificate,
                                          const std::filesystem::path& key,
                                          const AskPassphrase& ask);

/// As `wg genkey` writes it; made when the file is missing.
[[nodiscard]] Outcome<WireGuardPrivateKey> load_wireguard_key(const std::filesystem::path& file);

}  // namespace kaido::cli::login
