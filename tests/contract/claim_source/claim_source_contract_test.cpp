// The contract of the claim source, on the fake, on a socket and on kaido-reflector. Where no
// network namespace can be made the last fails and says why, unless KAIDO_CONTRACT=fake leaves it
// out.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <variant>
#include <vector>

#include "world.hpp"

namespace kaido::test {
namespace {

constexpr reflector::SiteKey kOsaka{0xfd, 0x4b, 0x61, 0x69, 0x64, 0x6f, 0, 7};
constexpr reflector::SiteKey kNaha{0xfd, 0x4b, 0x61, 0x69, 0x64, 0x6f, 0, 8};

class ClaimSourceContract : public testing::TestWithParam<WorldKind> {
 protected:
  void SetUp() override {
    const auto* only = std::getenv("KAIDO_CONTRACT");
    const auto obstacle = GetParam().obstacle();
    if (!obstacle.empty() && only != nullptr && std::string(only) == "fake")
      GTEST_SKIP() << obstacle << " (KAIDO_CONTRACT=fake)";
    ASSERT_EQ(obstacle, "") << "KAIDO_CONTRACT=fake skips this";
    world_ = GetParam().make();
  }

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
    message.transport = 1;
    message.slot = 3;
    message.carries = 1;
    return message;
  }

  static stamp::Claim said(std::uint64_t epoch, std::uint32_t generation) {
    return {.epoch = epoch, .generation = generation, .hub = 101, .transport = 1, .slot = 3};
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
  std::map<reflector::SiteKey, std::uint32_t> generations;  // in whatever order they come
  for (const auto& heard : all<ClaimHeard>())
    generations[heard.message.site] = heard.message.generation;
  EXPECT_EQ(generations, (std::map<reflector::SiteKey, std::uint32_t>{{kOsaka, 1}, {kNaha, 4}}));
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
  EXPECT_EQ(heard.message.transport, 1);
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
  world_->port().applied(kOsaka, said(5, 1));  // to nobody
  world_->start_reflector();
  world_->hear(claim(kNaha, 9));
  ASSERT_TRUE(wait_for<ClaimHeard>(1));
  EXPECT_EQ(all<ReflectorUp>().size(), 2);
  EXPECT_EQ(all<ReflectorDown>().size(), 1);
  EXPECT_FALSE(world_->applied(kOsaka));
}

TEST_P(ClaimSourceContract, AReflectorThatWasNeverThereIsToldOnce) {
  world_->stop_reflector();
  world_->port().start([this](const ClaimEvent& event) { events_.push_back(event); });
  ASSERT_TRUE(wait_for<ReflectorDown>(1));
  world_->start_reflector();
  ASSERT_TRUE(wait_for<ReflectorUp>(1));
  EXPECT_EQ(events_.size(), 2) << "attempts in between are not told";
}

TEST_P(ClaimSourceContract, WhatIsInForceReachesTheReflector) {
  start();
  world_->port().applied(kOsaka, said(5, 2));
  world_->port().applied(kNaha, said(6, 3));
  ASSERT_TRUE(world_->run_until([this] { return world_->applied(kNaha).has_value(); }));
  EXPECT_EQ(world_->applied(kOsaka), (World::Applied{kOsaka, 5, 2}));
  EXPECT_EQ(world_->applied(kNaha), (World::Applied{kNaha, 6, 3}));
}

TEST_P(ClaimSourceContract, ThousandsInForceAtOnceAllReachTheReflector) {
  start();
  constexpr unsigned kSites = 5000;
  const auto site = [](unsigned number) {
    auto key = kOsaka;
    key[6] = static_cast<std::uint8_t>(number >> 8U);
    key[7] = static_cast<std::uint8_t>(number);
    return key;
  };
  for (unsigned i = 0; i < kSites; ++i) world_->port().applied(site(i), said(5, i + 1));
  ASSERT_TRUE(world_->run_until([&] { return world_->applied(site(kSites - 1)).has_value(); }));
  for (unsigned i = 0; i < kSites; ++i)
    EXPECT_EQ(world_->applied(site(i)), (World::Applied{site(i), 5, i + 1}));
}

INSTANTIATE_TEST_SUITE_P(Worlds, ClaimSourceContract,
                         testing::Values(kFakeWorld, kSocketWorld, kProgramWorld),
                         [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace kaido::test
