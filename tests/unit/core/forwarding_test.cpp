#include "core/forwarding.hpp"

#include <gtest/gtest.h>

namespace kaido {
namespace {

const std::vector<ForeignChain> kDocker{{"ip filter FORWARD", true}};
const std::vector<ForeignChain> kFirewalld{{"inet firewalld filter_FORWARD", false}};

/// Counts that go on.
class Forwarding {
 public:
  std::optional<Error> after(std::uint64_t allowed4, std::uint64_t passed4,
                             const std::vector<ForeignChain>& chains, std::uint64_t both6 = 0) {
    counts_.allowed[0] += allowed4;
    counts_.passed[0] += passed4;
    counts_.allowed[1] += both6;
    counts_.passed[1] += both6;
    return judge_forwarding(state_, counts_, chains);
  }
  void load_anew() { counts_ = {}; }

 private:
  ForwardingState state_;
  ForwardCounts counts_;
};

TEST(ForwardingOfOthers, IsNamedWhereNothingPasses) {
  Forwarding forwarding;
  EXPECT_FALSE(forwarding.after(0, 0, kDocker));
  const auto trouble = forwarding.after(4, 0, kDocker, 100);
  ASSERT_TRUE(trouble);
  EXPECT_EQ(trouble->condition, Condition::forwarding_dropped);
  EXPECT_EQ(trouble->detail, "IPv4 packets, by ip filter FORWARD (policy drop)");
}

TEST(ForwardingOfOthers, IsNotBlamedForAPacketOnItsWay) {
  Forwarding forwarding;
  forwarding.after(0, 0, kDocker);
  EXPECT_FALSE(forwarding.after(1000, 998, kDocker));
  EXPECT_FALSE(forwarding.after(100000, 99900, kDocker)) << "a thousandth";
}

TEST(ForwardingOfOthers, MayDropAFewByRulesOfItsOwn) {
  Forwarding forwarding;
  forwarding.after(0, 0, kFirewalld);
  EXPECT_FALSE(forwarding.after(1000, 900, kFirewalld));
  EXPECT_TRUE(forwarding.after(1000, 100, kFirewalld));
}

TEST(ForwardingOfOthers, IsNamedUntilPacketsPassAgain) {
  Forwarding forwarding;
  forwarding.after(0, 0, kDocker);
  EXPECT_TRUE(forwarding.after(10, 0, kDocker));
  EXPECT_TRUE(forwarding.after(0, 0, kDocker)) << "no packet, no news";
  EXPECT_FALSE(forwarding.after(10, 10, kDocker));
}

TEST(ForwardingOfOthers, IsNamedNoMoreOnceNobodyElseHasAChain) {
  Forwarding forwarding;
  forwarding.after(0, 0, kDocker);
  EXPECT_TRUE(forwarding.after(10, 0, kDocker));
  EXPECT_FALSE(forwarding.after(0, 0, {}));
}

TEST(ForwardingOfOthers, IsSeenAlsoWhereNftKnowsOfNoChain) {
  Forwarding forwarding;
  forwarding.after(0, 0, {});
  const auto trouble = forwarding.after(10, 0, {});
  ASSERT_TRUE(trouble);
  EXPECT_NE(trouble->detail.find("iptables-legacy"), std::string::npos);
}

TEST(ForwardingOfOthers, BeginsAnewWithANewTable) {
  Forwarding forwarding;
  forwarding.after(1000, 1000, kDocker);
  forwarding.load_anew();
  EXPECT_FALSE(forwarding.after(5, 5, kDocker));
  EXPECT_TRUE(forwarding.after(5, 0, kDocker));
}

}  // namespace
}  // namespace kaido
