// Which nonces count.
#include <gtest/gtest.h>

#include <string>

#include "engine/portal_nonces.hpp"

namespace kaido::test {
namespace {

using std::chrono::seconds;

const Instant kBegin{seconds(1000)};

TEST(Nonces, OneCountsOnce) {
  PortalNonces nonces;
  nonces.add("a", "home", kBegin);
  EXPECT_TRUE(nonces.take("a", "home", kBegin));
  EXPECT_FALSE(nonces.take("a", "home", kBegin));
  EXPECT_EQ(nonces.size(), 0U);
}

TEST(Nonces, OneCountsForAMinute) {
  PortalNonces nonces;
  nonces.add("a", "home", kBegin);
  nonces.add("b", "home", kBegin);
  EXPECT_TRUE(nonces.take("a", "home", kBegin + seconds(59)));
  EXPECT_FALSE(nonces.take("b", "home", kBegin + seconds(60)));
  EXPECT_EQ(nonces.size(), 0U);
}

TEST(Nonces, OneOfAnotherSourceDoesNotCountAndIsGone) {
  PortalNonces nonces;
  nonces.add("a", "home", kBegin);
  EXPECT_FALSE(nonces.take("a", "away", kBegin));
  EXPECT_FALSE(nonces.take("a", "home", kBegin));
}

TEST(Nonces, OneThatWasNeverGivenDoesNotCount) {
  PortalNonces nonces;
  EXPECT_FALSE(nonces.take("", "", kBegin));
  EXPECT_FALSE(nonces.take("a", "home", kBegin));
}

TEST(Nonces, WhoAsksForManyLosesTheirOwnOldest) {
  PortalNonces nonces;
  nonces.add("other", "away", kBegin);
  for (int i = 0; i < 1000; ++i) nonces.add(std::to_string(i), "home", kBegin);
  EXPECT_EQ(nonces.size(), PortalNonces::kMostOfSource + 1);
  EXPECT_FALSE(nonces.take("949", "home", kBegin));
  EXPECT_TRUE(nonces.take("950", "home", kBegin));
  EXPECT_TRUE(nonces.take("999", "home", kBegin));
  EXPECT_TRUE(nonces.take("other", "away", kBegin));
}

TEST(Nonces, AFloodFromManySourcesDoesNotReachWhoAskedForOne) {
  PortalNonces nonces;
  nonces.add("other", "away", kBegin);
  for (int i = 0; i < 30'000; ++i)
    nonces.add(std::to_string(i), "source " + std::to_string(i % 1000), kBegin);
  EXPECT_EQ(nonces.size(), PortalNonces::kMost);
  EXPECT_TRUE(nonces.take("29999", "source 999", kBegin));
  EXPECT_TRUE(nonces.take("other", "away", kBegin));
}

TEST(Nonces, EverySourceAskingForOneReplacesTheOldest) {
  PortalNonces nonces;
  const auto most = static_cast<int>(PortalNonces::kMost);
  for (int i = 0; i <= most; ++i) nonces.add(std::to_string(i), std::to_string(i), kBegin);
  EXPECT_EQ(nonces.size(), PortalNonces::kMost);
  EXPECT_TRUE(nonces.take(std::to_string(most), std::to_string(most), kBegin));
  EXPECT_FALSE(nonces.take("0", "0", kBegin)) << "the oldest, whatever its source is called";
  EXPECT_TRUE(nonces.take("1", "1", kBegin));
}

TEST(Nonces, OfSourcesThatHaveAsManyTheOldestOneGivesWay) {
  PortalNonces nonces;
  nonces.add("z1", "z", kBegin);
  nonces.add("a1", "a", kBegin);
  nonces.add("z2", "z", kBegin);
  nonces.add("a2", "a", kBegin);
  const auto most = static_cast<int>(PortalNonces::kMost);
  for (int i = 4; i <= most; ++i) nonces.add(std::to_string(i), std::to_string(i), kBegin);
  EXPECT_EQ(nonces.size(), PortalNonces::kMost);
  EXPECT_FALSE(nonces.take("z1", "z", kBegin));
  nonces.add("last", "last", kBegin);
  EXPECT_TRUE(nonces.take("z2", "z", kBegin)) << "its source has one by now";
  nonces.add("more", "more", kBegin);
  EXPECT_FALSE(nonces.take("a1", "a", kBegin));
  EXPECT_TRUE(nonces.take("a2", "a", kBegin));
}

TEST(Nonces, WhatIsOverMakesRoom) {
  PortalNonces nonces;
  for (int i = 0; i < 50; ++i) nonces.add(std::to_string(i), "home", kBegin);
  nonces.add("new", "home", kBegin + seconds(60));
  EXPECT_EQ(nonces.size(), 1U);
}

}  // namespace
}  // namespace kaido::test
