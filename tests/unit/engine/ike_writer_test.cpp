// The fast path of people's connections into charon.
#include "engine/ike_writer.hpp"

#include <gtest/gtest.h>

#include "adapters/fake/clock.hpp"
#include "adapters/fake/ike_control.hpp"
#include "unit/engine/doubles.hpp"

namespace kaido::test {
namespace {

using Names = IkeControl::Names;

class FastPath : public testing::Test {
 protected:
  FastPath() {
    ike.start([](const IkeEvent&) {});
    board.tunnels.charon_up = true;
  }
  void change(const Names& come, Names gone) {
    std::vector<IkeConnection> connections;
    for (const auto& name : come) connections.emplace_back().name = name;
    writer.change(board, std::move(connections), std::move(gone));
    ike.pump();
  }

  fake::Clock clock;
  fake::IkeControl ike;
  MemoryLog sink;
  Log log{sink, clock};
  Conditions conditions;
  Board board;
  IkeWriter writer{clock, ike, log, conditions};
};

TEST_F(FastPath, ThoseComeAndThoseGo) {
  change({"kaido-people-a", "kaido-people-b"}, {});
  change({"kaido-people-c"}, {"kaido-people-a"});
  EXPECT_EQ(ike.loaded(), (Names{"kaido-people-b", "kaido-people-c"}));
  EXPECT_EQ(ike.comparisons(), 0U);
}

TEST_F(FastPath, WithoutAFirewallNobodyComesAndWhoGoesGoes) {
  change({"kaido-people-a"}, {});
  board.tunnels.unguarded = Error{Condition::firewall_refused, ""};
  change({"kaido-people-b"}, {"kaido-people-a"});
  EXPECT_EQ(ike.loaded(), Names{});
}

TEST_F(FastPath, WithoutCharonNothingIsAsked) {
  board.tunnels.charon_up = false;
  change({"kaido-people-a"}, {});
  EXPECT_EQ(ike.loaded(), Names{});
}

}  // namespace
}  // namespace kaido::test
