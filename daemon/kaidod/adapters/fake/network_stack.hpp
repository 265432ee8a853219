// The kernel's network state in memory, for tests and the simulator.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "ports/network_stack.hpp"

namespace kaido::fake {

/// Behaves as Linux does where Kaido depends on it: a link that goes down, loses its carrier or is
/// deleted takes its nexthop objects and routes with it; entering a VRF cycles a link; a device
/// under 1280 bytes has no IPv6; the first VRF brings the l3mdev rules; an IPv6 metric of 0 is
/// 1024. The contract tests run on this and on the kernel.
///
/// One thread. Beside the port, tests change the world behind Kaido's back with the methods below
/// it; these notify as the kernel would.
class NetworkStack final : public kaido::NetworkStack {
 public:
  /// Holds "lo" and the kernel's own rules, as a new network namespace does.
  NetworkStack();
  ~NetworkStack() override;
  NetworkStack(const NetworkStack&) = delete;
  NetworkStack& operator=(const NetworkStack&) = delete;

  Result<KernelState> read(const ReadScope& scope) override;
  std::vector<ChangeFailure> apply(std::span<const KernelChange> changes) override;
  int notification_fd() override { return event_; }
  bool drain_notifications() override;

  /// A change that someone else makes: the same effect, whatever it is marked with.
  void change(const KernelChange& change);
  /// Adds a device that Kaido does not make, up and with carrier, e.g. an uplink.
  void plug_in(const std::string& name, std::uint32_t mtu = 1500);
  void set_carrier(const std::string& device, bool carrier);
  void set_point_to_point(const std::string& device);
  /// As if notifications had overrun the socket.
  void notify() const;
  /// The next calls of read or changes applied fail with these, one each.
  void fail_next_read(Error error) { read_failures_.push_back(std::move(error)); }
  void fail_next_change(Error error) { change_failures_.push_back(std::move(error)); }
  /// From now on the changes that it says yes to fail with kernel_refused; nullptr: none.
  void refuse(std::function<bool(const KernelChange&)> which) { refused_ = std::move(which); }

  [[nodiscard]] const KernelState& state() const { return state_; }
  [[nodiscard]] const Link* find_link(const std::string& name) const;
  /// Changes carried out since the start, the failed ones too.
  [[nodiscard]] std::size_t changes_applied() const { return applied_; }
  [[nodiscard]] std::size_t reads() const { return reads_; }

 private:
  struct Visitor;
  Link* link(const std::string& name);
  Result<void> create(const Link& wanted);
  Result<void> update(const Link& wanted);
  void remove_link(const std::string& name);
  void set_master(Link& target, const std::string& master);
  void set_up(Link& target, bool up);
  void refresh_running(Link& target);
  void set_mtu(Link& target, std::uint32_t mtu);
  void lose_nexthops(const std::string& device);
  void lose_routes(const std::string& device);
  void lose_ipv6_addresses(const std::string& device);
  Result<void> add_address(const InterfaceAddress& address);
  Result<void> add_rule(const Rule& rule);
  Result<void> replace_nexthop(const Nexthop& nexthop);
  void remove_nexthop(std::uint32_t id);
  Result<void> replace_route(Route route);
  void remove_route(Route route);
  Result<void> set_sysctl(const Sysctl& sysctl);
  [[nodiscard]] bool keeps_addresses(const std::string& device) const;
  [[nodiscard]] bool sysctl_exists(const std::string& path) const;
  Result<void> carry_out(const KernelChange& change);

  std::mutex mutex_;  ///< of read and apply
  KernelState state_;
  std::map<std::string, std::string> sysctls_;
  std::map<std::string, bool> no_carrier_;
  std::vector<std::string> uplinks_;  ///< of the last read's scope
  std::deque<Error> read_failures_;
  std::deque<Error> change_failures_;
  std::function<bool(const KernelChange&)> refused_;
  int next_index_ = 2;
  int event_ = -1;
  bool l3mdev_rules_ = false;
  std::size_t applied_ = 0;
  std::size_t reads_ = 0;
};

}  // namespace kaido::fake
