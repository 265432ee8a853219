#include "engine/ike_change.hpp"

#include <gtest/gtest.h>

#include "adapters/fake/ike_control.hpp"

namespace kaido {
namespace {

using Names = IkeControl::Names;

class CarryOut : public ::testing::Test {
 protected:
  CarryOut() {
    ike_.start([](const IkeEvent&) {});
  }

  static IkeDesired with(const Names& names, const char* key = "key") {
    IkeDesired desired{.credentials = {{}, Secret(std::string_view(key))}, .connections = {}};
    for (const auto& name : names) desired.connections.emplace_back().name = name;
    return desired;
  }
  Result<Names> change(const IkeDesired& have, const IkeDesired& want) {
    std::vector<Result<Names>> outcomes;
    carry_out(ike_, difference(have, want), [&](auto result) { outcomes.push_back(result); });
    EXPECT_TRUE(outcomes.empty()) << "answered from inside the call";
    ike_.pump();
    EXPECT_EQ(outcomes.size(), 1U);
    return outcomes.empty() ? Result<Names>() : outcomes.front();
  }

  fake::IkeControl ike_;
};

TEST_F(CarryOut, LoadsWhatIsNewAndUnloadsWhatIsGone) {
  EXPECT_EQ(change({}, with({"kaido-a", "kaido-b"})), (Names{"kaido-a", "kaido-b"}));
  EXPECT_EQ(ike_.keys(), std::set<std::string>{"key"});
  EXPECT_EQ(change(with({"kaido-a", "kaido-b"}), with({"kaido-b", "kaido-c"})),
            (Names{"kaido-c", "kaido-a"}));
  EXPECT_EQ(ike_.loaded(), (Names{"kaido-b", "kaido-c"}));
  EXPECT_EQ(ike_.loads(), 3U);
  EXPECT_EQ(ike_.key_loads(), 1U);
  EXPECT_EQ(ike_.comparisons(), 0U);
}

TEST_F(CarryOut, AnotherKeyAloneTakesThePlaceOfTheOld) {
  ASSERT_TRUE(change({}, with({"kaido-a"})));
  EXPECT_EQ(change(with({"kaido-a"}), with({"kaido-a"}, "new")), Names{});
  EXPECT_EQ(ike_.keys(), std::set<std::string>{"new"});
}

TEST_F(CarryOut, ARefusalIsToldAndStopsNothing) {
  ike_.refuse_next({Condition::charon_refused, "load-key: no"});
  auto want = with({"kaido-a", "kaido-b"});
  want.connections.front().ike_proposals = {"nonsense"};
  const auto result = change(with({"kaido-z"}, "old"), want);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().detail, "load-key: no") << "the first of two";
  EXPECT_EQ(ike_.loaded(), Names{"kaido-b"});
}

TEST_F(CarryOut, WithoutCharonItSaysSoOnce) {
  ike_.stop_charon();
  ike_.pump();
  const auto result = change(with({"kaido-z"}), with({"kaido-a"}));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().condition, Condition::charon_absent);
}

}  // namespace
}  // namespace kaido
