#include "config/fields.hpp"

namespace kaido::config {

std::string text(const Node& table, Section section, std::string_view key) {
  const auto* node = table.find(key);
  const auto* value = node == nullptr ? nullptr : node->as<std::string>();
  return value == nullptr ? preset_text(section, key) : *value;
}

double decimal(const Node& table, Section section, std::string_view key) {
  const auto* node = table.find(key);
  const auto value = node == nullptr ? std::nullopt : as_decimal(*node);
  const auto* known = find_key(section, key);
  const auto in_range = [&](double x) {
    return x * 10 >= static_cast<double>(known->min) && x * 10 <= static_cast<double>(known->max);
  };
  return value && in_range(*value) ? *value : preset_decimal(section, key);
}

std::vector<std::string> texts(const Node& table, std::string_view key) {
  std::vector<std::string> result;
  each_text(table, key, [&](const auto& value, const Node&) { result.push_back(value); });
  return result;
}

std::vector<IpAddress> addresses(const Node& table, std::string_view key) {
  std::vector<IpAddress> result;
  each_text(table, key, [&](const auto& value, const Node&) {
    if (const auto address = IpAddress::parse(value)) result.push_back(*address);
  });
  result.shrink_to_fit();
  return result;
}

std::vector<Prefix> prefixes(const Node& table, std::string_view key) {
  std::vector<Prefix> result;
  each_text(table, key, [&](const auto& value, const Node&) {
    if (const auto prefix = Prefix::parse(value)) result.push_back(*prefix);
  });
  result.shrink_to_fit();
  return result;
}

std::vector<Transport> transports(const Node& table, std::string_view key) {
  if (table.find(key) == nullptr) return {Transport::ikev2, Transport::wireguard};
  std::vector<Transport> result;
  each_text(table, key, [&](const auto& value, const Node&) {
    for (const auto transport : {Transport::ikev2, Transport::wireguard})
      if (value == to_string(transport)) result.push_back(transport);
  });
  return result;
}

std::optional<WireGuardKey> wireguard_key(const Node& table) {
  const auto* node = table.find("wireguard_public_key");
  const auto* value = node == nullptr ? nullptr : node->as<std::string>();
  return value == nullptr ? std::nullopt : parse_wireguard_key(*value);
}

}  // namespace kaido::config
