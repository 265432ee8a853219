// What every Firewall keeps to. The real one runs in a network namespace of its own, as root;
// KAIDO_CONTRACT=fake leaves it out.
#include "adapters/fake/firewall.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include "adapters/nftables/nf_tables.hpp"

namespace kaido {
namespace {

/// A firewall, and somebody else who changes things behind its back.
class World {
 public:
  virtual ~World() = default;
  virtual Firewall& firewall() = 0;
  virtual void flush_chain() = 0;
  virtual void lose_element() = 0;
  virtual void add_rule() = 0;
  virtual void lose_table() = 0;
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
    nft("add table inet other; add chain inet other kept; add rule inet other kept counter");
  }
  Firewall& firewall() override { return *firewall_; }
  void flush_chain() override { nft("flush chain inet kaido checked"); }
  void lose_element() override { nft("delete element inet kaido sources4 { 10.7.0.0/16 }"); }
  void add_rule() override { nft("insert rule inet kaido checked accept"); }
  void lose_table() override { nft("delete table inet kaido"); }
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

std::vector<Kind> kinds() {
  std::vector<Kind> all{{"Fake", [] { return std::make_unique<FakeWorld>(); }}};
  const char* only = std::getenv("KAIDO_CONTRACT");
  if (only == nullptr || std::strcmp(only, "fake") != 0)
    all.push_back({"Kernel", [] { return std::make_unique<KernelWorld>(); }});
  return all;
}

constexpr char kBody[] = R"(
  set sources4 { type ipv4_addr; flags interval; elements = { 10.7.0.0/16, 10.1.0.0/16 } }
  chain sources { type filter hook prerouting priority raw; policy accept;
    iifname "kd-ike*" jump checked
  }
  chain checked {
    ip saddr @sources4 return
    counter drop
  })";
constexpr char kOtherBody[] = R"(
  chain sources { type filter hook prerouting priority raw; policy accept;
    iifname "kd-ike*" counter drop
  })";

/// More sets, elements and chains than kBody, under the same names and others.
constexpr char kFullBody[] = R"(
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
  })";

constexpr char kCountingBody[] = R"(
  counter allowed4 { }
  counter allowed6 { }
  counter passed4 { }
  counter passed6 { }
  chain forward { type filter hook forward priority filter - 5; policy drop;
    iifname "kd-ike*" counter name allowed4 accept
  })";

class FirewallContract : public ::testing::TestWithParam<Kind> {
 protected:
  FirewallContract() : world_(GetParam().make()) {}

  Firewall& firewall() { return world_->firewall(); }
  /// The body is in place and the news of that are read.
  void load(const std::string& body) {
    ASSERT_GE(firewall().notification_fd(), 0);
    const auto loaded = firewall().replace(body);
    ASSERT_TRUE(loaded) << loaded.error().to_string();
    firewall().drain_notifications();
  }
  bool holds(const std::string& body) {
    const auto answer = firewall().holds(body);
    EXPECT_TRUE(answer) << answer.error().to_string();
    return answer.value_or(false);
  }
  bool is_readable() {
    pollfd fd{firewall().notification_fd(), POLLIN, 0};
    return poll(&fd, 1, 0) == 1;
  }

  std::unique_ptr<World> world_;
};

TEST_P(FirewallContract, WithoutATableNothingIsHeld) { EXPECT_FALSE(holds(kBody)); }

TEST_P(FirewallContract, WhatWasLoadedIsHeld) {
  load(kBody);
  EXPECT_TRUE(holds(kBody));
  EXPECT_FALSE(holds(kOtherBody));
}

TEST_P(FirewallContract, ALoadReplacesAllThatWasThere) {
  load(kBody);
  load(kOtherBody);
  EXPECT_TRUE(holds(kOtherBody));
  EXPECT_FALSE(holds(kBody));
}

TEST_P(FirewallContract, ARefusedBodyLeavesTheOldOneInPlace) {
  load(kBody);
  const auto refused = firewall().replace("chain broken { counter drop");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().condition, Condition::firewall_refused);
  EXPECT_NE(refused.error().detail.find("syntax error"), std::string::npos)
      << refused.error().detail;
  EXPECT_EQ(refused.error().detail.find('\n'), std::string::npos);
  EXPECT_TRUE(holds(kBody));
}

TEST_P(FirewallContract, AFlushedChainIsNoticedByANewProcessToo) {
  load(kBody);
  world_->flush_chain();
  EXPECT_FALSE(holds(kBody));
  world_->new_process();
  EXPECT_FALSE(holds(kBody));
  load(kBody);
  EXPECT_TRUE(holds(kBody));
}

TEST_P(FirewallContract, ALostElementIsNoticed) {
  load(kBody);
  world_->lose_element();
  EXPECT_FALSE(holds(kBody));
}

TEST_P(FirewallContract, AForeignRuleInTheTableIsNoticed) {
  load(kBody);
  world_->add_rule();
  EXPECT_FALSE(holds(kBody));
}

TEST_P(FirewallContract, ALostTableIsNoticed) {
  load(kBody);
  world_->lose_table();
  EXPECT_FALSE(holds(kBody));
}

TEST_P(FirewallContract, ANewProcessAdoptsTheTableOfAnEarlierOne) {
  load(kBody);
  world_->new_process();
  EXPECT_TRUE(holds(kBody));
}

TEST_P(FirewallContract, AChangeMakesTheDescriptorReadableUntilItIsDrained) {
  load(kBody);
  EXPECT_FALSE(is_readable());
  world_->flush_chain();
  EXPECT_TRUE(is_readable());
  EXPECT_TRUE(firewall().drain_notifications().ours);
  EXPECT_FALSE(is_readable());
  EXPECT_FALSE(firewall().drain_notifications().ours);
}

TEST_P(FirewallContract, ALostTableIsToldByANotification) {
  load(kBody);
  world_->lose_table();
  EXPECT_TRUE(firewall().drain_notifications().ours);
}

TEST_P(FirewallContract, AChangeOfAnotherTableIsToldApart) {
  load(kBody);
  world_->touch_other_table();
  EXPECT_TRUE(is_readable());
  const auto changed = firewall().drain_notifications();
  EXPECT_FALSE(changed.ours);
  EXPECT_TRUE(changed.others);
  EXPECT_TRUE(holds(kBody));
}

TEST_P(FirewallContract, WhetherATableExistsIsToldWhateverItHolds) {
  EXPECT_EQ(firewall().exists(), false);
  load(kBody);
  world_->flush_chain();
  EXPECT_EQ(firewall().exists(), true);
  world_->lose_table();
  EXPECT_EQ(firewall().exists(), false);
}

TEST_P(FirewallContract, CountersBeginAtNothingWithEachLoad) {
  EXPECT_FALSE(firewall().forwarded());
  load(kBody);
  EXPECT_FALSE(firewall().forwarded()) << "that one has none";
  load(kCountingBody);
  EXPECT_EQ(firewall().forwarded(), ForwardCounts{});
  load(kBody);
  EXPECT_FALSE(firewall().forwarded()) << "nor has it the other's";
}

TEST_P(FirewallContract, ChainsOfOthersOnTheForwardHookAreTold) {
  load(kCountingBody);
  EXPECT_EQ(firewall().foreign_forward_chains(), std::vector<ForeignChain>{});
  world_->add_forward_chain();
  EXPECT_TRUE(firewall().drain_notifications().others);
  EXPECT_EQ(firewall().foreign_forward_chains(),
            (std::vector<ForeignChain>{{.name = "ip docker FORWARD", .drops_rest = true}}));
}

TEST_P(FirewallContract, OtherTablesAreLeftAlone) {
  load(kBody);
  load(kOtherBody);
  ASSERT_TRUE(firewall().remove());
  EXPECT_TRUE(world_->other_table_is_whole());
}

TEST_P(FirewallContract, RemovingTwiceIsNoError) {
  load(kBody);
  EXPECT_TRUE(firewall().remove());
  EXPECT_FALSE(holds(kBody));
  EXPECT_TRUE(firewall().remove());
}

/// What a command prints, its lines sorted.
std::multiset<std::string> lines_of(const std::string& command) {
  std::multiset<std::string> lines;
  FILE* output = popen(command.c_str(), "r");
  std::array<char, 1024> line{};
  while (std::fgets(line.data(), line.size(), output) != nullptr) lines.insert(line.data());
  pclose(output);
  return lines;
}

TEST(NfTables, WhatIsChangedInPlaceIsWhatWouldBeMadeAnew) {
  const char* only = std::getenv("KAIDO_CONTRACT");
  if (only != nullptr && std::strcmp(only, "fake") == 0) GTEST_SKIP() << "the kernel's alone";
  const KernelWorld world;
  const auto table = [] { return lines_of("nft -s list table inet kaido | grep -v comment"); };
  const auto handle = [] { return lines_of("nft -a list table inet kaido | head -n 1"); };
  nftables::NfTables changing;
  ASSERT_TRUE(changing.replace(kBody));
  for (const auto* body : {kFullBody, kOtherBody, kFullBody, kBody}) {
    const auto before = handle();
    ASSERT_TRUE(changing.replace(body));
    EXPECT_EQ(handle(), before) << "the table is the same one";
    const auto changed = table();
    EXPECT_FALSE(changed.empty());
    nftables::NfTables another;  // which knows of nothing
    ASSERT_TRUE(another.replace(body));
    EXPECT_NE(handle(), before);
    EXPECT_EQ(table(), changed);
    EXPECT_EQ(changing.holds(body), true);
  }
}

/// Each way a datagram on the loopback device, as fast as it goes, while one table takes another's
/// place.
TEST(NfTables, APacketThatBothTablesAllowIsNeverLost) {
  const char* only = std::getenv("KAIDO_CONTRACT");
  if (only != nullptr && std::strcmp(only, "fake") == 0) GTEST_SKIP() << "the kernel's alone";
  const KernelWorld world;
  ASSERT_EQ(std::system("ip link set lo up"), 0);
  const auto body_with = [](const char* more) {
    return std::string(R"(
  set none { type ipv4_addr; flags interval; }
  set known { type ifname . ipv4_addr; flags interval; elements = { "lo" . 127.0.0.0/8, )") +
           more + R"( } }
  chain sources { type filter hook prerouting priority raw; policy accept;
    iifname . ip saddr @known accept
    counter drop
  })";
  };
  nftables::NfTables firewall;
  ASSERT_TRUE(firewall.replace(body_with(R"("kd-ike1" . 10.1.0.0/16)")));

  const int receiver = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(bind(receiver, generic, size), 0);
  ASSERT_EQ(getsockname(receiver, generic, &size), 0);
  const timeval patience{.tv_sec = 1, .tv_usec = 0};
  ASSERT_EQ(setsockopt(receiver, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
  const int sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(connect(sender, generic, size), 0);

  std::atomic<bool> done{false};
  std::uint64_t sent = 0;
  std::uint64_t lost = 0;
  std::thread traffic([&] {  // (one at a time: a full buffer would lose some, too)
    while (!done) {
      ++sent;
      char byte = 0;
      if (send(sender, &byte, 1, 0) != 1 || recv(receiver, &byte, 1, 0) != 1) ++lost;
    }
  });
  // As after a restart of kaidod, which looks first.
  nftables::NfTables restarted;
  EXPECT_EQ(restarted.holds(body_with(R"("kd-ike1" . 10.1.0.0/16)")), true);
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(restarted.replace(
        body_with(i % 2 == 0 ? R"("kd-ike2" . 10.2.0.0/16)" : R"("kd-ike1" . 10.1.0.0/16)")));
  done = true;
  traffic.join();
  close(sender);
  close(receiver);
  EXPECT_GT(sent, 1000U);
  EXPECT_EQ(lost, 0U) << "of " << sent;
}

INSTANTIATE_TEST_SUITE_P(Worlds, FirewallContract, ::testing::ValuesIn(kinds()),
                         [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace kaido
