// What both ends of a slot rely on. There is no fake: it is pure, and tests use the real one.
#include "adapters/claim_seals/claim_seals.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "config/keys.hpp"

namespace kaido {
namespace {

constexpr ClaimSlot kSlot{.fleet = {0xfd, 0x4b, 0x61, 0x69, 0x64, 0x6f}, .site = 7, .slot = 3};

WireGuardPrivateKey private_key(std::uint8_t fill) {
  WireGuardKey bytes;
  bytes.fill(fill);
  return WireGuardPrivateKey(bytes);
}

std::string hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const auto byte : bytes) text += fmt::format("{:02x}", std::to_integer<int>(byte));
  return text;
}

const claim_seals::OpenSslSeals kSeals;
const auto kSite = private_key(0x11);
const auto kHub = private_key(0x22);

TEST(ClaimSeals, BothEndsFindTheSameKey) {
  const auto here = kSeals.derive(kSite, public_key(kHub), kSlot);
  const auto there = kSeals.derive(kHub, public_key(kSite), kSlot);
  ASSERT_TRUE(here && there);
  EXPECT_TRUE(here->secret == there->secret);
}

TEST(ClaimSeals, EverySlotSiteAndFleetHasAKeyOfItsOwn) {
  const auto key = [](const ClaimSlot& slot) {
    return kSeals.derive(kSite, public_key(kHub), slot).value().secret;
  };
  auto slot = kSlot;
  slot.slot = 4;
  EXPECT_FALSE(key(slot) == key(kSlot));
  slot = kSlot;
  slot.site = 8;
  EXPECT_FALSE(key(slot) == key(kSlot));
  slot = kSlot;
  slot.fleet[5] = 0;
  EXPECT_FALSE(key(slot) == key(kSlot));
}

TEST(ClaimSeals, AKeyOfLowOrderGivesNone) {
  EXPECT_FALSE(kSeals.derive(kSite, WireGuardKey{}, kSlot));
}

TEST(ClaimSeals, ASealIsHmacSha256TruncatedTo128Bits) {
  std::array<std::uint8_t, 32> bytes;
  bytes.fill(0x0b);
  constexpr std::string_view kText = "Hi There";
  const auto seal = kSeals.seal(ClaimKey{Secret(bytes)}, std::as_bytes(std::span(kText)));
  EXPECT_EQ(hex(seal), "198a607eb44bfbc69903a0f1cf2bbdc5");
}

TEST(ClaimSeals, AKeyIsMadeByHkdfOfX25519) {  // as tests/lab/forge.py makes it
  const auto key = kSeals.derive(kSite, public_key(kHub), kSlot).value();
  EXPECT_EQ(hex(std::as_bytes(std::span(key.secret.reveal()))),
            "f979c4cb3f70729927ea19d7221bbb9f320438203b2b49d76d2825ed0953affd");
}

}  // namespace
}  // namespace kaido
