// The names that kaidod and its D-Bus clients share. The contract itself, with every key, unit and
// error, is org.kaido.Gateway1.xml beside this file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kaido/error.hpp"

namespace kaido::dbus {

inline constexpr const char* service = "org.kaido.Gateway1";
inline constexpr const char* path = "/org/kaido/Gateway1";
inline constexpr const char* interface = "org.kaido.Gateway1";

/// polkit actions; root needs none of them.
inline constexpr const char* action_control = "org.kaido.gateway.control";
inline constexpr const char* action_configure = "org.kaido.gateway.configure";
inline constexpr const char* action_people = "org.kaido.gateway.people";

inline constexpr std::string_view error_prefix = "org.kaido.Error.";

/// The condition with this code ("no-answer"), if the catalogue has it.
[[nodiscard]] inline std::optional<Condition> find_condition(std::string_view code) {
  for (auto i = 0; i <= static_cast<int>(Condition::internal); ++i)
    if (info(static_cast<Condition>(i)).code == code) return static_cast<Condition>(i);
  return std::nullopt;
}

/// "config-invalid" is "org.kaido.Error.ConfigInvalid".
[[nodiscard]] inline std::string error_name(Condition condition) {
  std::string name(error_prefix);
  bool capital = true;
  for (const char c : info(condition).code) {
    if (c != '-') name += capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    capital = c == '-';
  }
  return name;
}

/// The other way round; nullopt for an error that is not Kaido's.
[[nodiscard]] inline std::optional<Condition> find_error(std::string_view name) {
  for (auto i = 0; i <= static_cast<int>(Condition::internal); ++i)
    if (error_name(static_cast<Condition>(i)) == name) return static_cast<Condition>(i);
  return std::nullopt;
}

}  // namespace kaido::dbus
