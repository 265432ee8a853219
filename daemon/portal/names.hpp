// The names that a request may be for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kaido::portal {

/// DNS names, "*.example.org" for one label before it, and addresses.
class Names {
 public:
  Names() = default;
  explicit Names(const std::vector<std::string>& names);

  /// `authority`: a Host field, with or without a port; hostile.
  [[nodiscard]] bool has(std::string_view authority) const;
  [[nodiscard]] bool empty() const { return names_.empty(); }

 private:
  std::vector<std::string> names_;  ///< in small letters; addresses as IpAddress writes them
};

}  // namespace kaido::portal
