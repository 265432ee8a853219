// Requests as clients write them, and what they must become.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kaido/portal_link.hpp"

namespace kaido::portal {

inline constexpr char kCode[] = "123456789012";

[[nodiscard]] std::string json_text(
    std::string_view text);  ///< text without quotes and backslashes
[[nodiscard]] std::vector<std::string> login_fields();
[[nodiscard]] std::string login_json();
[[nodiscard]] std::string session_json(std::string_view verb);
/// The flat object with another value, or one more field.
[[nodiscard]] std::string with(const std::string& json, const std::string& field,
                               const std::string& value);
[[nodiscard]] std::string without(const std::string& json, const std::string& field);
[[nodiscard]] LogIn expected_login(std::string_view source);
[[nodiscard]] OfSession expected_session(std::string_view source, Verb verb);

}  // namespace kaido::portal
