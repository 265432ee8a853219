// The store in memory beside the real one: the same events, the same answers, the same content.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>

#include "unit/orders/memory_store.hpp"
#include "unit/orders/small_world.hpp"
#include "unit/people/world.hpp"

namespace kaido::test {
namespace {

/// A store and what stands on it.
struct Side {
  explicit Side(UserStore& on) : store(on) {
    for (std::size_t who = 0; who < kPeople; ++who) {
      const auto begin = beginning(who, std::nullopt);
      store.commit({&begin, 1}).value().front().value();
    }
    start(kBegin);
  }
  void start(session::WallTime now) {
    desk = std::make_unique<PeopleDesk>(LoginPorts{.store = store, .vault = vault, .judge = judge},
                                        now);
  }

  UserStore& store;
  OpenVault vault;
  NameJudge judge;
  std::unique_ptr<PeopleDesk> desk;
};

void expect_same(UserStore& memory, UserStore& real) {
  EXPECT_EQ(memory.users().value(), real.users().value());
  EXPECT_EQ(memory.devices().value(), real.devices().value());
  auto sessions = memory.sessions(std::nullopt).value();
  auto others = real.sessions(std::nullopt).value();
  std::ranges::sort(sessions, {}, &session::Session::id);
  std::ranges::sort(others, {}, &session::Session::id);
  EXPECT_EQ(sessions, others);
  for (std::size_t who = 0; who < kPeople; ++who) {
    EXPECT_EQ(memory.otp(name_of(who)).value(), real.otp(name_of(who)).value());
    EXPECT_EQ(memory.codes(name_of(who)).value(), real.codes(name_of(who)).value());
  }
}

TEST(MemoryStore, IsAsTheRealOneInWhateverHappens) {
  constexpr int kWalks = 20;
  constexpr int kEvents = 25;  // of five failures of a device more are refused
  std::mt19937 chance(11);
  const auto events = all_events();
  for (int walk = 0; walk < kWalks; ++walk) {
    const Folder folder;
    SqliteStore sqlite({.database = folder / "people.db",
                        .checkpoint = folder / "people.checkpoint",
                        .key = folder / "audit.key"});
    MemoryStore memory;
    Side real(sqlite);
    Side fake(memory);
    auto now = kBegin;
    for (int i = 0; i < kEvents; ++i) {
      const auto& event =
          events[std::uniform_int_distribution<std::size_t>(0, events.size() - 1)(chance)];
      if (event.kind == Event::Kind::next_step) now += kPeriod;
      if (event.kind == Event::Kind::restart) {
        real.start(now);
        fake.start(now);
      }
      const auto answers = perform(*real.desk, real.store, event, now);
      const bool held_up = std::ranges::count(answers, "too-many-attempts") > 0;
      if (held_up) break;  // which the one in memory does not
      EXPECT_EQ(perform(*fake.desk, fake.store, event, now), answers) << to_string(event);
      expect_same(memory, sqlite);
      if (testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace kaido::test
