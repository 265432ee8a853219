#include "portal/names.hpp"

#include <algorithm>
#include <optional>

#include "kaido/ip.hpp"

namespace kaido::portal {
namespace {

constexpr std::string_view kDigits = "0123456789";

/// The name without ":443", or nothing when what follows the colon is no port.
std::optional<std::string_view> without_port(std::string_view authority) {
  const auto colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.ends_with(']')) return authority;
  if (authority.find_first_not_of(kDigits, colon + 1) != std::string_view::npos) return {};
  return authority.substr(0, colon);
}

bool fits(std::string_view pattern, std::string_view name) {
  if (!pattern.starts_with("*.")) return pattern == name;
  const auto dot = name.find('.');
  return dot != std::string_view::npos && dot > 0 && name.substr(dot) == pattern.substr(1);
}

}  // namespace

std::string normal_name(std::string_view name) {
  if (const auto address = IpAddress::parse(name)) return address->to_string();
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string text(name);
  for (auto& letter : text)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return text;
}

std::string host_of(std::string_view authority) {
  auto name = without_port(authority);
  if (!name) return {};
  const bool brackets = name->size() > 2 && name->starts_with('[') && name->ends_with(']');
  if (brackets) name = name->substr(1, name->size() - 2);
  return normal_name(*name);
}

std::string port_of(std::string_view authority) {
  const auto name = without_port(authority);
  return name ? std::string(authority.substr(name->size())) : std::string();
}

Names::Names(const std::vector<std::string>& names) {
  for (const auto& name : names) add(name);
}

void Names::add(std::string_view name) { names_.push_back(normal_name(name)); }

bool Names::has(std::string_view authority) const {
  const auto wanted = host_of(authority);
  return !wanted.empty() &&
         std::ranges::any_of(names_, [&](const auto& each) { return fits(each, wanted); });
}

}  // namespace kaido::portal
