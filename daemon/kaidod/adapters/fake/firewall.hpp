// nftables in memory.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "ports/firewall.hpp"

namespace kaido::fake {

/// One table in memory. Of the language it knows only that braces and quotes are balanced: that is
/// enough to refuse a broken skeleton. notification_fd is an eventfd. One thread.
class Firewall : public kaido::Firewall {
 public:
  Firewall();
  ~Firewall() override;
  Firewall(const Firewall&) = delete;
  Firewall& operator=(const Firewall&) = delete;

  Result<Generation> generation() override;
  Result<Generation> replace(const FirewallTable& table) override;
  Result<Generation> change(const std::vector<SetChange>& changes) override;
  Result<bool> holds(const FirewallTable& table) override;
  Result<bool> exists() override;
  Result<ForwardCounts> forwarded() override;
  Result<std::vector<ForeignChain>> foreign_forward_chains() override;
  Result<void> remove() override;
  int notification_fd() override { return notifications_; }
  Changed drain_notifications() override;

  /// Somebody flushed a chain, or removed an element from a set.
  void damage();
  /// Somebody deleted the table.
  void lose();
  /// Somebody changed a table that is not Kaido's.
  void touch_other();
  /// Notifications are lost from now on, without a word.
  void go_silent() { silent_ = true; }
  /// Somebody has this chain on the forward hook.
  void add_foreign_chain(ForeignChain chain);
  void remove_foreign_chains();
  /// Packets of a family (0 IPv4, 1 IPv6) that Kaido allows; `pass`: and nobody else drops.
  void forward(std::size_t family, std::uint64_t packets, bool pass);
  /// The next call (replace, change, holds, exists or remove) fails with this.
  void fail_next(Error error) { failures_.push_back(std::move(error)); }
  /// From now on all calls fail with this; nullopt: they work again.
  void refuse(std::optional<Error> why) { refusal_ = std::move(why); }
  /// nullopt: there is no table.
  [[nodiscard]] const std::optional<FirewallTable>& table() const { return table_; }
  /// Successful calls since the start.
  [[nodiscard]] std::size_t replaced() const { return replaced_; }
  [[nodiscard]] std::size_t changed() const { return changes_made_; }
  /// Calls of holds, each of which reads the whole table.
  [[nodiscard]] std::size_t listed() const { return listed_; }

 private:
  Result<void> failure_if_asked();
  Generation next_generation();
  void notify(bool ours);

  std::optional<FirewallTable> table_;
  bool whole_ = false;
  bool silent_ = false;
  Generation generation_ = 1;
  Changed changed_;
  ForwardCounts counts_;
  std::vector<ForeignChain> foreign_;
  int notifications_;
  std::size_t replaced_ = 0;
  std::size_t changes_made_ = 0;
  std::size_t listed_ = 0;
  std::deque<Error> failures_;
  std::optional<Error> refusal_;
};

}  // namespace kaido::fake
