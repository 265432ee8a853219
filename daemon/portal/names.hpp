// The names that a request may be for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kaido::portal {

/// In small letters, without a dot at its end; an address in its one way of writing.
[[nodiscard]] std::string normal_name(std::string_view name);
/// The normal name of a Host field, which may have a port behind it; hostile. Empty: it is none.
[[nodiscard]] std::string host_of(std::string_view authority);

/// Of such a field: ":8443"; empty: none.
[[nodiscard]] std::string port_of(std::string_view authority);

/// DNS names, "*.example.org" for one label before it, and addresses.
class Names {
 public:
  Names() = default;
  explicit Names(const std::vector<std::string>& names);

  /// `authority`: a Host field, with or without a port; hostile.
  [[nodiscard]] bool has(std::string_view authority) const;
  void add(std::string_view name);
  [[nodiscard]] bool empty() const { return names_.empty(); }

 private:
  std::vector<std::string> names_;  ///< in small letters; addresses as IpAddress writes them
};

}  // namespace kaido::portal
