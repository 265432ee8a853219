#include <gtest/gtest.h>

#include "core/wireguard.hpp"

namespace kaido {
namespace {

TEST(WireGuardKeyText, KeepsItsValueThroughParsing) {
  for (const auto* text : {"mSRtEZcd1sfrdzPAsiC+ZM85spHALYfKwkXjdqm7hjE=",
                           "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                           "//////////////////////////////////////////8="})
    EXPECT_EQ(to_base64(parse_wireguard_key(text).value()), text);
}

TEST(WireGuardKeyText, HasAllDigits) {
  WireGuardKey key{};
  for (unsigned value = 0; value < 256; ++value) {
    key.fill(static_cast<std::uint8_t>(value));
    EXPECT_EQ(parse_wireguard_key(to_base64(key)), key);
  }
}

TEST(WireGuardKeyText, IsRefusedWhenItIsNoKey) {
  for (const auto* text : {
           "",
           "mSRtEZcd1sfrdzPAsiC+ZM85spHALYfKwkXjdqm7hjE",    // no padding
           "mSRtEZcd1sfrdzPAsiC+ZM85spHALYfKwkXjdqm7hj==",   // too short by a digit
           "mSRtEZcd1sfrdzPAsiC+ZM85spHALYfKwkXjdqm7hjF=",   // bits past the end
           "mSRtEZcd1sfrdzPAsiC+ZM85spHALYfKwkXjdqm7hjEE",   // no padding at 44
           "mSRtEZcd1sfrdzPAsiC+ZM85spHALYfKwkXjdqm7hjE= ",  // white space
           "mSRtEZcd1sfrdzPAsiC-ZM85spHALYfKwkXjdqm7hjE=",   // the URL alphabet
           "mSRtEZcd1sfrdzPAsiC ZM85spHALYfKwkXjdqm7hjE=",
           "mSRtEZcd1sfrdzPAsi=+ZM85spHALYfKwkXjdqm7hjE=",
           "mSRtEZcd1sfrdzPAsi\xc3+ZM85spHALYfKwkXjdqm7hjE=",
       })
    EXPECT_FALSE(parse_wireguard_key(text)) << text;
}

TEST(WireGuardPrivateKey, IsClamped) {
  WireGuardKey bytes;
  bytes.fill(0xff);
  const WireGuardPrivateKey ones(bytes);
  EXPECT_EQ(ones.reveal()[0], 0xf8);
  EXPECT_EQ(ones.reveal()[31], 0x7f);
  bytes.fill(0);
  EXPECT_EQ(WireGuardPrivateKey(bytes).reveal()[31], 0x40);
}

TEST(WireGuardPrivateKey, EqualsOnlyItself) {
  WireGuardKey bytes{};
  const WireGuardPrivateKey key(bytes);
  EXPECT_TRUE(key == WireGuardPrivateKey(bytes));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto other = bytes;
    other[i] = 0x08;
    EXPECT_FALSE(key == WireGuardPrivateKey(other)) << i;
  }
}

}  // namespace
}  // namespace kaido
