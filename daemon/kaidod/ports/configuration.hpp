// The port to the configuration file.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/identities.hpp"
#include "kaido/error.hpp"

namespace kaido {

/// Synchronous; one thread.
class Configuration {
 public:
  virtual ~Configuration() = default;
  /// The file. Nothing is written.
  virtual std::expected<LoadedConfiguration, Diagnostics> load() = 0;
  /// `text` as if it were the file.
  virtual std::expected<LoadedConfiguration, Diagnostics> check(const std::string& text) = 0;
  /// As these (nullopt: the file), to be run: keys that are missing are made.
  virtual std::expected<LoadedConfiguration, Diagnostics> prepare(
      const std::optional<std::string>& text) = 0;
  /// Atomically; config_not_written leaves the old file.
  virtual Result<void> save(const std::string& text) = 0;
  /// One sentence a difference; `identities` are those of the running model. No secret is shown.
  [[nodiscard]] virtual std::vector<std::string> diff(const Model& running,
                                                      const Identities& identities,
                                                      const LoadedConfiguration& wanted) const = 0;
  /// As TOML with every default, without secrets.
  [[nodiscard]] virtual std::string show(const Model& model) const = 0;
  [[nodiscard]] virtual std::string public_key(const WireGuardPrivateKey& key) const = 0;
};

}  // namespace kaido
