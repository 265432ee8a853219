// The configuration port on kaido.toml.
#pragma once

#include <filesystem>
#include <optional>

#include "ports/configuration.hpp"

namespace kaido {

class ConfigFile final : public Configuration {
 public:
  explicit ConfigFile(std::filesystem::path file) : file_(std::move(file)) {}
  /// As prepare(), but for the dates of certificates: the engine watches those. A clock that is
  /// late after a power cut, or a certificate that nobody renewed, is no reason to keep WireGuard
  /// down.
  [[nodiscard]] std::expected<LoadedConfiguration, Diagnostics> start() const;
  std::expected<LoadedConfiguration, Diagnostics> load() override;
  std::expected<LoadedConfiguration, Diagnostics> check(const std::string& text) override;
  std::expected<LoadedConfiguration, Diagnostics> prepare(
      const std::optional<std::string>& text) override;
  Result<void> save(const std::string& text) override;
  [[nodiscard]] std::vector<std::string> diff(const Model& running, const Identities& identities,
                                              const LoadedConfiguration& wanted) const override;
  [[nodiscard]] std::string show(const Model& model) const override;
  [[nodiscard]] std::string public_key(const WireGuardPrivateKey& key) const override;

 private:
  std::filesystem::path file_;
};

}  // namespace kaido
