// A parsed TOML document as a light tree of values that know their place: what the rest of
// config/ reads, so that only one file has to compile toml++.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/diagnostic.hpp"

namespace kaido::config {

struct Place {
  std::uint32_t line = 0;    ///< from 1; 0: nowhere
  std::uint32_t column = 0;  ///< from 1
  friend auto operator<=>(const Place&, const Place&) = default;
};

struct Entry;
struct Node;
using Array = std::vector<Node>;
using Table = std::vector<Entry>;
/// A date, a time: TOML has them, the configuration has not.
struct OtherValue {};

struct Node {
  Place place;
  std::variant<OtherValue, bool, std::int64_t, double, std::string, Array, Table> value;

  template <typename T>
  [[nodiscard]] const T* as() const {
    return std::get_if<T>(&value);
  }
  /// The value of `key`; nullptr when this is no table or has no such key.
  [[nodiscard]] const Node* find(std::string_view key) const;
  /// "a string", "a number" … for messages; never the value itself.
  [[nodiscard]] const char* kind() const;
};

/// A number with or without a fraction.
[[nodiscard]] std::optional<double> as_decimal(const Node& node);

struct Entry {
  std::string key;
  Place place;  ///< of the key
  Node value;
};

/// Keys in the order of their places. Only a mistake of syntax can be found here, and toml++ stops
/// at the first.
[[nodiscard]] std::expected<Node, Diagnostic> parse(std::string_view text);

}  // namespace kaido::config
