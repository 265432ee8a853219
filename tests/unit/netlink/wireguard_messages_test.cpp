#include "adapters/netlink/wireguard_messages.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <linux/genetlink.h>
#include <linux/wireguard.h>

#include <algorithm>

namespace kaido::netlink {
namespace {

constexpr std::uint16_t kFamily = 30;

Bytes payload(const Message& message) { return message.bytes().subspan(sizeof(nlmsghdr)); }

WireGuardKey key(std::uint8_t number) {
  WireGuardKey bytes{};
  bytes[0] = number;
  return bytes;
}

WireGuardPeerChange peer(std::uint8_t number, unsigned prefixes) {
  WireGuardPeerChange change;
  change.peer.public_key = key(number);
  change.peer.endpoint = SocketAddress{IpAddress::parse("2001:db8::1").value(), 51801};
  change.peer.persistent_keepalive = 25;
  for (unsigned i = 0; i < prefixes; ++i)
    change.peer.allowed_ips.push_back(Prefix::parse(fmt::format("fd01:{:x}::/48", i)).value());
  change.set_endpoint = change.set_allowed_ips = change.set_keepalive = true;
  return change;
}

// What the messages say, read as if they were the kernel's: the attributes are the same.
ObservedWireGuardDevice read_back(const std::vector<Message>& messages) {
  ObservedWireGuardDevice device;
  for (const auto& message : messages) parse_device(payload(message), device);
  return device;
}

// Flags of each peer of a message, in order.
std::vector<std::uint32_t> flags(const Message& message) {
  std::vector<std::uint32_t> result;
  for_each_attribute(after_header<genlmsghdr>(payload(message)), [&](const Attribute& attribute) {
    if (attribute.type != WGDEVICE_A_PEERS) return;
    for_each_attribute(attribute.data, [&](const Attribute& item) {
      result.push_back(0);
      for_each_attribute(item.data, [&](const Attribute& part) {
        if (part.type == WGPEER_A_FLAGS) result.back() = part.value_or<std::uint32_t>(0);
      });
    });
  });
  return result;
}

TEST(WireGuardMessages, SayTheChangeWhateverTheirSize) {
  WireGuardChange change{.device = "kd-wg1"};
  change.private_key.emplace(key(0x40));
  change.listen_port = 51801;
  change.fwmark = 0x100;
  for (std::uint8_t i = 0; i < 40; ++i) change.peers.push_back(peer(i, i % 7 * 13U));
  for (std::size_t capacity = 512; capacity < 2600; capacity += 4) {
    const auto messages = set_device(kFamily, change, capacity);
    for (const auto& message : messages) ASSERT_LE(message.bytes().size(), capacity);
    const auto device = read_back(messages);
    EXPECT_EQ(device.name, "kd-wg1");
    EXPECT_TRUE(device.private_key == change.private_key);
    EXPECT_EQ(device.listen_port, 51801);
    EXPECT_EQ(device.fwmark, 0x100);
    ASSERT_EQ(device.peers.size(), change.peers.size());
    for (std::size_t i = 0; i < device.peers.size(); ++i)
      ASSERT_EQ(device.peers[i].peer, change.peers[i].peer) << capacity;
  }
}

TEST(WireGuardMessages, PutThePrivateKeyLastAndAlone) {
  WireGuardChange change{.device = "kd-wg1"};
  change.private_key.emplace(key(0x40));
  change.peers.push_back(peer(1, 1));
  auto messages = set_device(kFamily, change);
  ASSERT_EQ(messages.size(), 2);
  messages.pop_back();
  EXPECT_FALSE(read_back(messages).private_key);
}

TEST(WireGuardMessages, ReplaceThePrefixesOfAPeerOnlyOnce) {
  WireGuardChange change{.device = "kd-wg1"};
  change.peers.push_back(peer(1, 100));
  const auto messages = set_device(kFamily, change, 1024);
  ASSERT_GT(messages.size(), 2);
  EXPECT_EQ(flags(messages[0]), std::vector<std::uint32_t>{WGPEER_F_REPLACE_ALLOWEDIPS});
  for (std::size_t i = 1; i < messages.size(); ++i)
    EXPECT_EQ(flags(messages[i]), std::vector<std::uint32_t>{WGPEER_F_UPDATE_ONLY});
}

TEST(WireGuardMessages, ForRemovalsHoldNoMoreThanTheKey) {
  WireGuardChange change{.device = "kd-wg1"};
  auto removal = peer(1, 100);
  removal.remove = removal.update_only = true;
  change.peers.push_back(removal);
  const auto messages = set_device(kFamily, change);
  ASSERT_EQ(messages.size(), 1);
  EXPECT_EQ(flags(messages[0]),
            std::vector<std::uint32_t>{WGPEER_F_REMOVE_ME | WGPEER_F_UPDATE_ONLY});
  EXPECT_EQ(read_back(messages).peers[0].peer, WireGuardPeer{.public_key = key(1)});
}

TEST(WireGuardMessages, OfAnEmptyChangeAreNone) {
  EXPECT_TRUE(set_device(kFamily, WireGuardChange{.device = "kd-wg1"}).empty());
}

TEST(WireGuardMessages, OfAPeerWithTwoThousandPrefixesAreFew) {
  WireGuardChange change{.device = "kd-wg1"};
  change.peers.push_back(peer(1, 2000));
  EXPECT_LE(set_device(kFamily, change).size(), 4);
}

TEST(WireGuardMessages, CutOffAnywhereAreReadWithoutHarm) {
  WireGuardChange change{.device = "kd-wg1"};
  change.private_key.emplace(key(0x40));
  change.peers.push_back(peer(1, 3));
  for (const auto& message : set_device(kFamily, change)) {
    const auto bytes = payload(message);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      const std::vector<std::uint8_t> cut(bytes.begin(),
                                          bytes.begin() + static_cast<std::ptrdiff_t>(length));
      ObservedWireGuardDevice device;
      parse_device(cut, device);
      (void)parse_family(cut);
    }
  }
}

TEST(NetlinkMessage, RefusesWhatDoesNotFit) {
  Message message(1, 0, 64);
  EXPECT_TRUE(message.put_u32(1, 5));
  const auto before = message.bytes().size();
  const std::vector<std::uint8_t> much(100);
  EXPECT_FALSE(message.put(2, much));
  EXPECT_EQ(message.bytes().size(), before);
}

}  // namespace
}  // namespace kaido::netlink
