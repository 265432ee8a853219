#include "adapters/vici/settings.hpp"

#include <gtest/gtest.h>

namespace kaido::vici {
namespace {

TEST(LoadConn, GivesEspAReplayWindowForALineThatReorders) {
  const auto message = load_conn({.name = "kaido-tokyo-a-s1", .if_id = 1});
  ASSERT_EQ(message.sections().size(), 1U);
  const auto* children = message.sections()[0].second->section("children");
  ASSERT_NE(children, nullptr);
  ASSERT_EQ(children->sections().size(), 1U);
  // 20 Mbit/s of full packets, one of them 100 ms late.
  EXPECT_GE(std::stoi(std::string(children->sections()[0].second->get("replay_window"))), 200);
}

}  // namespace
}  // namespace kaido::vici
