// Arrival times: the kernel's wall-clock timestamps on the steady clock, whatever is done to the
// wall.
#include "adapters/stamp/clocks.hpp"

#include <gtest/gtest.h>

namespace kaido::stamp_prober {
namespace {

using namespace std::chrono_literals;

const Instant kSteady{1000s};
const WallTime kWall{1'700'000'000s};

/// Both clocks `elapsed` later, the wall clock set forward by `step` meanwhile.
Reading later(std::chrono::nanoseconds elapsed, std::chrono::nanoseconds step = 0ns) {
  return {kSteady + elapsed, kWall + elapsed + step};
}

class ArrivalTimes : public testing::Test {
 protected:
  ArrivalTimes() { clocks_.look(later(0s)); }
  Clocks clocks_;
};

TEST_F(ArrivalTimes, AreTheKernels) {
  clocks_.look(later(100ms));
  EXPECT_EQ(clocks_.arrival(kWall + 30ms, kSteady + 10ms), kSteady + 30ms);
}

TEST_F(ArrivalTimes, WithoutATimestampAreTheTimeOfReading) {
  clocks_.look(later(100ms));
  EXPECT_EQ(clocks_.arrival(std::nullopt, kSteady + 10ms), kSteady + 100ms);
}

TEST_F(ArrivalTimes, AreNeverBeforeTheProbeNorAfterTheReading) {
  clocks_.look(later(100ms));
  EXPECT_EQ(clocks_.arrival(kWall + 5ms, kSteady + 10ms), kSteady + 100ms);
  EXPECT_EQ(clocks_.arrival(kWall + 200ms, kSteady + 10ms), kSteady + 100ms);
  EXPECT_EQ(clocks_.arrival(kWall + 10ms - 20us, kSteady + 10ms), kSteady + 10ms);
}

TEST_F(ArrivalTimes, AcrossAStepOfTheWallClockAreTheTimeOfReading) {
  for (const std::chrono::nanoseconds step : {3ms, -3ms, 5ms, -3'600'000ms, 3'600'000ms}) {
    Clocks clocks;
    clocks.look(later(0s));
    clocks.look(later(100ms, step));
    EXPECT_EQ(clocks.arrival(kWall + 30ms, kSteady + 10ms), kSteady + 100ms) << step.count();
    // From then on the clock as it runs now counts.
    clocks.look(later(200ms, step));
    EXPECT_EQ(clocks.arrival(kWall + step + 150ms, kSteady + 110ms), kSteady + 150ms);
  }
}

TEST_F(ArrivalTimes, AreBelievedWhileTheWallClockIsBeingDisciplined) {
  clocks_.look(later(60s, 30ms));  // 500 ppm
  EXPECT_EQ(clocks_.arrival(kWall + 59s + 30ms, kSteady + 58s), kSteady + 59s);
}

}  // namespace
}  // namespace kaido::stamp_prober
