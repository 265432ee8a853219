// nftables in memory.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

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
  Result<bool> exists() override;
  Result<ForwardCounts> forwarded() override;
  Result<std::vector<ForeignChain>> foreign_forward_chains() override;
  Result<void> remove() override;
  int notification_fd() override { return notifications_; }
  Changed drain_notifications() override;

  /// Somebody flushed a chain, or took an element out of a set.
  void damage();
  /// Somebody deleted the table.
  void lose();
  /// Somebody changed a table that is not Kaido's.
  void touch_other();
  /// Somebody has this chain on the forward hook.
  void add_foreign_chain(ForeignChain chain);
  void remove_foreign_chains();
  /// Packets of a family (0 IPv4, 1 IPv6) that Kaido allows; `pass`: and nobody else drops.
  void forward(std::size_t family, std::uint64_t packets, bool pass);
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
  Changed changed_;
  ForwardCounts counts_;
  std::vector<ForeignChain> foreign_;
  int notifications_;
  std::size_t replaced_ = 0;
  std::deque<Error> failures_;
  std::optional<Error> refusal_;
};

}  // namespace kaido::fake
