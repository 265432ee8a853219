// The configuration port on kaido.toml.
#pragma once

#include <filesystem>

#include "ports/configuration.hpp"

namespace kaido {

class ConfigFile final : public Configuration {
 public:
  explicit ConfigFile(std::filesystem::path file) : file_(std::move(file)) {}
  std::expected<Model, Diagnostics> load() override;
  std::expected<Model, Diagnostics> check(const std::string& text) override;
  Result<void> save(const std::string& text) override;
  [[nodiscard]] std::vector<std::string> diff(const Model& running,
                                              const Model& wanted) const override;
  [[nodiscard]] std::string show(const Model& model) const override;
  [[nodiscard]] std::string public_key(const WireGuardPrivateKey& key) const override;

 private:
  std::filesystem::path file_;
};

}  // namespace kaido
