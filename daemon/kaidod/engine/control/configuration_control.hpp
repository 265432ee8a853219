// The configuration in force, and its replacement.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/diagnostic.hpp"
#include "engine/control/done.hpp"
#include "kaido/error.hpp"

namespace kaido {

/// Why a configuration was not applied: mistakes in it, or a failure while applying.
using ApplyFailure = std::variant<Diagnostics, Error>;

class ConfigurationControl {
 public:
  virtual ~ConfigurationControl() = default;

  /// One sentence for each difference between what runs and `text` (nullopt: the file as it is).
  virtual std::expected<std::vector<std::string>, Diagnostics> diff(
      const std::optional<std::string>& text) = 0;
  /// Checks `text` (nullopt: the file as it is), saves it as the configuration file when given,
  /// and applies it. Nothing is saved or applied when it has mistakes, or needs_restart. Any other
  /// Error but config_not_written: it is in force but for that, which is tried again.
  virtual void apply(std::optional<std::string> text,
                     Done<std::vector<std::string>, ApplyFailure> done) = 0;
  /// The configuration in force with its defaults, as TOML, without secrets.
  virtual std::string show() = 0;
};

}  // namespace kaido
