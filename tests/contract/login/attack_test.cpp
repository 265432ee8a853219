// Strangers with many connections and many guesses: who is right gets in all the while.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>

#include "flood.hpp"
#include "world.hpp"

namespace kaido::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

class Attacks : public LoginWorld {
 protected:
  void SetUp() override {
    start_portal();
    start_hub();
    wait_for_link();
    for (const auto* const name : {"alice", "bob"}) add_person(name);
  }

  void expect_in(const std::string& user, const std::string& source = "127.0.0.1") {
    next_step();
    const auto started = Clock::now();
    EXPECT_EQ(outcome(Client(port(), source).log_in(devices.at(user), user, code(user))),
              "admitted");
    slowest = std::max(slowest, std::chrono::duration_cast<milliseconds>(Clock::now() - started));
  }

  // NOLINTNEXTLINE(*-non-private-member-variables-in-classes): a fixture
  milliseconds slowest{0};
};

/// As many files as this machine lets a process have.
std::size_t most_connections() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur - 100;
}

TEST_F(Attacks, ByConnectionsThatSaySlowlySomethingOrNothingKeepNobodyOut) {
  const auto count = std::min(most_connections(), size_of("KAIDO_CONNECTIONS", 2'000));
  const Flood flood(port(), count);
  const auto limit = Clock::now() + std::chrono::minutes(2);
  while (flood.opened() < count) {
    ASSERT_LT(Clock::now(), limit) << flood.opened();
    std::this_thread::sleep_for(milliseconds(5));
  }
  constexpr int logins = 30;
  for (int i = 0; i < logins; ++i) expect_in("alice");
  EXPECT_GE(flood.opened(), count);
  std::printf("%d logins beside %zu connections (%zu opened, %zu at once): the slowest %lld ms\n",
              logins, count, flood.opened(), flood.most(), static_cast<long long>(slowest.count()));
}

/// How each of `guesses` is answered.
std::map<std::string, std::size_t> guess(std::uint16_t port, const std::string& source,
                                         const pki::Issued& device, std::size_t guesses) {
  std::map<std::string, std::size_t> answers;
  Client client(port, source);
  for (std::size_t i = 0; i < guesses; ++i)
    ++answers[outcome(client.log_in(device, "alice", std::to_string(100'000 + i)))];
  return answers;
}

std::string source_number(std::size_t i) {
  return "127.200." + std::to_string(i / 250) + '.' + std::to_string(1 + i % 250);
}

TEST_F(Attacks, ByGuessesOfOneSourceAreSlowedDownAndDoNotLockTheOwnerOut) {
  const auto answers = guess(port(), source_number(0), stranger, 45);
  EXPECT_EQ(answers.at("refused") + answers.at("wait"), 45U);
  EXPECT_LE(answers.at("refused"), 25U) << "twenty are free";
  expect_in("alice");
  EXPECT_EQ(sessions("sessions").size(), 1U);
}

TEST_F(Attacks, ByGuessesOfAThousandSourcesDoNotLockTheOwnerOut) {
  const auto count = size_of("KAIDO_SOURCES", 200);
  std::map<std::string, std::size_t> answers;
  for (std::size_t i = 0; i < count; ++i) {
    // A stranger's certificate, and that of somebody else of the company.
    for (const auto& [what, number] : guess(port(), source_number(i), stranger, 3))
      answers[what] += number;
    for (const auto& [what, number] : guess(port(), source_number(i), devices.at("bob"), 1))
      answers[what] += number;
    if (i % 100 == 0) expect_in("alice");
  }
  EXPECT_EQ(answers["admitted"], 0U);
  EXPECT_EQ(answers["refused"] + answers["wait"], 4 * count);
  EXPECT_GE(answers["wait"], count / 2) << "bob's device has to wait";
  expect_in("alice");
  expect_in("alice", source_number(1));  // others are at the same address: a hotel
  std::printf(
      "%zu guesses from %zu sources: %zu refused, %zu told to wait; the owner's slowest "
      "login %lld ms\n",
      4 * count, count, answers["refused"], answers["wait"],
      static_cast<long long>(slowest.count()));
}

}  // namespace
}  // namespace kaido::test
