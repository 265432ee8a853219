// kaidod's part and the portal are killed at any instant of logins: no code counts twice, and no
// session that was promised is lost.
#include <algorithm>
#include <cstdio>
#include <random>
#include <thread>

#include "adapters/user_store/sqlite_store.hpp"
#include "world.hpp"

namespace kaido::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::size_t kPeople = 8;
constexpr std::size_t kThreads = 4;
constexpr int kUndisturbed = 3;  // rounds before the first kill
constexpr milliseconds kAdmission{2'000};
constexpr std::chrono::seconds kPatience{30};

struct Person {
  std::string name;
  std::string session;    ///< that was promised last; empty: none, or it is not known
  std::string code;       ///< of this round
  bool promised = false;  ///< in this round
};

class Kills : public LoginWorld {
 protected:
  void SetUp() override {
    start_portal();
    start_hub();
    wait_for_link();
    for (std::size_t i = 0; i < kPeople; ++i) {
      people.push_back({.name = "user" + std::to_string(i)});
      add_person(people.back().name, i % 2 == 0);
    }
  }

  /// One that no failure was counted against.
  std::string new_source() {
    ++sources;
    return "127." + std::to_string(1 + sources / 62'500 % 250) + '.' +
           std::to_string(1 + sources / 250 % 250) + '.' + std::to_string(1 + sources % 250);
  }

  void log_in(Person& person, const std::string& source) {
    Client client(port(), source);
    const auto reply = client.log_in(devices.at(person.name), person.name, person.code);
    person.promised = outcome(reply) == "admitted";
    if (person.promised) person.session = reply->body.at("session").as_string();
  }

  /// All log in at once, with a new code each.
  std::vector<std::jthread> everybody_logs_in() {
    next_step();
    rounds.push_back(tell("now").at("now").as_int64());
    std::vector<std::string> from;
    for (auto& person : people) {
      person.code = code(person.name);
      person.promised = false;
      from.push_back(new_source());
    }
    std::vector<std::jthread> threads;
    for (std::size_t first = 0; first < kThreads; ++first)
      threads.emplace_back([this, first, from] {
        for (auto i = first; i < people.size(); i += kThreads) log_in(people[i], from[i]);
      });
    return threads;
  }

  /// How long a round takes when nobody is killed.
  microseconds undisturbed() {
    microseconds longest{0};
    for (int i = 0; i < kUndisturbed; ++i) {
      const auto started = Clock::now();
      for (auto& thread : everybody_logs_in()) thread.join();
      longest = std::max(longest, std::chrono::duration_cast<microseconds>(Clock::now() - started));
      for (const auto& person : people) EXPECT_TRUE(person.promised) << person.name;
    }
    return longest;
  }

  void kill_and_restart(bool of_hub, bool of_portal, microseconds span) {
    auto threads = everybody_logs_in();
    std::this_thread::sleep_for(
        microseconds(std::uniform_int_distribution<microseconds::rep>(0, span.count())(chance)));
    if (of_portal) portal->kill();
    if (of_hub) hub->kill();
    for (auto& thread : threads) thread.join();
    if (of_portal) start_portal();
    if (of_hub) slowest = std::max(slowest, start_hub());
    wait_for_an_answer();
  }

  void wait_for_an_answer() const {
    const auto limit = Clock::now() + kPatience;
    for (;;) {
      const auto reply = Client(port()).ask("/api/v1/nonce", {});
      if (reply && reply->status == 200) return;
      ASSERT_LT(Clock::now(), limit) << "kaidod and the portal do not find each other";
      std::this_thread::sleep_for(milliseconds(2));
    }
  }

  /// The same code again: it counts only if it did not before.
  void replay(Person& person) {
    const bool before = person.promised;
    unanswered += before ? 0U : 1U;
    log_in(person, new_source());
    EXPECT_FALSE(before && person.promised) << "a code counted twice";
    if (person.promised) {
      log_in(person, new_source());
      EXPECT_FALSE(person.promised) << "a code counted twice";
    } else if (!before) {
      // What was not answered may have counted.
      const auto living = sessions("sessions");
      if (!living.contains(person.session)) person.session.clear();
    }
  }

  void expect_nothing_lost() {
    const auto living = sessions("sessions");
    EXPECT_EQ(living.size(), people.size());
    for (const auto& person : people)
      EXPECT_TRUE(person.session.empty() || living.contains(person.session)) << person.name;
    EXPECT_EQ(sessions("admitted"), living);
  }

  /// By what was written, of each person one login in each round at most.
  void expect_one_login_for_each_code(SqliteStore& store) const {
    for (const auto& person : people) {
      const auto notes = store.audit(
          {.user = person.name, .act = session::Act::login_admitted, .newest = 3 * rounds.size()});
      ASSERT_TRUE(notes);
      std::set<std::ptrdiff_t> seen;
      for (const auto& entry : *notes) {
        const auto round = std::ranges::upper_bound(rounds, entry.note.at) - rounds.begin();
        EXPECT_TRUE(seen.insert(round).second) << person.name << " in round " << round;
      }
      EXPECT_LE(seen.size(), rounds.size());
    }
  }

  // NOLINTBEGIN(*-non-private-member-variables-in-classes): a fixture
  std::vector<Person> people;
  std::vector<session::WallTime> rounds;  ///< when each began
  std::mt19937 chance{std::random_device{}()};
  std::size_t sources = 0;
  std::size_t unanswered = 0;
  milliseconds slowest{0};
  // NOLINTEND(*-non-private-member-variables-in-classes)
};

TEST_F(Kills, AtAnyInstantLeaveNoCodeToCountTwiceAndLoseNoPromisedSession) {
  const auto kills = size_of("KAIDO_KILLS", 30);
  const auto span = undisturbed();
  for (std::size_t i = 0; i < kills && !HasFailure(); ++i) {
    kill_and_restart(i % 3 != 1, i % 3 != 0, span);  // one, the other, both
    for (auto& person : people) replay(person);
    expect_nothing_lost();
  }
  EXPECT_LT(slowest, kAdmission) << "what was admitted is in place again";
  EXPECT_GT(unanswered, 0U) << "some were killed in the middle";
  const auto living = sessions("sessions");
  hub->kill();
  SqliteStore store({.database = folder / "people.db",
                     .checkpoint = folder / "people.checkpoint",
                     .key = folder / "audit.key"});
  std::set<std::string> stored;
  for (const auto& session : store.sessions(rounds.back()).value()) stored.insert(session.id);
  EXPECT_EQ(stored, living);
  expect_one_login_for_each_code(store);
  EXPECT_EQ(store.verify_audit().value().fault.value_or(""), "");
  EXPECT_FALSE(store.restored());
  std::printf("%zu kills in %zu logins: %zu were not answered; the slowest start %lld ms\n", kills,
              kills * people.size(), unanswered, static_cast<long long>(slowest.count()));
}

}  // namespace
}  // namespace kaido::test
