#include "core/session/addresses.hpp"

#include <gtest/gtest.h>

namespace kaido::session {
namespace {

Prefix pool(const char* text) { return Prefix::parse(text).value(); }
IpAddress address(const char* text) { return IpAddress::parse(text).value(); }

TEST(Addresses, TheFirstIsTheOneAfterTheHubs) {
  EXPECT_EQ(next_free(pool("10.8.0.0/24"), {}), address("10.8.0.2"));
  EXPECT_EQ(next_free(pool("fd00:8::/64"), {}), address("fd00:8::2"));
}

TEST(Addresses, AGapIsFilledFirst) {
  EXPECT_EQ(next_free(pool("10.8.0.0/24"), {address("10.8.0.2"), address("10.8.0.4")}),
            address("10.8.0.3"));
}

TEST(Addresses, TheNextByteIsReached) {
  std::set<IpAddress> used;
  for (int i = 0; i < 254; ++i) used.insert(next_free(pool("10.8.0.0/23"), used).value());
  EXPECT_EQ(next_free(pool("10.8.0.0/23"), used), address("10.8.1.0"));
}

TEST(Addresses, TheBroadcastAddressIsNobodys) {
  std::set<IpAddress> used{address("10.8.0.2")};
  EXPECT_EQ(next_free(pool("10.8.0.0/30"), used), std::nullopt);
  used = {address("fd00::2")};
  EXPECT_EQ(next_free(pool("fd00::/126"), used), address("fd00::3"));
  used.insert(address("fd00::3"));
  EXPECT_EQ(next_free(pool("fd00::/126"), used), std::nullopt);
}

TEST(Addresses, APoolTooSmallHasNone) {
  EXPECT_EQ(next_free(pool("10.8.0.0/31"), {}), std::nullopt);
  EXPECT_EQ(next_free(pool("10.8.0.1/32"), {}), std::nullopt);
  EXPECT_EQ(next_free(pool("255.255.255.252/30"), {address("255.255.255.254")}), std::nullopt);
}

TEST(Addresses, OnesOfOtherPoolsDoNotMatter) {
  EXPECT_EQ(next_free(pool("10.9.0.0/24"), {address("10.8.0.2"), address("fd00::2")}),
            address("10.9.0.2"));
}

}  // namespace
}  // namespace kaido::session
