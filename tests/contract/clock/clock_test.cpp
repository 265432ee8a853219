// The contract of Clock, for the machine's and for the one that a test moves.
#include "adapters/fake/clock.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "adapters/clock/asio_clock.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;

class World {
 public:
  virtual ~World() = default;
  virtual Clock& clock() = 0;
  /// Until nobody waits for anything any more.
  virtual void run() = 0;
};

class RealWorld final : public World {
 public:
  Clock& clock() override { return clock_; }
  void run() override {
    io_.restart();
    io_.run();
  }

 private:
  boost::asio::io_context io_{1};
  AsioClock clock_{io_};
};

class FakeWorld final : public World {
 public:
  Clock& clock() override { return clock_; }
  void run() override {
    while (const auto next = clock_.next()) clock_.go_to(*next);
  }

 private:
  fake::Clock clock_;
};

class ClockContract : public ::testing::TestWithParam<bool> {
 protected:
  ClockContract() {
    if (GetParam()) {
      world_ = std::make_unique<RealWorld>();
    } else {
      world_ = std::make_unique<FakeWorld>();
    }
  }
  Clock& clock() { return world_->clock(); }
  void run() { world_->run(); }

 private:
  std::unique_ptr<World> world_;
};

TEST_P(ClockContract, CallsInTheOrderOfTimesAndNeverBefore) {
  const auto begin = clock().now();
  const auto late = clock().make_timer();
  const auto early = clock().make_timer();
  std::vector<int> called;
  late->set(begin + 20ms, [&] {
    EXPECT_GE(clock().now(), begin + 20ms);
    called.push_back(2);
  });
  early->set(begin + 5ms, [&] { called.push_back(1); });
  EXPECT_EQ(late->due(), begin + 20ms);
  EXPECT_TRUE(called.empty());
  run();
  EXPECT_EQ(called, (std::vector{1, 2}));
  EXPECT_FALSE(late->due());
}

TEST_P(ClockContract, CallsWhatIsOverAlreadyButNotFromInside) {
  const auto timer = clock().make_timer();
  bool called = false;
  timer->set(clock().now() - 1s, [&] { called = true; });
  EXPECT_FALSE(called);
  run();
  EXPECT_TRUE(called);
}

TEST_P(ClockContract, ForgetsWhatWasSetBefore) {
  const auto timer = clock().make_timer();
  int called = 0;
  timer->set(clock().now() - 1s, [&] { called += 1; });
  timer->set(clock().now() - 1s, [&] { called += 10; });
  run();
  EXPECT_EQ(called, 10);
  timer->set(clock().now() - 1s, [&] { called += 100; });
  timer->cancel();
  EXPECT_FALSE(timer->due());
  run();
  EXPECT_EQ(called, 10);
}

TEST_P(ClockContract, IsSetAgainFromItsOwnCall) {
  const auto timer = clock().make_timer();
  int called = 0;
  std::function<void()> again = [&] {
    EXPECT_FALSE(timer->due());
    if (++called < 3) timer->set(clock().now() + 1ms, again);
  };
  timer->set(clock().now(), again);
  run();
  EXPECT_EQ(called, 3);
}

/// Both are due; the first ends the second, whose expiry may have been noticed already.
TEST_P(ClockContract, CallsNothingOfATimerThatIsGone) {
  const auto first = clock().make_timer();
  auto second = clock().make_timer();
  bool called = false;
  const auto over = clock().now() - 1s;
  first->set(over - 1s, [&] { second.reset(); });
  second->set(over, [&] { called = true; });
  run();
  EXPECT_FALSE(called);
}

TEST_P(ClockContract, WallTimeGoesOnWithIt) {
  const auto begin = clock().wall();
  const auto timer = clock().make_timer();
  timer->set(clock().now() + 10ms, [] {});
  run();
  EXPECT_GE(clock().wall() - begin, 9ms) << "both clocks have their own grain";
  EXPECT_GT(clock().wall_time(), 1'700'000'000);
}

INSTANTIATE_TEST_SUITE_P(Clocks, ClockContract, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "Machine" : "Fake"; });

}  // namespace
}  // namespace kaido
