#include <fmt/format.h>

#include <algorithm>

#include "config/files.hpp"
#include "config/keys.hpp"
#include "config/material.hpp"

namespace kaido::config {
namespace {

constexpr char kHowToMake[] = "(umask 077; wg genkey > {})";

/// Reports a file that cannot be used; a missing one only with `needed`.
std::optional<WireGuardPrivateKey> read_key(const std::filesystem::path& file, const char* option,
                                            Place place, bool needed, Mistakes& mistakes) {
  const auto content = read_file(file, {.secret = true});
  if (!content) {
    if (!content.error().missing)
      mistakes.add(place, option, content.error());
    else if (needed)
      mistakes.add(place, fmt::format("{}: {}", option, content.error().message),
                   fmt::format(kHowToMake, file.string()));
    return std::nullopt;
  }
  std::string_view text = content->reveal_text();
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  auto bytes = parse_wireguard_key(text);
  if (!bytes) {
    mistakes.add(place, fmt::format("{}: {} does not hold a WireGuard key", option, file.string()),
                 "expected 44 characters of base64, as `wg genkey` prints them");
    return std::nullopt;
  }
  std::optional<WireGuardPrivateKey> key(*bytes);
  wipe(*bytes);
  return key;
}

void make_key(const std::filesystem::path& file, Place place, Mistakes& mistakes) {
  const auto key = make_private_key();
  if (!key) {
    mistakes.add(place, fmt::format("keys: cannot make {}: no random numbers", file.string()));
    return;
  }
  auto text = to_base64(key->reveal());
  auto content = Secret::zeros(text.size() + 1);
  std::ranges::copy(text, content.writable().begin());
  content.writable().back() = '\n';
  wipe(text);
  if (const auto made = make_secret_file(file, content.reveal_text()); !made)
    mistakes.add(place, "keys", made.error());
}

bool has_wireguard(const Model& model, const Slot& slot) {
  if (slot.hub == kUnresolved || slot.number == 0) return false;
  const auto& transports = model.hubs[slot.hub].transports;
  return std::ranges::find(transports, Transport::wireguard) != transports.end();
}

}  // namespace

void load_wireguard_keys(Draft& draft, const std::filesystem::path& folder, bool create,
                         Mistakes& mistakes) {
  const auto& model = draft.model;
  auto& identities = draft.identities;
  const auto* wireguard = draft.document->find("wireguard");
  const auto& table = wireguard == nullptr ? *draft.document : *wireguard;
  if (model.is_hub()) {
    if (!model.wireguard_key_file.empty())
      identities.hub_key = read_key(folder / model.wireguard_key_file, "private_key",
                                    place_of(table, "private_key"), true, mistakes);
    return;
  }
  const auto place = place_of(table, "keys");
  for (const auto& slot : model.slots) {
    if (!has_wireguard(model, slot)) continue;
    const auto file = folder / model.wireguard_keys / fmt::format("slot-{}.key", slot.number);
    std::error_code ignored;
    // A key made for a file that is refused anyway would only be left lying about.
    if (create && mistakes.empty() && !std::filesystem::exists(file, ignored))
      make_key(file, place, mistakes);
    if (const auto key = read_key(file, "keys", place, false, mistakes))
      identities.slot_keys.insert_or_assign(slot.number, *key);
  }
}

}  // namespace kaido::config
