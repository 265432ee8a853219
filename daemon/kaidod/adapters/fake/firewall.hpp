// nftables in memory.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "ports/firewall.hpp"

namespace kaido::fake {

/// One table in memory. Of the language it knows only that braces and quotes are balanced: that is
/// enough to refuse a broken body. notification_fd is an eventfd. One thread.
class Firewall final : public kaido::Firewall {
 public:
  Firewall();
  ~Firewall() override;
  Firewall(const Firewall&) = delete;
  Firewall& operator=(const Firewall&) = delete;

  Result<void> replace(const std::string& body) override;
  Result<bool> holds(const std::string& body) override;
  Result<void> remove() override;
  int notification_fd() override { return notifications_; }
  bool drain_notifications() override;

  /// Somebody flushed a chain, or took an element out of a set.
  void damage();
  /// Somebody deleted the table.
  void lose();
  /// Somebody changed a table that is not Kaido's.
  void touch_other();
  /// The next call (replace, holds or remove) fails with this.
  void fail_next(Error error) { failures_.push_back(std::move(error)); }
  /// From now on all calls fail with this; nullopt: they work again.
  void refuse(std::optional<Error> why) { refusal_ = std::move(why); }
  /// The body of the table; empty: there is none.
  [[nodiscard]] const std::string& body() const { return body_; }
  /// Successful calls of replace since the start.
  [[nodiscard]] std::size_t replaced() const { return replaced_; }

 private:
  Result<void> failure_if_asked();
  void notify(bool ours);

  std::string body_;
  bool there_ = false;
  bool whole_ = false;
  bool changed_ = false;
  int notifications_;
  std::size_t replaced_ = 0;
  std::deque<Error> failures_;
  std::optional<Error> refusal_;
};

}  // namespace kaido::fake
