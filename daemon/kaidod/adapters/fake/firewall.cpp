#include "adapters/fake/firewall.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

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

Result<void> Firewall::replace(const std::string& body) {
  if (auto asked = failure_if_asked(); !asked) return asked;
  if (!balanced(body)) return failure(Condition::firewall_refused, "syntax error");
  body_ = body;
  there_ = whole_ = true;
  ++replaced_;
  notify(true);
  return {};
}

Result<bool> Firewall::holds(const std::string& body) {
  if (auto asked = failure_if_asked(); !asked) return std::unexpected(asked.error());
  return there_ && whole_ && body_ == body;
}

Result<void> Firewall::remove() {
  if (auto asked = failure_if_asked(); !asked) return asked;
  lose();
  return {};
}

bool Firewall::drain_notifications() {
  std::uint64_t count = 0;
  while (read(notifications_, &count, sizeof(count)) > 0) {
  }
  return std::exchange(changed_, false);
}

void Firewall::damage() {
  if (!there_) return;
  whole_ = false;
  notify(true);
}

void Firewall::lose() {
  if (!there_) return;
  there_ = false;
  body_.clear();
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

void Firewall::notify(bool ours) {
  changed_ |= ours;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(notifications_, &one, sizeof(one));
}

}  // namespace kaido::fake
