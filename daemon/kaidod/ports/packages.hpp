// The port to what is installed on the machine.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kaido {

class Packages {
 public:
  virtual ~Packages() = default;
  /// The version of an installed package; nullopt: it is not installed, or nobody knows (a machine
  /// without packages). Any thread; reads a file of some megabytes.
  [[nodiscard]] virtual std::optional<std::string> version_of(std::string_view package) const = 0;
};

}  // namespace kaido
