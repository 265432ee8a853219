// The reference of all keys, written from the schema.
#include <fmt/format.h>

#include "config/schema.hpp"

namespace kaido::config {
namespace {

/// What is plain from the section's own role is not repeated.
std::string meaning(const Key& key) {
  const bool telling = key.section == Section::wireguard || key.section == Section::network;
  if (!telling || key.roles == kAll) return std::string(key.help);
  return fmt::format("{} ({} only)", key.help, key.roles == kHub ? "hub" : "site");
}

std::string fallback(const Key& key) {
  if (key.required) return "required";
  return key.preset.empty() ? "" : fmt::format("`{}`", key.preset);
}

}  // namespace

std::string reference() {
  std::string text;
  auto section = Section::root;
  for (const auto& key : keys()) {
    if (key.section == Section::root) continue;  // the titles below say it
    if (key.section != section) {
      section = key.section;
      text += fmt::format("\n### `{}`\n\n| key | what | default | meaning |\n|---|---|---|---|\n",
                          title(section));
    }
    text += fmt::format("| `{}` | {} | {} | {} |\n", key.name, expectation(key), fallback(key),
                        meaning(key));
  }
  return text;
}

}  // namespace kaido::config
