// The contract of the path prober: on the fake; on the kernel, with a reflector of the test's own
// that can lie; and on the kernel with kaido-reflector. Where no network namespace can be made the
// last two fail and say why, unless KAIDO_CONTRACT=fake asks for the fake alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>

#include "world.hpp"

namespace kaido::test {
namespace {

using std::chrono::seconds;

class PathProberContract : public testing::TestWithParam<WorldKind> {
 protected:
  void SetUp() override {
    const auto* only = std::getenv("KAIDO_CONTRACT");
    const auto obstacle = GetParam().obstacle();
    if (!obstacle.empty() && only != nullptr && std::string(only) == "fake")
      GTEST_SKIP() << obstacle << " (KAIDO_CONTRACT=fake)";
    ASSERT_EQ(obstacle, "") << "KAIDO_CONTRACT=fake skips this";
    world_ = GetParam().make();
    ASSERT_TRUE(port().set_targets(world_->targets()));
  }

  PathProber& port() { return world_->port(); }
  void send(const OutgoingProbe& probe) { port().send({&probe, 1}); }
  [[nodiscard]] bool wait(const std::function<bool()>& done) {
    return world_->run_until(replies_, done);
  }
  [[nodiscard]] bool wait_for(std::size_t replies) {
    return wait([this, replies] { return replies_.size() >= replies; });
  }
  /// One probe on path 0 that a lying hub answers: refused, whatever the hub does.
  void expect_refused(Hub hub) {
    world_->set_hub(hub);
    const auto before = port().refused();
    send({.path = 0, .sequence = 1});
    EXPECT_TRUE(wait([&] { return port().refused() > before; }));
    EXPECT_TRUE(replies_.empty());
  }
  /// On path 0: is a packet of that size answered? A small one after it tells when it is lost.
  [[nodiscard]] bool passes(std::uint16_t size, bool echo = false) {
    const std::array probes{
        OutgoingProbe{.path = 0, .sequence = next_++, .size = size, .echo = echo},
        OutgoingProbe{.path = 0, .sequence = next_++, .echo = echo}};
    port().send(probes);
    replies_.clear();
    EXPECT_TRUE(wait([&] {
      return std::ranges::find(replies_, probes[1].sequence, &ProbeReply::sequence) !=
             replies_.end();
    }));
    const auto large = std::ranges::find(replies_, probes[0].sequence, &ProbeReply::sequence);
    if (large == replies_.end()) return false;
    EXPECT_EQ(large->size, size);
    return true;
  }

  std::unique_ptr<World> world_;
  std::vector<ProbeReply> replies_;
  std::uint32_t next_ = 1;
};

/// What no honest hub does.
class PathProberAndALiar : public PathProberContract {};

TEST_P(PathProberContract, AnAnswerIsMeasured) {
  const auto before = std::chrono::steady_clock::now();
  send({.path = 1, .sequence = 7, .size = 200, .room = 4, .claim = stamp::Claim{.epoch = 9}});
  ASSERT_TRUE(wait_for(1));
  const auto& reply = replies_[0];
  EXPECT_EQ(reply.path, 1);
  EXPECT_EQ(reply.sequence, 7);
  EXPECT_FALSE(reply.echo);
  EXPECT_EQ(reply.size, 200);
  EXPECT_TRUE(reply.kaido);
  EXPECT_GE(reply.round_trip, Duration::zero());
  EXPECT_LE(reply.round_trip, seconds(1));
  EXPECT_GE(reply.at, before);
  EXPECT_LE(reply.at, std::chrono::steady_clock::now());
  EXPECT_EQ(port().refused(), 0);
}

TEST_P(PathProberContract, AnEchoIsAnsweredWhereTheReflectorIsSilent) {
  world_->set_hub(Hub::deaf);
  send({.path = 0, .sequence = 70000, .size = 200, .echo = true});
  send({.path = 2, .sequence = 70001, .size = 300});  // a path without a reflector
  ASSERT_TRUE(wait_for(2));
  std::ranges::sort(replies_, {}, &ProbeReply::path);
  EXPECT_TRUE(replies_[0].echo);
  EXPECT_EQ(replies_[0].sequence, 70000);
  EXPECT_EQ(replies_[0].size, 200);
  EXPECT_TRUE(replies_[1].echo);
  EXPECT_EQ(replies_[1].path, 2);
  EXPECT_EQ(replies_[1].size, 300);
}

TEST_P(PathProberContract, AWitnessIsHeardBesideTheProbeOfTheSameNumber) {
  const std::array probes{OutgoingProbe{.path = 0, .sequence = 7},
                          OutgoingProbe{.path = 0, .sequence = 7, .echo = true}};
  port().send(probes);
  ASSERT_TRUE(wait_for(2));
  EXPECT_NE(replies_[0].echo, replies_[1].echo);
}

TEST_P(PathProberContract, AnEchoCountsByWhicheverDeviceItComes) {
  world_->return_by_other();
  send({.path = 0, .sequence = 1, .echo = true});
  EXPECT_TRUE(wait_for(1));
}

TEST_P(PathProberContract, AnAnswerByAnotherDeviceIsRefused) { expect_refused(Hub::other_device); }

TEST_P(PathProberAndALiar, AnAnswerFromAnotherSourceIsRefused) {
  expect_refused(Hub::other_source);
}
TEST_P(PathProberAndALiar, AnAnswerFromAnotherPortIsRefused) { expect_refused(Hub::other_port); }
TEST_P(PathProberAndALiar, AnAnswerToWhatWasNeverAskedIsRefused) {
  expect_refused(Hub::other_sequence);
}

TEST_P(PathProberAndALiar, AnAnswerCountsOnce) {
  world_->set_hub(Hub::twice);
  send({.path = 0, .sequence = 1});
  EXPECT_TRUE(wait([this] { return port().refused() == 1; }));
  EXPECT_EQ(replies_.size(), 1);
}

TEST_P(PathProberContract, AFullSizePacketThatDoesNotPassIsLostAndNotCutInPieces) {
  EXPECT_TRUE(passes(1500));
  world_->set_middle_mtu(1280);
  EXPECT_FALSE(passes(1500));
  EXPECT_FALSE(passes(1400));  // the router has told by now what passes; that is not obeyed
  EXPECT_TRUE(passes(1280));
  EXPECT_FALSE(passes(1400, true));
  EXPECT_TRUE(passes(1280, true));
  world_->set_middle_mtu(1500);
  EXPECT_TRUE(passes(1500));
  EXPECT_TRUE(passes(1500, true));
}

TEST_P(PathProberContract, APacketThatTheDeviceItselfDoesNotTakeIsLostAlone) {
  world_->set_device_mtu(1280);
  EXPECT_FALSE(passes(1400));
  EXPECT_TRUE(passes(1280));
  EXPECT_FALSE(passes(1400, true));
}

TEST_P(PathProberContract, ADeviceMayGoAndComeBack) {
  EXPECT_TRUE(passes(200));
  world_->remove_device();
  replies_.clear();
  const std::array probes{OutgoingProbe{.path = 0, .sequence = 100},
                          OutgoingProbe{.path = 0, .sequence = 101, .echo = true},
                          OutgoingProbe{.path = 1, .sequence = 100}};
  port().send(probes);
  EXPECT_EQ(port().packets(0), DevicePackets{});
  ASSERT_TRUE(wait_for(1));
  EXPECT_EQ(replies_[0].path, 1);
  EXPECT_EQ(replies_.size(), 1);
  world_->make_device();
  EXPECT_TRUE(passes(200));
  EXPECT_TRUE(passes(200, true));
}

TEST_P(PathProberContract, HundredsLeaveInOneCall) {
  constexpr std::uint32_t kEach = 400;
  std::vector<OutgoingProbe> probes;
  for (std::uint32_t i = 1; i <= kEach; ++i) {
    probes.push_back({.path = 0, .sequence = i});
    probes.push_back({.path = 1, .sequence = i});
  }
  port().send(probes);
  EXPECT_TRUE(wait_for(probes.size()));
  EXPECT_EQ(port().refused(), 0);
}

TEST_P(PathProberContract, WhatIsLostOnItsWayBackWasCountedByTheHub) {
  send({.path = 0, .sequence = 1});
  ASSERT_TRUE(wait_for(1));
  const auto first = replies_[0].reflector_sequence;
  world_->set_hub(Hub::mute);
  send({.path = 0, .sequence = 2});
  send({.path = 1, .sequence = 2});
  // Nothing comes, and a witness on the same line says that nothing will.
  send({.path = 0, .sequence = 3, .echo = true});
  ASSERT_TRUE(wait_for(2));
  world_->set_hub(Hub::honest);
  send({.path = 0, .sequence = 4});
  ASSERT_TRUE(wait_for(3));
  EXPECT_EQ(replies_[2].reflector_sequence, first + 2);
}

TEST_P(PathProberContract, WhatIsLostOnItsWayThereWasNotCountedByTheHub) {
  send({.path = 0, .sequence = 1});
  ASSERT_TRUE(wait_for(1));
  const auto first = replies_[0].reflector_sequence;
  world_->set_hub(Hub::deaf);
  send({.path = 0, .sequence = 2});
  send({.path = 0, .sequence = 3, .echo = true});
  ASSERT_TRUE(wait_for(2));
  world_->set_hub(Hub::honest);
  send({.path = 0, .sequence = 4});
  ASSERT_TRUE(wait_for(3));
  EXPECT_EQ(replies_[2].reflector_sequence, first + 1);
}

TEST_P(PathProberContract, WhatTheDeviceReceivesAndSendsIsCounted) {
  const auto before = port().packets(0);
  for (std::uint32_t i = 1; i <= 5; ++i) send({.path = 0, .sequence = i});
  ASSERT_TRUE(wait_for(5));
  const auto after = port().packets(0);
  EXPECT_GE(after.received, before.received + 5);
  EXPECT_GE(after.sent, before.sent + 5);
  EXPECT_EQ(port().packets(99), DevicePackets{});
}

TEST_P(PathProberContract, AnswersFollowAPathToItsNewNumber) {
  world_->set_hub(Hub::mute);
  const std::array probes{OutgoingProbe{.path = 1, .sequence = 5},
                          OutgoingProbe{.path = 0, .sequence = 6, .echo = true}};
  port().send(probes);
  auto targets = world_->targets();
  std::swap(targets[0], targets[1]);
  ASSERT_TRUE(port().set_targets(targets));
  ASSERT_TRUE(wait_for(1));
  EXPECT_EQ(replies_[0].sequence, 6);
  EXPECT_EQ(replies_[0].path, 1);
}

TEST_P(PathProberContract, ProbesOfPathsThatAreNotThereAreIgnored) {
  send({.path = 99, .sequence = 1});
  send({.path = 0, .sequence = 2});
  EXPECT_TRUE(wait_for(1));
}

TEST_P(PathProberContract, TargetsThatNoPacketCanReachAreRefused) {
  auto targets = world_->targets();
  targets[0].destination = targets[2].destination;
  EXPECT_FALSE(port().set_targets(targets));
  targets = world_->targets();
  targets[2].stamp = true;
  EXPECT_FALSE(port().set_targets(targets));
}

std::string name_of(const testing::TestParamInfo<WorldKind>& kind) { return kind.param.name; }

INSTANTIATE_TEST_SUITE_P(Worlds, PathProberContract,
                         testing::Values(kFakeWorld, kKernelWorld, kProgramWorld), name_of);
INSTANTIATE_TEST_SUITE_P(Worlds, PathProberAndALiar, testing::Values(kFakeWorld, kKernelWorld),
                         name_of);

}  // namespace
}  // namespace kaido::test
