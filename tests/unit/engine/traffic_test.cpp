// What keeps probing fast, and what does not.
#include "engine/traffic.hpp"

#include <gtest/gtest.h>

namespace kaido {
namespace {

using namespace std::chrono_literals;

/// One path, looked at every half second; 20 probes a second, all answered.
class TrafficTest : public ::testing::Test {
 protected:
  TrafficTest() {
    traffic_.begin(1);
    look();  // what was before it is not known
  }

  void look() { traffic_.look(0, counted_, now_ += 500ms); }
  void probe(std::uint64_t sent = 10, std::uint64_t answered = 10) {
    for (std::uint64_t i = 0; i < sent; ++i) traffic_.probed(0);
    for (std::uint64_t i = 0; i < answered; ++i) traffic_.answered(0);
    count({answered, sent});
  }
  void count(const DevicePackets& packets) {
    counted_.received += packets.received;
    counted_.sent += packets.sent;
  }
  /// Longer than it takes to be idle, with these in each look.
  void pass(const DevicePackets& packets) {
    for (int i = 0; i < 21; ++i) {
      probe();
      count(packets);
      look();
    }
  }
  [[nodiscard]] bool flows() const { return traffic_.flows(now_); }

  Traffic traffic_;
  DevicePackets counted_{.received = 100, .sent = 100};
  Instant now_{1h};
};

TEST_F(TrafficTest, WhatNobodyHasLookedAtYetMayBeTraffic) { EXPECT_TRUE(flows()); }

TEST_F(TrafficTest, ProbesAndTheirAnswersAreNone) {
  pass({});
  EXPECT_FALSE(flows());
}

TEST_F(TrafficTest, ProbesWithoutAnswersAreNone) {
  for (int i = 0; i < 21; ++i) {
    probe(10, 0);
    look();
  }
  EXPECT_FALSE(flows());
}

TEST_F(TrafficTest, ADownloadIsTraffic) {
  pass({.received = 10, .sent = 0});
  EXPECT_TRUE(flows());
}

TEST_F(TrafficTest, AnUploadWithoutAnyAnswerIsTraffic) {
  pass({.received = 0, .sent = 10});
  EXPECT_TRUE(flows());
}

TEST_F(TrafficTest, AHandshakeIsNone) {
  pass({.received = 1, .sent = 2});
  EXPECT_FALSE(flows());
}

TEST_F(TrafficTest, ItIsOverTenSecondsAfterTheLast) {
  pass({});
  count({.received = 0, .sent = 100});
  look();
  EXPECT_TRUE(flows());
  now_ += 9s;
  EXPECT_TRUE(flows());
  now_ += 1s;
  EXPECT_FALSE(flows());
}

TEST_F(TrafficTest, ADeviceThatWasMadeAnewHasSentNothing) {
  pass({});
  counted_ = {.received = 1, .sent = 2};
  look();
  EXPECT_FALSE(flows());
}

}  // namespace
}  // namespace kaido
