// The contract of UserStore: commits that are all or nothing, also when something breaks.
#include <poll.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <random>

#include "contract/user_store/processes.hpp"
#include "world.hpp"

namespace kaido {
namespace {

using Commits = UserStoreContract;

using test::fork_into;
using test::wait_for;

Transaction adding(const std::string& name) {
  return {.changes = {change::AddUser{user_named(name)},
                      change::SetOtp{.user = name, .otp = sealed_otp()}},
          .notes = {note_of(session::Act::user_added, name)}};
}

bool commits(SqliteStore& store, const Transaction& transaction) {
  const auto all = store.commit({&transaction, 1});
  return all && all->at(0);
}

TEST_F(Commits, OfNothingAreNothing) {
  EXPECT_TRUE(store().commit({})->empty());
  EXPECT_TRUE(commit({}));
  EXPECT_EQ(store().audit({})->size(), 1);
}

TEST_F(Commits, ATransactionIsDoneWholeOrNotAtAll) {
  with_user("bob");
  expect_error(commit({.changes = {change::AddUser{user_named("alice")}, change::RemoveUser{"bob"},
                                   change::RemoveUser{"carol"}},
                       .notes = {note_of(session::Act::user_removed, "carol")}}),
               Condition::not_found, "user \"carol\"");
  EXPECT_EQ(names(), std::vector<std::string>{"bob"});
  EXPECT_EQ(store().audit({})->size(), 2);
}

TEST_F(Commits, OneOfThirtyTwoThatFailsDoesNotTakeTheOthersAlong) {
  std::vector<Transaction> group;
  group.reserve(32);
  for (int i = 0; i < 32; ++i) group.push_back(adding(fmt::format("u{}", i == 17 ? 5 : i)));
  const auto results = store().commit(group).value();
  ASSERT_EQ(results.size(), 32);
  for (std::size_t i = 0; i < results.size(); ++i) EXPECT_EQ(results[i].has_value(), i != 17) << i;
  expect_error(results[17], Condition::already_exists, "user \"u5\"");
  reopen();
  EXPECT_EQ(names().size(), 31);
  EXPECT_EQ(store().verify_audit()->entries, 32);
  EXPECT_EQ(fault(), "");
}

TEST_F(Commits, OfAGroupSeeThoseBeforeThem) {
  with_user("alice");
  ASSERT_TRUE(change(change::SetOtp{.user = "alice", .otp = sealed_otp()}));
  const std::vector<Transaction> group(
      2, {.changes = {change::UseStep{.user = "alice", .step = 5}}, .notes = {}});
  const auto results = store().commit(group).value();
  EXPECT_TRUE(results[0]);
  EXPECT_FALSE(results[1]);
}

TEST_F(Commits, OfTwoProcessesThatUseOneStepExactlyOneWins) {
  with_user("alice");
  ASSERT_TRUE(change(change::SetOtp{.user = "alice", .otp = sealed_otp()}));
  close();
  test::Arena arena(test::races_or(300));
  const auto race = [&](std::size_t who) {
    return fork_into([&, who] {
      SqliteStore own(files_);
      if (!own.users()) return 1;
      for (std::size_t i = 0; i < arena.races(); ++i) {
        arena.meet();
        const Transaction use{.changes = {change::UseStep{.user = "alice", .step = i + 1}},
                              .notes = {}};
        const auto results = own.commit({&use, 1});
        if (!results) return 2;
        arena.won(who)[i] = results->at(0).has_value();
      }
      return 0;
    });
  };
  const auto first = race(0);
  const auto second = race(1);
  EXPECT_EQ(wait_for(first), 0);
  EXPECT_EQ(wait_for(second), 0);
  for (std::size_t i = 0; i < arena.races(); ++i) EXPECT_NE(arena.won(0)[i], arena.won(1)[i]) << i;
}

/// Kills a process that adds users from `next` on, at any instant after some answers. Gives how
/// many were answered.
int kill_in_the_middle(const SqliteStore::Files& files, int next, std::mt19937& chance) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) return -1;
  const auto child = fork_into([&] {
    SqliteStore own(files);
    for (int i = next;; ++i)
      if (!commits(own, adding(fmt::format("u{:05}", i))) || ::write(pipe[1], "", 1) != 1) return 1;
  });
  ::close(pipe[1]);
  char answer = 0;
  int answered = 0;
  const int enough = std::uniform_int_distribution(1, 15)(chance);
  while (answered < enough && ::read(pipe[0], &answer, 1) == 1) ++answered;
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::microseconds(std::uniform_int_distribution(0, 8000)(chance));
  while (std::chrono::steady_clock::now() < end) ::sched_yield();
  ::kill(child, SIGKILL);
  while (::read(pipe[0], &answer, 1) == 1) ++answered;
  ::close(pipe[0]);
  EXPECT_EQ(wait_for(child), -1) << "it lived until it was killed";
  return answered;
}

TEST_F(Commits, WhatWasAnsweredSurvivesThatTheProcessIsKilled) {
  std::mt19937 chance(std::random_device{}());
  std::size_t before = 0;
  for (int round = 0; round < 20; ++round) {
    close();
    const auto answered = kill_in_the_middle(files_, static_cast<int>(before), chance);
    reopen();
    const auto users = store().users().value();
    // One more may be there: on the disk, but killed before it could be answered.
    ASSERT_GE(users.size(), before + static_cast<std::size_t>(answered));
    ASSERT_LE(users.size(), before + static_cast<std::size_t>(answered) + 1);
    for (const auto& user : users) ASSERT_TRUE(user.otp && user.groups.size() == 1) << user.name;
    const auto verdict = store().verify_audit().value();
    ASSERT_EQ(verdict.fault.value_or(""), "");
    ASSERT_EQ(verdict.entries, users.size() + 1);
    ASSERT_FALSE(store().restored());
    before = users.size();
  }
}

void limit_files_to(rlim_t bytes) {
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  ::setrlimit(RLIMIT_FSIZE, &limit);
}

/// In a process of its own, whose files cannot grow past some size: as with a full disk.
int fill_the_disk(const SqliteStore::Files& files) {
  ::signal(SIGXFSZ, SIG_IGN);
  SqliteStore own(files);
  if (!commits(own, adding("first"))) return 1;
  limit_files_to(300'000);
  // The first failure leaves room: the log is played into the database and begins anew.
  std::size_t done = 1;
  for (int failed = 0; failed < 3 && done < 3000;) {
    auto next = adding(fmt::format("u{}", done));
    next.notes[0].detail.assign(10'000, 'x');
    const bool good = commits(own, next);
    failed = good ? 0 : failed + 1;
    if (good) ++done;
  }
  auto large = adding("large");
  large.notes[0].detail.assign(100'000, 'x');
  const std::vector<Transaction> group(3, large);
  const auto full = own.commit(group);
  if (full || full.error().condition != Condition::user_store_failed) return 3;
  if (!full.error().detail.starts_with(files.database + ": ")) return 2;
  limit_files_to(RLIM_INFINITY);
  const auto users = own.users();
  if (!users || users->size() != done) return 4;
  if (!commits(own, large)) return 5;
  const auto verdict = own.verify_audit();
  if (!verdict || verdict->fault || verdict->entries != done + 2) return 6;
  return own.restored() ? 7 : 0;
}

TEST_F(Commits, OnAFullDiskFailWholeAndGoOnOnceThereIsRoom) {
  close();
  EXPECT_EQ(wait_for(fork_into([&] { return fill_the_disk(files_); })), 0);
}

TEST_F(Commits, WhileSomebodyElseHoldsTheDatabaseFailAndGoOnLater) {
  with_user("alice");
  {
    SQLite::Database other(files_.database, SQLite::OPEN_READWRITE);
    const SQLite::Transaction held(other, SQLite::TransactionBehavior::IMMEDIATE);
    const auto refused = add_user("bob");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(),
              (Error{Condition::user_store_failed, files_.database + ": database is locked"}));
    EXPECT_EQ(names(), std::vector<std::string>{"alice"}) << "it can be read";
  }
  with_user("bob");
}

TEST_F(Commits, AreStillThereAfterTheDatabaseWasAwayForAWhile) {
  with_user("alice");
  std::filesystem::rename(files_.database, folder_ / "aside");
  std::filesystem::create_directory(files_.database);
  EXPECT_FALSE(add_user("bob"));
  EXPECT_FALSE(store().verify_audit());
  std::filesystem::remove(files_.database);
  std::filesystem::rename(folder_ / "aside", files_.database);
  with_user("bob");
  EXPECT_EQ(names(), (std::vector<std::string>{"alice", "bob"}));
  EXPECT_EQ(fault(), "");
  EXPECT_FALSE(store().restored());
}

}  // namespace
}  // namespace kaido
