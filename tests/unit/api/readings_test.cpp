#include "api/readings.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace kaido::api {
namespace {

using std::chrono::steady_clock;
constexpr auto kCost = std::chrono::milliseconds(4);

/// An answer that takes the strand so long.
void cost() {
  const auto end = steady_clock::now() + kCost;
  while (steady_clock::now() < end) {
  }
}

TEST(Readings, AnIdleOneAnswersAtOnce) {
  boost::asio::io_context io;
  Readings readings(io);
  bool answered = false;
  EXPECT_TRUE(readings.add([&answered] { answered = true; }));
  EXPECT_TRUE(answered);
}

TEST(Readings, WhatComesTooFastIsAnsweredInOrderAndLeavesTheStrandThreeQuarters) {
  boost::asio::io_context io;
  Readings readings(io);
  std::vector<int> order;
  const auto began = steady_clock::now();
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(readings.add([&order, i] {
      cost();
      order.push_back(i);
    }));
  }
  EXPECT_EQ(order, std::vector<int>{0}) << "the others wait";
  io.run();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
  EXPECT_GE(steady_clock::now() - began, 5 * kCost + 4 * Readings::kPause * kCost);
}

TEST(Readings, RefusesWhenTooManyWaitAndKeepsThoseThatDo) {
  boost::asio::io_context io;
  Readings readings(io);
  std::size_t answered = 0;
  EXPECT_TRUE(readings.add(cost));
  for (std::size_t i = 0; i < Readings::kMost; ++i)
    EXPECT_TRUE(readings.add([&answered] { ++answered; }));
  EXPECT_FALSE(readings.add([&answered] { ++answered; }));
  io.run();
  EXPECT_EQ(answered, Readings::kMost);
}

TEST(Readings, WhatWaitsIsDroppedWithIt) {
  boost::asio::io_context io;
  Readings readings(io);
  EXPECT_TRUE(readings.add(cost));
  EXPECT_TRUE(readings.add([] { FAIL() << "it was cleared"; }));
  readings.clear();
  io.run();
}

}  // namespace
}  // namespace kaido::api
