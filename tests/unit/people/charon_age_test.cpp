// Whether the charon that people come in by is known to have holes.
#include "engine/charon_age.hpp"

#include <gtest/gtest.h>

#include "adapters/fake/clock.hpp"
#include "adapters/fake/workers.hpp"
#include "core/charon_holes.hpp"

namespace kaido::test {
namespace {

class Installed final : public Packages {
 public:
  [[nodiscard]] std::optional<std::string> version_of(std::string_view package) const override {
    return package == kCharonPackage ? version : std::nullopt;
  }
  std::optional<std::string> version;
};

class OldCharon : public testing::Test {
 protected:
  OldCharon() {
    board.model.gateway.role = Role::hub;
    board.model.people.emplace().ikev2 = true;
    installed.version = "5.9.8-5+deb12u3";
  }
  void charon_comes() {
    age.charon_came();
    workers.poll();
  }
  [[nodiscard]] std::vector<Condition> raised() const {
    std::vector<Condition> all;
    for (const auto& report : conditions.report(clock.now())) all.push_back(report.error.condition);
    return all;
  }

  fake::Clock clock;
  fake::Workers workers;
  Board board;
  Conditions conditions;
  Installed installed;
  CharonAge age{clock, workers, &installed, board, conditions};
};

TEST_F(OldCharon, IsToldWhenItComesAndUntilANewOneDoes) {
  EXPECT_TRUE(raised().empty());
  charon_comes();
  EXPECT_EQ(raised(), std::vector{Condition::charon_outdated});
  installed.version = "5.9.8-5+deb12u6";
  age.judge();
  EXPECT_EQ(raised().size(), 1U) << "the one that runs is the old one";
  charon_comes();
  EXPECT_TRUE(raised().empty());
}

TEST_F(OldCharon, IsOfNoConcernWhereNobodyComesInByIt) {
  board.model.people->ikev2 = false;
  charon_comes();
  EXPECT_TRUE(raised().empty());
  board.model.people->ikev2 = true;
  age.judge();
  EXPECT_EQ(raised().size(), 1U) << "another configuration";
  board.model.people.reset();
  age.judge();
  EXPECT_TRUE(raised().empty());
}

TEST_F(OldCharon, IsNotMadeUpWhereNobodyKnows) {
  installed.version.reset();
  charon_comes();
  EXPECT_TRUE(raised().empty());
}

}  // namespace
}  // namespace kaido::test
