// A mistake in the configuration, and where it is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kaido {

struct Diagnostic {
  std::string file;
  std::uint32_t line = 0;    ///< from 1; 0: the file as a whole
  std::uint32_t column = 0;  ///< from 1
  std::string message;       ///< what is wrong and what is expected, without a secret
  std::string hint;          ///< the nearest known key or value, or what to do; may be empty
  bool forbidden = false;    ///< nothing is wrong: who asks may not read the file

  /// "kaido.toml:12:3: message (hint)"
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

using Diagnostics = std::vector<Diagnostic>;

}  // namespace kaido
