// What WireGuardControl promises, on the fake or (KAIDO_CONTRACT=real) on the kernel's WireGuard.
#include "adapters/fake/wireguard.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <thread>

#include "adapters/netlink/rt_netlink.hpp"
#include "adapters/netlink/wireguard.hpp"

namespace kaido::contract {
namespace {

/// One thread: entering a new namespace leaves the last test's behind.
class WireGuardContract : public ::testing::Test {
 protected:
  WireGuardContract() {
    const char* mode = std::getenv("KAIDO_CONTRACT");
    if (mode != nullptr && std::string_view(mode) == "real") {
      if (unshare(CLONE_NEWNET) != 0) std::abort();
      network_ = std::make_unique<netlink::RtNetlink>();
      control_ = std::make_unique<netlink::WireGuard>();
    } else {
      auto network = std::make_unique<fake::NetworkStack>();
      control_ = std::make_unique<fake::WireGuard>(*network);
      network_ = std::move(network);
    }
    make_link("wg1");
  }

  void make_link(const std::string& name) {
    Link link;
    link.name = name;
    link.kind = WireGuardLink{};
    link.alias = kLinkAlias;
    link.up = true;
    change(CreateLink{link});
  }
  void change(const KernelChange& change) {
    const std::vector<KernelChange> changes = {change};
    for (const auto& failure : network_->apply(changes)) ADD_FAILURE() << failure.error.to_string();
  }

  WireGuardControl& control() { return *control_; }

  ObservedWireGuardDevice read(const std::string& device = "wg1") {
    auto observed = control_->read(device);
    if (observed) return std::move(*observed);
    ADD_FAILURE() << observed.error().to_string();
    return {};
  }

  /// Reads, computes the difference, writes it; returns it.
  WireGuardChange settle(const WireGuardDevice& desired) {
    auto change = difference(desired, read(desired.name));
    const auto done = control_->write(change);
    if (!done) ADD_FAILURE() << done.error().to_string();
    return change;
  }

  void expect_settled(const WireGuardDevice& desired) {
    EXPECT_TRUE(difference(desired, read(desired.name)).empty());
  }

 private:
  std::unique_ptr<NetworkStack> network_;
  std::unique_ptr<WireGuardControl> control_;
};

WireGuardKey key(unsigned number) {
  WireGuardKey bytes{};
  bytes[0] = static_cast<std::uint8_t>(number >> 8);
  bytes[1] = static_cast<std::uint8_t>(number);
  bytes[16] = 9;
  return bytes;
}

WireGuardPeer peer(unsigned number) {
  WireGuardPeer result;
  result.public_key = key(number);
  result.allowed_ips = {
      Prefix::parse(fmt::format("10.{}.{}.0/24", number / 256, number % 256)).value(),
      Prefix::parse(fmt::format("fd00:{:x}::/64", number + 1)).value()};
  return result;
}

WireGuardDevice device(unsigned peers = 0) {
  WireGuardDevice result{.name = "wg1", .private_key = WireGuardPrivateKey(key(40000))};
  result.listen_port = 51801;
  result.fwmark = 0x100;
  for (unsigned i = 0; i < peers; ++i) result.peers.push_back(peer(i));
  return result;
}

TEST_F(WireGuardContract, ANewDeviceIsEmpty) {
  const auto observed = read();
  EXPECT_EQ(observed.name, "wg1");
  EXPECT_FALSE(observed.private_key);
  EXPECT_TRUE(observed.peers.empty());
}

TEST_F(WireGuardContract, ADeviceIsReadBackAsItWasWritten) {
  auto desired = device(3);
  desired.peers[0].endpoint = SocketAddress{IpAddress::parse("203.0.113.1").value(), 51801};
  desired.peers[1].endpoint = SocketAddress{IpAddress::parse("2001:db8::1").value(), 443};
  desired.peers[1].persistent_keepalive = 25;
  desired.peers[2].allowed_ips.clear();
  settle(desired);
  const auto observed = read();
  EXPECT_EQ(observed.listen_port, 51801);
  EXPECT_EQ(observed.fwmark, 0x100);
  ASSERT_TRUE(observed.private_key);
  EXPECT_TRUE(*observed.private_key == desired.private_key);
  ASSERT_EQ(observed.peers.size(), 3);
  for (const auto& wanted : desired.peers)
    EXPECT_TRUE(std::ranges::any_of(observed.peers, [&](const auto& p) {
      return p.peer == wanted && p.last_handshake == 0 && p.received == 0;
    }));
  expect_settled(desired);
}

TEST_F(WireGuardContract, ThousandsOfPeersAreReadBackAsTheyWereWritten) {
  const auto desired = device(3000);
  EXPECT_EQ(settle(desired).peers.size(), 3000);
  EXPECT_EQ(read().peers.size(), 3000);
  expect_settled(desired);
}

TEST_F(WireGuardContract, IsReadOnAnotherThreadWhileItIsWritten) {
  const auto full = device(300);
  settle(full);
  std::size_t wrong = 0;
  std::thread reader([&] {
    for (int i = 0; i < 20; ++i) {
      const auto observed = control().read("wg1");
      const auto key_of = [](const auto& peer) { return peer.peer.public_key; };
      if (!observed || observed->peers.empty() ||
          !std::ranges::is_sorted(observed->peers, {}, key_of))
        ++wrong;
    }
  });
  for (int i = 0; i < 20; ++i) {
    settle(device(200));
    settle(full);
  }
  reader.join();
  EXPECT_EQ(wrong, 0U);
  expect_settled(full);
}

TEST_F(WireGuardContract, APeerMayHaveMorePrefixesThanAMessageHolds) {
  auto desired = device(3);
  for (unsigned i = 0; i < 4000; ++i)
    desired.peers[1].allowed_ips.push_back(Prefix::parse(fmt::format("fd01:{:x}::/48", i)).value());
  std::ranges::sort(desired.peers[1].allowed_ips);
  settle(desired);
  expect_settled(desired);
  desired.peers[1].allowed_ips.resize(10);
  settle(desired);
  expect_settled(desired);
}

TEST_F(WireGuardContract, OnlyTheChangedPeerIsWritten) {
  auto desired = device(100);
  settle(desired);
  desired.peers[50].allowed_ips.pop_back();
  const auto change = settle(desired);
  ASSERT_EQ(change.peers.size(), 1);
  EXPECT_EQ(change.peers[0].peer.public_key, key(50));
  EXPECT_FALSE(change.private_key);
  expect_settled(desired);
}

TEST_F(WireGuardContract, PeersComeAndGo) {
  auto desired = device(10);
  settle(desired);
  desired.peers.erase(desired.peers.begin() + 3);
  desired.peers.push_back(peer(20));
  EXPECT_EQ(settle(desired).peers.size(), 2);
  expect_settled(desired);
  desired.peers.clear();
  settle(desired);
  EXPECT_TRUE(read().peers.empty());
}

TEST_F(WireGuardContract, APrefixMovesToAnotherPeer) {
  auto desired = device(3);
  settle(desired);
  std::swap(desired.peers[0].allowed_ips, desired.peers[2].allowed_ips);
  settle(desired);
  expect_settled(desired);
  // From a peer that goes.
  desired.peers[0].allowed_ips = desired.peers[2].allowed_ips;
  desired.peers.pop_back();
  settle(desired);
  expect_settled(desired);
}

TEST_F(WireGuardContract, APrefixWrittenTwiceBelongsToTheLastPeer) {
  auto desired = device(2);
  desired.peers[1].allowed_ips = desired.peers[0].allowed_ips;
  settle(desired);
  const auto observed = read();
  for (const auto& p : observed.peers)
    EXPECT_EQ(p.peer.allowed_ips.size(), p.peer.public_key == key(1) ? 2U : 0U);
}

TEST_F(WireGuardContract, APeerThatIsGoneIsNotMadeByAnUpdate) {
  WireGuardChange change{.device = "wg1"};
  change.peers.push_back({.peer = peer(1), .set_allowed_ips = true, .update_only = true});
  change.peers.push_back({.peer = peer(2), .remove = true, .update_only = true});
  EXPECT_TRUE(control().write(change));
  EXPECT_TRUE(read().peers.empty());
}

TEST_F(WireGuardContract, AnEndpointThatIsNotDesiredIsLeftAlone) {
  auto desired = device(1);
  desired.peers[0].endpoint = SocketAddress{IpAddress::parse("203.0.113.1").value(), 51801};
  settle(desired);
  desired.peers[0].endpoint.reset();
  EXPECT_TRUE(settle(desired).empty());
  EXPECT_TRUE(read().peers[0].peer.endpoint);
}

TEST_F(WireGuardContract, DevicesThatAreAbsentAreNotFound) {
  EXPECT_EQ(control().read("absent").error().condition, Condition::not_found);
  EXPECT_EQ(control().read("a-name-too-long-for-a-device").error().condition, Condition::not_found);
  WireGuardChange change{.device = "absent"};
  change.fwmark = 1;
  EXPECT_EQ(control().write(change).error().condition, Condition::not_found);
}

TEST_F(WireGuardContract, DevicesOfAnotherKindAreNotFound) {
  EXPECT_EQ(control().read("lo").error().condition, Condition::not_found);
}

TEST_F(WireGuardContract, ADeviceMadeAnewIsEmpty) {
  settle(device(5));
  WireGuardChange removal{.device = "wg1"};
  for (unsigned i = 0; i < 5; ++i)
    removal.peers.push_back({.peer = {.public_key = key(i)}, .remove = true});
  EXPECT_TRUE(control().write(removal));  // a link with peers is slow to go
  change(DeleteLink{"wg1"});
  EXPECT_EQ(control().read("wg1").error().condition, Condition::not_found);
  make_link("wg1");
  EXPECT_TRUE(read().peers.empty());
  EXPECT_FALSE(read().private_key);
}

TEST_F(WireGuardContract, AnEmptyChangeIsSuccess) {
  EXPECT_TRUE(control().write(WireGuardChange{.device = "wg1"}));
}

TEST_F(WireGuardContract, APreSharedKeyComesChangesAndGoes) {
  auto desired = device(2);
  desired.peers[0].preshared_key = Secret(key(77));
  settle(desired);
  expect_settled(desired);
  const auto observed = read();
  for (const auto& p : observed.peers)
    EXPECT_EQ(p.peer.preshared_key, p.peer.public_key == desired.peers[0].public_key
                                        ? desired.peers[0].preshared_key
                                        : std::nullopt);
  desired.peers[0].preshared_key = Secret(key(78));
  EXPECT_EQ(settle(desired).peers.size(), 1U);
  expect_settled(desired);
  desired.peers[0].preshared_key.reset();
  EXPECT_EQ(settle(desired).peers.size(), 1U);
  expect_settled(desired);
  for (const auto& p : read().peers) EXPECT_EQ(p.peer.preshared_key, std::nullopt);
}

TEST_F(WireGuardContract, APreSharedKeyStaysWhereSomethingElseChanges) {
  auto desired = device(1);
  desired.peers[0].preshared_key = Secret(key(77));
  settle(desired);
  desired.peers[0].allowed_ips.pop_back();
  settle(desired);
  EXPECT_EQ(read().peers[0].peer.preshared_key, Secret(key(77)));
}

}  // namespace
}  // namespace kaido::contract
