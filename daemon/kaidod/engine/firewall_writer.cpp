#include "engine/firewall_writer.hpp"

#include <functional>
#include <utility>

#include "core/desired/firewall.hpp"

namespace kaido {
namespace {

constexpr char kFirewall[] = "firewall";

}  // namespace

std::optional<Error> FirewallWriter::write(const Board& board) {
  auto body = desired_firewall(board);
  if (!std::exchange(recheck_, false) && body == loaded_) return std::nullopt;
  const auto refused = [&](const Error& error) {
    troubles_.report(kFirewall, error);
    return error;
  };
  const auto holds = firewall_.holds(body);
  if (!holds) return refused(holds.error());
  if (!*holds) {
    const auto replaced = firewall_.replace(body);
    if (!replaced) return refused(replaced.error());
    log_.write(Message::firewall_replaced, kFirewall, "table inet kaido");
  }
  loaded_ = std::move(body);
  troubles_.report(kFirewall, std::nullopt);
  save();
  return std::nullopt;
}

/// For the time between the next boot and our next start (`kaidod --guard`).
void FirewallWriter::save() {
  const std::hash<std::string> hash;
  if (!saved_)
    if (const auto saved = store_.load_firewall()) saved_ = hash(*saved);
  if (saved_ == hash(loaded_)) return;
  const auto saved = store_.save_firewall(loaded_);
  troubles_.report("guard", saved ? std::nullopt : std::optional(saved.error()));
  if (saved) saved_ = hash(loaded_);
}

bool FirewallWriter::remove() {
  const auto gone = firewall_.remove();
  troubles_.report(kFirewall, gone ? std::nullopt : std::optional(gone.error()));
  loaded_.clear();
  const auto forgotten = store_.save_firewall({});
  troubles_.report("guard", forgotten ? std::nullopt : std::optional(forgotten.error()));
  saved_.reset();
  return gone.has_value();
}

}  // namespace kaido
