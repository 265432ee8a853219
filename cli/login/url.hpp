// Where a hub's portal is: https://HOST[:PORT], and nothing more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kaido::cli::login {

struct HubUrl {
  std::string host;  ///< a name in lower case, or an address without brackets
  std::uint16_t port = 443;
  bool is_address = false;
  bool is_v6 = false;

  /// What the header Host says: the port only where it is not 443.
  [[nodiscard]] std::string authority() const;
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const HubUrl&, const HubUrl&) = default;
};

/// nullopt for everything that is not exactly that: a path, a user or another scheme.
[[nodiscard]] std::optional<HubUrl> parse_url(std::string_view text);

}  // namespace kaido::cli::login
