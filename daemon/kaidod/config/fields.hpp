// The values of one table, with the schema's defaults for what it does not say. What has the wrong
// shape is a mistake already (shape.hpp) and reads as if it were missing.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/schema.hpp"
#include "config/tree.hpp"
#include "core/model.hpp"

namespace kaido::config {

[[nodiscard]] std::string text(const Node& table, Section section, std::string_view key);

/// 0 for what is missing or out of range: already a mistake of shape.
template <std::unsigned_integral T>
T number(const Node& table, Section section, std::string_view key) {
  const auto* node = table.find(key);
  const auto* value = node == nullptr ? nullptr : node->as<std::int64_t>();
  if (value == nullptr) return static_cast<T>(preset_number(section, key));
  const auto* known = find_key(section, key);
  return *value < known->min || *value > known->max ? T{0} : static_cast<T>(*value);
}

/// The default for what is out of range, too.
[[nodiscard]] double decimal(const Node& table, Section section, std::string_view key);

/// Calls `use` with each text of a list; without the key nothing is called.
template <typename Use>
void each_text(const Node& table, std::string_view key, Use use) {
  const auto* node = table.find(key);
  const auto* items = node == nullptr ? nullptr : node->as<Array>();
  if (items == nullptr) return;
  for (const auto& item : *items)
    if (const auto* value = item.as<std::string>()) use(*value, item);
}

[[nodiscard]] std::vector<std::string> texts(const Node& table, std::string_view key);
[[nodiscard]] std::vector<IpAddress> addresses(const Node& table, std::string_view key);
[[nodiscard]] std::vector<Prefix> prefixes(const Node& table, std::string_view key);
/// Both, without the key.
[[nodiscard]] std::vector<Transport> transports(const Node& table,
                                                std::string_view key = "transports");
/// The key wireguard_public_key.
[[nodiscard]] std::optional<WireGuardKey> wireguard_key(const Node& table);

}  // namespace kaido::config
