// A firewall, and somebody else beside it: on memory, and on the kernel in a network namespace of
// its own, as root; KAIDO_CONTRACT=fake leaves that out.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "adapters/fake/firewall.hpp"
#include "adapters/nftables/nf_tables.hpp"

namespace kaido::test {

/// A firewall, and somebody else who changes things behind its back.
class World {
 public:
  virtual ~World() = default;
  virtual Firewall& firewall() = 0;
  virtual void flush_chain() = 0;
  virtual void lose_element() = 0;
  virtual void add_rule() = 0;
  virtual void lose_table() = 0;
  /// An IPv4 packet that kCountingTable's counter of what is allowed counts.
  virtual void count_packet() = 0;
  virtual void touch_other_table() = 0;
  virtual bool other_table_is_whole() = 0;
  /// A base chain on the forward hook with the policy drop: "ip docker FORWARD".
  virtual void add_forward_chain() = 0;
  /// As after a restart of kaidod.
  virtual void new_process() = 0;
};

class FakeWorld final : public World {
 public:
  Firewall& firewall() override { return firewall_; }
  void flush_chain() override { firewall_.damage(); }
  void lose_element() override { firewall_.damage(); }
  void add_rule() override { firewall_.damage(); }
  void lose_table() override { firewall_.lose(); }
  void count_packet() override { firewall_.forward(0, 1, false); }
  void touch_other_table() override { firewall_.touch_other(); }
  bool other_table_is_whole() override { return true; }
  void add_forward_chain() override {
    firewall_.add_foreign_chain({.name = "ip docker FORWARD", .drops_rest = true});
  }
  void new_process() override {}

 private:
  fake::Firewall firewall_;
};

class KernelWorld final : public World {
 public:
  KernelWorld() {
    if (unshare(CLONE_NEWNET) != 0)
      throw std::system_error(errno, std::generic_category(), "a network namespace (needs root)");
    firewall_ = std::make_unique<nftables::NfTables>();
    if (std::system("ip link set lo up") != 0) throw std::runtime_error("no loopback device");
    nft("add table inet other; add chain inet other kept; add rule inet other kept counter");
  }
  Firewall& firewall() override { return *firewall_; }
  void flush_chain() override { nft("flush chain inet kaido checked"); }
  void lose_element() override { nft("delete element inet kaido sources4 { 10.7.0.0/16 }"); }
  void add_rule() override { nft("insert rule inet kaido checked accept"); }
  void lose_table() override { nft("delete table inet kaido"); }
  void count_packet() override {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(9);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (sendto(fd, "", 1, 0, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 1)
      throw std::system_error(errno, std::generic_category(), "a packet");
    close(fd);
  }
  void touch_other_table() override { nft("add rule inet other kept counter"); }
  bool other_table_is_whole() override {
    return std::system("nft list chain inet other kept | grep -q counter") == 0;
  }
  void add_forward_chain() override {
    nft("add table ip docker; add chain ip docker input { type filter hook input priority 0; }; "
        "add chain ip docker FORWARD { type filter hook forward priority 0; policy drop; }");
  }
  void new_process() override { firewall_ = std::make_unique<nftables::NfTables>(); }

 private:
  static void nft(const std::string& commands) {
    if (std::system(("nft '" + commands + "'").c_str()) != 0)
      throw std::runtime_error("nft refused: " + commands);
  }
  std::unique_ptr<nftables::NfTables> firewall_;
};

struct Kind {
  const char* name;
  std::function<std::unique_ptr<World>()> make;
};

inline bool without_kernel() {
  const char* only = std::getenv("KAIDO_CONTRACT");
  return only != nullptr && std::strcmp(only, "fake") == 0;
}

inline std::vector<Kind> kinds() {
  std::vector<Kind> all{{"Fake", [] { return std::make_unique<FakeWorld>(); }}};
  if (!without_kernel()) all.push_back({"Kernel", [] { return std::make_unique<KernelWorld>(); }});
  return all;
}

inline const FirewallTable kTable = from_nft(R"(
  set sources4 { type ipv4_addr; flags interval; elements = { 10.7.0.0/16, 10.1.0.0/16 } }
  chain sources { type filter hook prerouting priority raw; policy accept;
    iifname "kd-ike*" jump checked
  }
  chain checked {
    ip saddr @sources4 return
    counter drop
  })");
inline const FirewallTable kOtherTable = from_nft(R"(
  chain sources { type filter hook prerouting priority raw; policy accept;
    iifname "kd-ike*" counter drop
  })");

/// More sets, elements and chains than kTable has, under the same names and others.
inline const FirewallTable kFullTable = from_nft(R"(
  set sources4 { type ipv4_addr; flags interval; elements = { 10.1.0.0/16, 10.8.0.0/16 } }
  set sources6 { type ipv6_addr; flags interval; }
  set pairs { type ifname . ipv4_addr; flags interval; elements = { "kd-ike1" . 10.1.0.0/16 } }
  chain sources { type filter hook prerouting priority raw; policy accept;
    iifname "kd-ike*" jump checked
    iifname . ip saddr @pairs jump more
  }
  chain checked {
    ip6 saddr @sources6 return
    ip saddr @sources4 return
    counter drop
  }
  chain more {
    counter
  })");

/// With the counters that forwarded() reads, and a set of each kind.
inline const FirewallTable kCountingTable = from_nft(R"(
  set a4 { type ipv4_addr; flags interval; elements = { 10.1.0.0/16, 10.2.0.0/24 } }
  set a6 { type ipv6_addr; flags interval; elements = { fd01::/64 } }
  set d4 { type ifname . ipv4_addr; flags interval; elements = { "kd-ike1" . 10.1.0.0/16 } }
  set d6 { type ifname . ipv6_addr; flags interval; elements = { "kd-ike1" . fd01::/64 } }
  counter allowed4 { }
  counter allowed6 { }
  counter passed4 { }
  counter passed6 { }
  chain out { type filter hook output priority filter; policy accept;
    udp dport 9 counter name allowed4
    ip daddr @a4 counter drop
  })");

class FirewallContract : public ::testing::TestWithParam<Kind> {
 protected:
  FirewallContract() : world_(GetParam().make()) {}

  Firewall& firewall() { return world_->firewall(); }
  /// The table is in place and the news of that are read.
  void load(const FirewallTable& table) {
    ASSERT_GE(firewall().notification_fd(), 0);
    const auto loaded = firewall().replace(table);
    ASSERT_TRUE(loaded) << loaded.error().to_string();
    firewall().drain_notifications();
  }
  bool holds(const FirewallTable& table) {
    const auto answer = firewall().holds(table);
    EXPECT_TRUE(answer) << answer.error().to_string();
    return answer.value_or(false);
  }
  bool is_readable() {
    pollfd fd{firewall().notification_fd(), POLLIN, 0};
    return poll(&fd, 1, 0) == 1;
  }

  std::unique_ptr<World> world_;
};

}  // namespace kaido::test
