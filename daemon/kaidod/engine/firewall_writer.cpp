#include "engine/firewall_writer.hpp"

#include <utility>

#include "core/desired/firewall.hpp"

namespace kaido {
namespace {

constexpr char kFirewall[] = "firewall";
/// That are written one by one.
constexpr std::uint32_t kChangesAMinute = 1000;

}  // namespace

std::optional<Error> FirewallWriter::write(const Board& board) {
  const auto loaded = loader_.load(desired_firewall(board), std::exchange(recheck_, false));
  if (!loaded) {
    troubles_.report(kFirewall, loaded.error());
    return loaded.error();
  }
  if (loaded->written != FirewallLoader::Written::nothing) {
    const bool replaced = loaded->written == FirewallLoader::Written::table;
    const auto message = replaced ? Message::firewall_replaced : Message::firewall_changed;
    if (auto line = limit_.pass(message, kFirewall, loaded->what, clock_.now(), kChangesAMinute))
      log_.write(message, kFirewall, std::move(*line));
    saved_ = false;
  }
  troubles_.report(kFirewall, std::nullopt);
  if (!saved_) save();
  return std::nullopt;
}

/// For the time between the next boot and our next start (`kaidod --guard`).
void FirewallWriter::save() {
  const auto& loaded = loader_.loaded();
  if (!loaded) return;
  const auto body = to_nft(*loaded);
  const auto known = store_.load_firewall();
  const auto saved = known && *known == body ? Result<void>{} : store_.save_firewall(body);
  troubles_.report("guard", saved ? std::nullopt : std::optional(saved.error()));
  saved_ = saved.has_value();
}

bool FirewallWriter::remove() {
  const auto gone = firewall_.remove();
  troubles_.report(kFirewall, gone ? std::nullopt : std::optional(gone.error()));
  loader_.forget();
  const auto forgotten = store_.save_firewall({});
  troubles_.report("guard", forgotten ? std::nullopt : std::optional(forgotten.error()));
  saved_ = false;
  return gone.has_value();
}

}  // namespace kaido
