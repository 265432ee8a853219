#include "adapters/fake/firewall.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace kaido::fake {
namespace {

bool balanced(const std::string& body) {
  int depth = 0;
  bool quoted = false;
  for (const char c : body) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (depth < 0) return false;
  }
  return depth == 0 && !quoted;
}

}  // namespace

Firewall::Firewall() : notifications_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Firewall::~Firewall() { close(notifications_); }

Result<kaido::Firewall::Generation> Firewall::generation() {
  if (refusal_) return std::unexpected(*refusal_);
  return generation_;
}

Result<kaido::Firewall::Generation> Firewall::replace(const FirewallTable& table) {
  if (auto asked = failure_if_asked(); !asked) return std::unexpected(asked.error());
  if (!balanced(table.skeleton)) return failure(Condition::firewall_refused, "syntax error");
  table_ = table;
  whole_ = true;
  counts_ = {};
  ++replaced_;
  return next_generation();
}

Result<kaido::Firewall::Generation> Firewall::change(const std::vector<SetChange>& changes) {
  if (auto asked = failure_if_asked(); !asked) return std::unexpected(asked.error());
  if (!table_) return failure(Condition::firewall_refused, "no table");
  if (auto why = refusal(*table_, changes)) return failure(Condition::firewall_refused, *why);
  if (std::ranges::all_of(changes, &SetChange::empty)) return generation_;
  apply(*table_, changes);
  ++changes_made_;
  return next_generation();
}

Result<bool> Firewall::holds(const FirewallTable& table) {
  ++listed_;
  if (auto asked = failure_if_asked(); !asked) return std::unexpected(asked.error());
  return whole_ && table_ == table;
}

Result<bool> Firewall::exists() {
  if (auto asked = failure_if_asked(); !asked) return std::unexpected(asked.error());
  return table_.has_value();
}

Result<ForwardCounts> Firewall::forwarded() {
  if (!table_ || table_->skeleton.find("counter allowed4") == std::string::npos)
    return failure(Condition::firewall_refused, "the table has no counters");
  return counts_;
}

Result<std::vector<ForeignChain>> Firewall::foreign_forward_chains() { return foreign_; }

void Firewall::add_foreign_chain(ForeignChain chain) {
  foreign_.push_back(std::move(chain));
  notify(false);
}

void Firewall::remove_foreign_chains() {
  foreign_.clear();
  notify(false);
}

void Firewall::forward(std::size_t family, std::uint64_t packets, bool pass) {
  counts_.allowed.at(family) += packets;
  if (pass) counts_.passed.at(family) += packets;
}

Result<void> Firewall::remove() {
  if (auto asked = failure_if_asked(); !asked) return asked;
  if (table_) next_generation();
  table_.reset();
  return {};
}

Firewall::Changed Firewall::drain_notifications() {
  std::uint64_t count = 0;
  while (read(notifications_, &count, sizeof(count)) > 0) {
  }
  return std::exchange(changed_, {});
}

void Firewall::damage() {
  if (!table_) return;
  whole_ = false;
  notify(true);
}

void Firewall::lose() {
  if (!table_) return;
  table_.reset();
  notify(true);
}

void Firewall::touch_other() { notify(false); }

Result<void> Firewall::failure_if_asked() {
  if (refusal_) return std::unexpected(*refusal_);
  if (failures_.empty()) return {};
  auto error = std::move(failures_.front());
  failures_.pop_front();
  return std::unexpected(std::move(error));
}

kaido::Firewall::Generation Firewall::next_generation() { return ++generation_; }

void Firewall::notify(bool ours) {
  next_generation();
  if (silent_) return;
  (ours ? changed_.ours : changed_.others) = true;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(notifications_, &one, sizeof(one));
}

}  // namespace kaido::fake
