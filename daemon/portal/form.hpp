// What a browser sends besides its certificate: forms, queries, cookies, and the language that it
// prefers. All of it is hostile. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kaido/secret.hpp"
#include "portal/text.hpp"

namespace kaido::portal {

/// application/x-www-form-urlencoded. Each value may be a code: it is wiped with the form.
class Form {
 public:
  static constexpr std::size_t kMostFields = 16;

  /// nullopt: it is none: a wrong escape, a name twice, or too many fields.
  [[nodiscard]] static std::optional<Form> parse(std::string_view text);
  /// As it was typed; nullptr: it is not there.
  [[nodiscard]] const Secret* find(std::string_view name) const;
  /// 1 to `largest` bytes of UTF-8 without control characters; nullptr: it is not.
  [[nodiscard]] const Secret* line(std::string_view name, std::size_t largest) const;

 private:
  struct Field {
    std::string name;
    Secret value;
  };
  std::vector<Field> fields_;
};

/// What is behind the question mark of a target.
[[nodiscard]] std::string_view query_of(std::string_view target);

/// The value of the one cookie of that name (RFC 6265 §5.4): 1 to 128 letters, digits, '-' or '_'.
/// Empty: there is none.
[[nodiscard]] std::string cookie_of(std::string_view cookies, std::string_view name);
[[nodiscard]] bool is_cookie_value(std::string_view text);

/// Of an Accept-Language field (RFC 9110 §12.5.4); English where it names neither.
[[nodiscard]] Language preferred_language(std::string_view field);
/// "en" or "ja".
[[nodiscard]] std::optional<Language> parse_language(std::string_view tag);

}  // namespace kaido::portal
