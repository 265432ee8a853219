// One code, at the same instant, at two doors that are two processes on one store.
#include <gtest/gtest.h>

#include "contract/user_store/processes.hpp"
#include "core/session/limits.hpp"
#include "unit/people/world.hpp"
#include "world.hpp"

namespace kaido::test {
namespace {

/// Seconds from race to race: the loser's failure delays nobody any more, and the code is another.
constexpr std::int64_t kBetween = session::kLongestDelay + 30;

/// What a process has of its own on the files of all.
struct Desk {
  explicit Desk(const Folder& folder)
      : store({.database = folder / "people.db",
               .checkpoint = folder / "people.checkpoint",
               .key = folder / "audit.key"}),
        vault(folder / "otp.key", [] { return false; }) {
    judge.accept("alice's laptop");
  }
  SqliteStore store;
  FileVault vault;
  FakeJudge judge;
  PeopleDesk desk{{.store = store, .vault = vault, .judge = judge}, kNow - 3600};
};

Asked at(session::WallTime now) { return {.actor = "root", .now = now, .utc_offset = 0}; }

session::Settings settings() {
  session::Settings settings;
  settings.issuer = "tokyo";
  settings.addresses = {Prefix::parse("10.8.0.0/24").value()};
  return settings;
}

/// alice, who can log in; gives what her authenticator app has.
std::string add_alice(const Folder& folder) {
  Desk own(folder);
  const NewUser alice{.name = "alice", .display = "", .groups = {}};
  EXPECT_TRUE(own.desk.add_users(at(kNow), settings(), {alice}, false));
  const auto made = own.desk.new_otp(at(kNow), settings(), "alice", {});
  const std::string uri(made.value().reveal_text());
  EXPECT_EQ(own.desk.verify_otp(at(kNow), "alice", Secret(std::string_view(code_of(uri, kNow)))),
            true);
  EXPECT_TRUE(own.desk.add_device(
      at(kNow), settings(),
      {.user = "alice", .name = "laptop", .certificate = "alice's laptop", .wireguard_key = ""}));
  return uri;
}

LoginRequest request(const std::string& uri, session::Door door, session::WallTime now) {
  const std::string certificate = "alice's laptop";
  return {.user = "alice",
          .code = Secret(std::string_view(code_of(uri, now))),
          .certificates = certificate,
          .door = door,
          .source = door == session::Door::portal ? "192.0.2.9" : "198.51.100.9",
          .wireguard_key = "",
          .signed_text = "nonce",
          .signature = FakeJudge::sign(certificate, "nonce")};
}

bool is_used(const LoginOutcome& outcome) {
  const auto* const refused = std::get_if<session::Refused>(&outcome);
  return refused != nullptr && refused->why == session::Refusal::used_code;
}

TEST(Races, OfTwoDoorsThatGetOneCodeAtTheSameInstantExactlyOneOpens) {
  const Folder folder;
  const auto uri = add_alice(folder);
  Arena arena(races_or(300));
  const auto race = [&](std::size_t who) {
    return fork_into([&, who] {
      Desk own(folder);
      const auto door = who == 0 ? session::Door::portal : session::Door::client;
      for (std::size_t i = 0; i < arena.races(); ++i) {
        const auto now = kNow + kBetween * static_cast<std::int64_t>(i + 1);
        const auto asked = request(uri, door, now);
        arena.meet();
        const auto outcome = own.desk.log_in(at(now), settings(), {&asked, 1}).front();
        if (!outcome) return 1;
        arena.won(who)[i] = std::holds_alternative<Admitted>(*outcome);
        if (!arena.won(who)[i] && !is_used(*outcome)) return 2;
        arena.meet();  // the loser's failure is counted before the next race
      }
      return 0;
    });
  };
  const auto first = race(0);
  const auto second = race(1);
  EXPECT_EQ(wait_for(first), 0);
  EXPECT_EQ(wait_for(second), 0);
  std::size_t by_portal = 0;
  for (std::size_t i = 0; i < arena.races(); ++i) {
    EXPECT_NE(arena.won(0)[i], arena.won(1)[i]) << i;
    by_portal += arena.won(0)[i] ? 1U : 0U;
  }
  Desk own(folder);
  const auto admitted = own.store.audit(
      {.user = "alice", .act = session::Act::login_admitted, .newest = 2 * arena.races()});
  EXPECT_EQ(admitted.value().size(), arena.races());
  EXPECT_EQ(own.store.verify_audit().value().fault.value_or(""), "");
  std::printf("%zu races, %zu won by the browser's door\n", arena.races(), by_portal);
}

}  // namespace
}  // namespace kaido::test
