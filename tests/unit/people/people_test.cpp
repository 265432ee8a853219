// The runner on the engine's strand: answers come later, troubles become conditions.
#include "engine/people.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/fake/clock.hpp"
#include "adapters/fake/workers.hpp"
#include "unit/people/world.hpp"

namespace kaido::test {
namespace {

using enum Condition;

class Runner : public PeopleWorld {
 protected:
  Runner() { board.model.people = settings; }

  void SetUp() override {
    people.configured();
    workers.poll();
  }
  [[nodiscard]] bool has(Condition condition) const {
    return std::ranges::any_of(conditions.report(clock.now()),
                               [&](const auto& one) { return one.error.condition == condition; });
  }
  [[nodiscard]] session::WallTime now() const { return clock.wall_time(); }

  /// How the call ended; nullopt: not yet.
  [[nodiscard]] std::optional<Result<std::vector<session::User>>> ask_users() {
    std::optional<Result<std::vector<session::User>>> answer;
    people.users([&](auto users) { answer = std::move(users); });
    EXPECT_TRUE(!answer || !board.model.people);
    workers.poll();
    return answer;
  }

  fake::Clock clock;
  fake::Workers workers;
  Conditions conditions;
  Board board;
  People people{clock, workers, &ports, board, conditions};
};

TEST_F(Runner, AnAnswerComesWhenAWorkerHasDoneIt) {
  const auto answer = ask_users();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(*answer);
}

TEST_F(Runner, WithoutPeopleInTheConfigurationNobodyIsAsked) {
  board.model.people.reset();
  people.configured();
  const auto answer = ask_users();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error().condition, people_not_configured);
  EXPECT_EQ(workers.waiting(), 0U);
}

TEST_F(Runner, ABranchHasNoPeople) {
  People branch(clock, workers, nullptr, board, conditions);
  branch.configured();
  std::optional<Condition> why;
  branch.users([&](const auto& users) { why = users.error().condition; });
  EXPECT_EQ(why, people_not_configured);
}

TEST_F(Runner, TheJudgeIsGivenTheFilesOfTheConfiguration) {
  board.identities.people_authorities_pem = "authorities";
  board.identities.people_revocations_pem = "revocations";
  board.model.people->revocation_required = true;
  people.configured();
  workers.poll();
  EXPECT_EQ(judge.trusted, (PeopleTrust{.authorities_pem = "authorities",
                                        .revocations_pem = "revocations",
                                        .revocation_required = true}));
}

TEST_F(Runner, AnAuthorityThatCannotBeReadIsACondition) {
  judge.trouble = Error{certificate_unusable, "authority 1"};
  people.configured();
  workers.poll();
  EXPECT_TRUE(has(certificate_unusable));
  judge.trouble.reset();
  people.configured();
  workers.poll();
  EXPECT_FALSE(has(certificate_unusable));
}

TEST_F(Runner, AStoreThatFailsIsAConditionUntilItIsMended) {
  const auto place = folder / "people.db";
  std::filesystem::rename(place, folder / "away");
  std::filesystem::create_directory(place);
  ASSERT_EQ(ask_users()->error().condition, user_store_failed);
  EXPECT_TRUE(has(user_store_failed));
  std::filesystem::remove(place);
  std::filesystem::rename(folder / "away", place);
  EXPECT_TRUE(*ask_users());
  EXPECT_FALSE(has(user_store_failed));
}

TEST_F(Runner, AKeyThatIsUnusableIsAConditionUntilACodeWasMade) {
  add_person("alice");
  FileVault locked(folder / "nowhere/otp.key", [] { return true; });
  const LoginPorts broken{.store = store, .vault = locked, .judge = judge};
  People other(clock, workers, &broken, board, conditions);
  other.configured();
  std::optional<Condition> why;
  other.new_otp("root", "alice", {}, [&](const auto& uri) { why = uri.error().condition; });
  workers.poll();
  EXPECT_EQ(why, otp_key_unusable);
  EXPECT_TRUE(has(otp_key_unusable));
  EXPECT_TRUE(*ask_users());  // proves nothing of the key
  EXPECT_TRUE(has(otp_key_unusable));
  people.new_otp("root", "alice", {}, [](const auto&) {});
  workers.poll();
  EXPECT_FALSE(has(otp_key_unusable));
}

TEST_F(Runner, AnInvalidNameIsNoConditionOfTheStore) {
  std::optional<Condition> why;
  people.add_users("root", {{.name = "A B", .display = "", .groups = {}}}, false,
                   [&](const auto& count) { why = count.error().condition; });
  workers.poll();
  EXPECT_EQ(why, invalid_argument);
  EXPECT_TRUE(conditions.report(clock.now()).empty());
}

TEST_F(Runner, ARestoredBackupIsACondition) {
  add_person("alice");
  std::filesystem::create_directory(folder / "backup");
  const auto keep = [&](const char* from, const char* to) {
    for (const std::string file : {"people.db", "people.db-wal", "people.db-shm"}) {
      const auto source = folder / (from + file).c_str();
      const auto target = folder / (to + file).c_str();
      std::filesystem::remove(target);
      if (std::filesystem::exists(source)) std::filesystem::copy_file(source, target);
    }
  };
  keep("", "backup/");
  people.new_recovery_codes("root", "alice", [](const auto&) {});
  workers.poll();
  EXPECT_FALSE(has(user_store_restored));
  keep("backup/", "");
  EXPECT_TRUE(*ask_users());
  EXPECT_TRUE(has(user_store_restored));
}

TEST_F(Runner, WhoComesWhileOthersAreWrittenIsWrittenWithTheNext) {
  add_person("alice");
  add_person("bob");
  clock.go_to(clock.now() + std::chrono::minutes(10));
  std::vector<std::string> ended;
  for (const std::string name : {"alice", "bob", "carol"})
    people.log_in(request(name, code(name == "carol" ? "bob" : name, now()), name + "'s laptop"),
                  [&ended, name](const auto& outcome) {
                    ended.push_back(name + ": " + PeopleWorld::why(outcome));
                  });
  EXPECT_EQ(workers.waiting(), 1U);
  workers.poll();
  EXPECT_EQ(ended, (std::vector<std::string>{"alice: admitted", "bob: admitted",
                                             "carol: no-certificate"}));
  std::optional<std::size_t> living;
  people.sessions(false, [&](const auto& sessions) { living = sessions->size(); });
  workers.poll();
  EXPECT_EQ(living, 2U);
}

TEST_F(Runner, TheEndOfASessionIsByTheLocalClock) {
  add_person("alice");
  board.model.people->session_end = 4 * 60;  // 04:00 in Japan
  people.configured();
  clock.go_to(clock.now() + std::chrono::minutes(10));
  std::optional<session::WallTime> ends;
  people.log_in(request("alice", code("alice", now()), "alice's laptop"),
                [&](const auto& outcome) { ends = std::get<Admitted>(*outcome).session.ends; });
  workers.poll();
  ASSERT_TRUE(ends);
  EXPECT_TRUE((*ends + 9 * 3600) % 86400 == 4 * 3600 || *ends == now() + 720 * 60);
  EXPECT_LE(*ends, now() + 720 * 60);
}

}  // namespace
}  // namespace kaido::test
