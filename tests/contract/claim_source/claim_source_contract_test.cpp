// The contract of the claim source, on the fake and on a socket.
#include <gtest/gtest.h>

#include <algorithm>
#include <variant>

#include "world.hpp"

namespace kaido::test {
namespace {

constexpr reflector::SiteKey kOsaka{0xfd, 0x4b, 0x61, 0x69, 0x64, 0x6f, 0, 7};
constexpr reflector::SiteKey kNaha{0xfd, 0x4b, 0x61, 0x69, 0x64, 0x6f, 0, 8};

class ClaimSourceContract : public testing::TestWithParam<WorldKind> {
 protected:
  void SetUp() override { world_ = GetParam().make(); }

  void start() {
    world_->port().start([this](const ClaimEvent& event) { events_.push_back(event); });
    EXPECT_TRUE(events_.empty()) << "told from inside the call";
    ASSERT_TRUE(wait_for<ReflectorUp>(1));
  }
  template <typename T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const auto& event : events_)
      if (const auto* one = std::get_if<T>(&event)) found.push_back(*one);
    return found;
  }
  template <typename T>
  [[nodiscard]] bool wait_for(std::size_t count) {
    return world_->run_until([this, count] { return all<T>().size() >= count; });
  }
  static reflector::Message claim(const reflector::SiteKey& site, std::uint32_t generation) {
    reflector::Message message;
    message.site = site;
    message.epoch = 5;
    message.generation = generation;
    message.hub = 101;
    message.slot = 3;
    message.carries = 1;
    return message;
  }

  std::unique_ptr<World> world_;
  std::vector<ClaimEvent> events_;
};

TEST_P(ClaimSourceContract, EverySiteThatTheReflectorKnowsIsToldAfterTheStart) {
  world_->hear(claim(kOsaka, 1));
  world_->hear(claim(kNaha, 4));
  start();
  ASSERT_TRUE(wait_for<ClaimHeard>(2));
  EXPECT_TRUE(std::holds_alternative<ReflectorUp>(events_[0]));
  const auto claims = all<ClaimHeard>();
  EXPECT_EQ(claims[0].message.site, kOsaka);
  EXPECT_EQ(claims[1].message.generation, 4);
}

TEST_P(ClaimSourceContract, AClaimComesWithAllItSaysAndTheNameOfItsDevice) {
  start();
  world_->hear(claim(kOsaka, 2));
  ASSERT_TRUE(wait_for<ClaimHeard>(1));
  const auto heard = all<ClaimHeard>()[0];
  EXPECT_EQ(heard.device, "lo");
  EXPECT_EQ(heard.message.site, kOsaka);
  EXPECT_EQ(heard.message.epoch, 5);
  EXPECT_EQ(heard.message.generation, 2);
  EXPECT_EQ(heard.message.hub, 101);
  EXPECT_EQ(heard.message.slot, 3);
  EXPECT_EQ(heard.message.carries, 1);
}

TEST_P(ClaimSourceContract, ASiteThatFallsSilentIsTold) {
  start();
  world_->hear(claim(kOsaka, 2));
  ASSERT_TRUE(wait_for<ClaimHeard>(1));
  world_->fall_silent(kOsaka);
  ASSERT_TRUE(wait_for<SiteSilent>(1));
  EXPECT_EQ(all<SiteSilent>()[0].site, kOsaka);
}

TEST_P(ClaimSourceContract, AReflectorThatComesBackTellsEverythingAnew) {
  start();
  world_->stop_reflector();
  ASSERT_TRUE(wait_for<ReflectorDown>(1));
  world_->port().applied(kOsaka, 5, 1);  // to nobody
  world_->start_reflector();
  world_->hear(claim(kNaha, 9));
  ASSERT_TRUE(wait_for<ClaimHeard>(1));
  EXPECT_EQ(all<ReflectorUp>().size(), 2);
  EXPECT_EQ(all<ReflectorDown>().size(), 1);
  EXPECT_TRUE(world_->applied().empty());
}

TEST_P(ClaimSourceContract, WhatIsInForceReachesTheReflector) {
  start();
  world_->port().applied(kOsaka, 5, 2);
  world_->port().applied(kNaha, 6, 3);
  ASSERT_TRUE(world_->run_until([this] { return world_->applied().size() == 2; }));
  EXPECT_EQ(world_->applied()[0], (World::Applied{kOsaka, 5, 2}));
  EXPECT_EQ(world_->applied()[1], (World::Applied{kNaha, 6, 3}));
}

TEST_P(ClaimSourceContract, ThousandsInForceAtOnceAllReachTheReflector) {
  start();
  constexpr unsigned kSites = 5000;
  for (unsigned i = 0; i < kSites; ++i) {
    auto site = kOsaka;
    site[6] = static_cast<std::uint8_t>(i >> 8U);
    site[7] = static_cast<std::uint8_t>(i);
    world_->port().applied(site, 5, i);
  }
  EXPECT_TRUE(world_->run_until([this] { return world_->applied().size() == kSites; }));
}

INSTANTIATE_TEST_SUITE_P(Worlds, ClaimSourceContract, testing::Values(kFakeWorld, kRealWorld),
                         [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace kaido::test
