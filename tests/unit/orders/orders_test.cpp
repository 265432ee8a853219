// Every order of events in a small world, up to a depth: who comes in, and what becomes of those
// who did. The desk is the real one, on a store in memory.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <set>
#include <unordered_set>

#include "unit/orders/memory_store.hpp"
#include "unit/orders/small_world.hpp"

namespace kaido::test {
namespace {

using Kind = Event::Kind;
using session::EndReason;
using session::Policy;

constexpr int kDepth = 8;
/// Beside the step of now: a code of this step or one before it never fits again.
constexpr int kOver = -2;
constexpr int kNewest = 1;

/// What of a person can make a difference. Times are steps beside that of now.
struct Person {
  bool enabled = true;
  bool device_enabled = true;
  Policy policy = Policy::certificate_and_otp;
  std::optional<Policy> device_policy;
  int used = kOver;      ///< as the store has it
  bool recovery = true;  ///< the store has it
  int session_ends = 0;  ///< 0: none lives
  // what was admitted, by this test's own account
  int spent = kOver;  ///< the newest step that let somebody in
  bool recovery_spent = false;
};

struct World {
  std::array<Person, kPeople> people;
  int started = 0;  ///< of kaidod
};

/// How a world was reached.
struct Node {
  World world;
  std::size_t before = 0;
  Event event;
};

std::uint64_t key_of(const Person& person) {
  std::uint64_t key = 0;
  const auto add = [&](int value, int values) {
    key = key * static_cast<std::uint64_t>(values) + static_cast<std::uint64_t>(value);
  };
  add(person.enabled ? 1 : 0, 2);
  add(person.device_enabled ? 1 : 0, 2);
  add(static_cast<int>(person.policy), 2);
  add(person.device_policy ? 1 + static_cast<int>(*person.device_policy) : 0, 3);
  add(person.used - kOver, kNewest - kOver + 1);
  add(person.recovery ? 1 : 0, 2);
  add(person.session_ends, static_cast<int>(kSessionSteps) + 1);
  add(person.spent - kOver, kNewest - kOver + 1);
  add(person.recovery_spent ? 1 : 0, 2);
  return key;
}

/// Nobody's name makes a difference.
std::uint64_t key_of(const World& world) {
  auto first = key_of(world.people[0]);
  auto second = key_of(world.people[1]);
  if (second < first) std::swap(first, second);
  return (first * 8192 + second) * 4 + static_cast<std::uint64_t>(world.started - kOver);
}

/// The rule in a sentence: enabled, with the own device that is enabled, and a code of one's own
/// that nobody came in with, newer than those that did and than the start; or none, by the policy.
bool may_come_in(const World& world, const Event& event) {
  const auto& person = world.people.at(event.who);
  if (!person.enabled || !person.device_enabled || event.whose != event.who) return false;
  if (person.device_policy.value_or(person.policy) == Policy::certificate) return true;
  if (event.code == Code::recovery) return !person.recovery_spent;
  if (event.code == Code::none || event.code == Code::of_the_other) return false;
  const int step = static_cast<int>(event.code) - static_cast<int>(Code::of_now);
  return step > person.spent && step > world.started;
}

class Orders : public ::testing::Test {
 protected:
  void explore(const World& begin) {
    remember({.world = begin, .before = 0, .event = {}});
    std::size_t level = 0;
    for (int depth = 0; depth < kDepth; ++depth) {
      const auto end = nodes.size();
      for (; level < end; ++level) {
        for (const auto& event : events) {
          happen(level, event);
          if (HasFailure()) return;
        }
      }
    }
  }

  void remember(const Node& node) {
    if (seen.insert(key_of(node.world)).second) nodes.push_back(node);
  }

  /// The store as this world has it.
  void put_in_place(const World& world) {
    store.tables = {};
    for (std::size_t who = 0; who < kPeople; ++who) {
      const auto& person = world.people.at(who);
      const auto name = name_of(who);
      const auto begin = beginning(who, person.device_policy);
      store.commit({&begin, 1}).value().front().value();
      auto& user = store.tables.users.at(name);
      user.enabled = person.enabled;
      user.policy = person.policy;
      store.tables.devices.at({name, "laptop"}).enabled = person.device_enabled;
      store.tables.otps.at(name).used_step = static_cast<std::uint64_t>(step_now + person.used);
      if (!person.recovery) store.tables.codes.at(name).clear();
      if (person.session_ends == 0) continue;
      store.tables.sessions.push_back({.id = fmt::format("{:032x}", 0xabc0 + who),
                                       .user = name,
                                       .device = "laptop",
                                       .ends = kBegin + person.session_ends * kPeriod});
    }
    store.written = false;
  }

  void happen(std::size_t from, const Event& event) {
    const auto& world = nodes[from].world;
    if (in_place != from) put_in_place(world);
    in_place = from;
    const auto now = event.kind == Kind::next_step ? kBegin + kPeriod : kBegin;
    const auto before = store.sessions(kBegin).value();
    const auto started = event.kind == Kind::restart ? 0 : world.started;
    PeopleDesk desk({.store = store, .vault = vault, .judge = judge}, kBegin + started * kPeriod);
    const auto answers = perform(desk, store, event, now);
    ++count;
    SCOPED_TRACE(from);
    check_answers(from, event, answers);
    check_sessions(from, event, before, now, std::ranges::count(answers, "admitted"));
    if (!store.written && event.kind != Kind::restart) return;  // nothing happened
    in_place = nowhere;
    auto next = look(world, event, now, std::ranges::count(answers, "admitted") > 0);
    next.started = std::max(kOver, started - (now > kBegin ? 1 : 0));
    const Node node{.world = next, .before = from, .event = event};
    remember(node);
  }

  /// Nobody comes in who may not, and who may does; of two with one code at most one.
  void check_answers(std::size_t from, const Event& event,
                     const std::vector<std::string>& answers) {
    if (answers.empty()) return;
    const auto& world = nodes[from].world;
    const auto& person = world.people.at(event.who);
    const bool may = may_come_in(world, event);
    const bool without_code = person.device_policy.value_or(person.policy) == Policy::certificate;
    const auto admitted = std::ranges::count(answers, "admitted");
    const std::ptrdiff_t expected = !may           ? 0
                                    : without_code ? static_cast<std::ptrdiff_t>(answers.size())
                                                   : 1;
    EXPECT_EQ(admitted, expected) << path(from) << to_string(event) << ": " << answers.front();
  }

  /// A session that was promised lives until its end, or until something that ends it by its name.
  void check_sessions(std::size_t from, const Event& event,
                      const std::vector<session::Session>& before, session::WallTime now,
                      std::ptrdiff_t admitted) {
    std::size_t opened = 0;
    for (const auto& one : store.tables.sessions) {
      const bool known = std::ranges::count(before, one.id, &session::Session::id) > 0;
      opened += !known && one.lives(now) ? 1U : 0U;
      if (known && !one.lives(now)) {
        EXPECT_TRUE(is_named(event, one, now))
            << path(from) << to_string(event) << " ended that of " << one.user
            << " without a reason";
      }
      if (one.lives(now)) expect_of_use(from, event, one);
    }
    EXPECT_EQ(opened, admitted > 0 ? 1U : 0U) << path(from) << to_string(event);
    for (const auto& one : before)
      EXPECT_EQ(std::ranges::count(store.tables.sessions, one.id, &session::Session::id), 1)
          << path(from) << to_string(event) << " has lost a session";
  }

  static bool is_named(const Event& event, const session::Session& ended, session::WallTime now) {
    if (event.kind == Kind::next_step)
      return ended.reason == EndReason::expired && ended.ends <= now;
    if (ended.user != name_of(event.who)) return false;
    switch (event.kind) {
      case Kind::log_in:
      case Kind::log_in_twice:
        return ended.reason == EndReason::replaced;
      case Kind::switch_user:
        return ended.reason == EndReason::user_disabled;
      case Kind::switch_device:
        return ended.reason == EndReason::device_disabled;
      case Kind::end_session:
        return ended.reason == EndReason::by_admin;
      case Kind::next_step:
      case Kind::switch_policy:
      case Kind::restart:
        return false;
    }
    return false;
  }

  /// Who is disabled has none, and a device has one at most.
  void expect_of_use(std::size_t from, const Event& event, const session::Session& living) {
    const auto& user = store.tables.users.at(living.user);
    const auto& device = store.tables.devices.at({living.user, living.device});
    EXPECT_TRUE(user.enabled && device.enabled) << path(from) << to_string(event);
    EXPECT_EQ(std::ranges::count_if(
                  store.tables.sessions,
                  [&](const auto& one) { return one.user == living.user && one.ended == 0; }),
              1)
        << path(from) << to_string(event);
  }

  /// The world that the store has now.
  World look(const World& before, const Event& event, session::WallTime now, bool admitted) {
    World world = before;
    const int passed = now > kBegin ? 1 : 0;
    for (std::size_t who = 0; who < kPeople; ++who) {
      auto& person = world.people.at(who);
      const auto name = name_of(who);
      const auto& user = store.tables.users.at(name);
      person.enabled = user.enabled;
      person.policy = user.policy;
      person.device_enabled = store.tables.devices.at({name, "laptop"}).enabled;
      person.used = std::max(
          kOver, static_cast<int>(static_cast<std::int64_t>(store.tables.otps.at(name).used_step) -
                                  step_now) -
                     passed);
      person.recovery = !store.tables.codes[name].empty();
      person.session_ends = 0;
      for (const auto& one : store.tables.sessions)
        if (one.user == name && one.lives(now))
          person.session_ends = static_cast<int>((one.ends - now) / kPeriod);
      person.spent = std::max(kOver, person.spent - passed);
    }
    if (admitted) spend(world, event);
    return world;
  }

  static void spend(World& world, const Event& event) {
    auto& person = world.people.at(event.who);
    if (person.device_policy.value_or(person.policy) == Policy::certificate) return;
    if (event.code == Code::recovery)
      person.recovery_spent = true;
    else
      person.spent = static_cast<int>(event.code) - static_cast<int>(Code::of_now);
  }

  /// What led to it, for people.
  [[nodiscard]] std::string path(std::size_t node) const {
    std::string text;
    for (; node != 0; node = nodes[node].before) text = to_string(nodes[node].event) + "; " + text;
    return text;
  }

  static constexpr std::size_t nowhere = SIZE_MAX;
  static constexpr std::int64_t step_now = kBegin / kPeriod;

  MemoryStore store;
  OpenVault vault;
  NameJudge judge;
  const std::vector<Event> events = all_events();
  std::vector<Node> nodes;
  std::unordered_set<std::uint64_t> seen;
  std::size_t in_place = nowhere;
  std::size_t count = 0;
};

World beginning_world(std::optional<Policy> first, std::optional<Policy> second) {
  World world;
  world.people[0].device_policy = first;
  world.people[1].device_policy = second;
  return world;
}

TEST_F(Orders, OfAllEventsLetNobodyInWhoMayNotAndLoseNoSession) {
  const auto begin = std::chrono::steady_clock::now();
  explore(beginning_world(std::nullopt, std::nullopt));
  const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin);
  std::printf("%zu worlds, %zu events, %.1f s\n", nodes.size(), count, took.count());
  EXPECT_GT(nodes.size(), 5'000U);
}

TEST_F(Orders, WithPoliciesOfDevicesAreTheSame) {
  explore(beginning_world(Policy::certificate, Policy::certificate_and_otp));
  EXPECT_GT(nodes.size(), 1'000U);
}

}  // namespace
}  // namespace kaido::test
