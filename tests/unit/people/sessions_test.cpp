// What living sessions put in place: when it comes, when it goes, and what stays without a store.
#include "engine/sessions.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/fake/clock.hpp"
#include "adapters/fake/workers.hpp"
#include "core/desired/firewall.hpp"
#include "unit/certificates.hpp"
#include "unit/engine/doubles.hpp"
#include "unit/people/world.hpp"

namespace kaido::test {
namespace {

/// The peers that are in place, as the applier would have them.
class Place final : public Sessions::Listener {
 public:
  explicit Place(const session::Admissions& admissions) : admissions_(admissions) {}
  void admitted(const std::vector<WireGuardPeer>& peers) override {
    for (const auto& peer : peers) keys.insert(peer.public_key);
  }
  void withdrawn(const std::vector<WireGuardKey>& peers) override {
    for (const auto& peer : peers) keys.erase(peer);
  }
  void connections_changed(const session::IkeAdmissions& come,
                           const session::IkeAdmissions& gone) override {
    for (const auto& [name, admission] : come) connections.insert(name);
    for (const auto& [name, admission] : gone) connections.erase(name);
  }
  void members_changed() override { ++members; }
  void sessions_known() override {
    ++known;
    keys.clear();
    for (const auto& [key, admission] : admissions_.peers) keys.insert(key);
    connections.clear();
    for (const auto& [name, admission] : admissions_.connections) connections.insert(name);
  }
  std::set<WireGuardKey> keys;
  std::set<std::string> connections;
  int members = 0;
  int known = 0;

 private:
  const session::Admissions& admissions_;
};

class Admitting : public PeopleWorld {
 protected:
  Admitting() {
    settings.wireguard_port = 51790;
    board.model = hub();
    board.model.networks = {{.name = "corp", .prefixes = {Prefix::parse("10.50.0.0/16").value()}}};
    board.model.people = settings;
  }
  void SetUp() override {
    add("alice", 21);
    add("bob", 22);
    start();
  }
  void add(const std::string& name, std::uint8_t fill) {
    add_person(name);
    judge.accept(name + "'s tunnel");
    ASSERT_TRUE(desk.add_device(at(kNow), settings,
                                {.user = name,
                                 .name = "tunnel",
                                 .certificate = name + "'s tunnel",
                                 .wireguard_key = to_base64(key(fill))}));
    ASSERT_TRUE(desk.change_user(at(kNow), settings, name,
                                 {.enabled = {}, .display = {}, .groups = {{"staff"}}}));
  }
  /// As kaidod does, on what the store holds.
  void start() {
    board.admissions = {};
    people = std::make_unique<People>(clock, workers, &ports, board, conditions);
    sessions =
        std::make_unique<Sessions>(clock, notes, board, board.admissions, *people, log, place);
    people->on_opened = [this](const Admitted& admitted) { sessions->opened(admitted); };
    people->on_changed = [this] { sessions->look(); };
    people->configured();
    sessions->configured();
    workers.poll();
  }
  void log_in_as(const std::string& name) {
    wait(std::chrono::minutes(10));  // a code that was not used
    std::string ended;
    people->log_in(request(name, code(name, clock.wall_time()), name + "'s tunnel"),
                   [&](const auto& outcome) {
                     ended = why(outcome);
                     if (ended != "admitted") return;
                     EXPECT_EQ(place.keys.size(), board.admissions.peers.size())
                         << "in place when it is answered";
                   });
    workers.poll();
    ASSERT_EQ(ended, "admitted");
  }
  void wait(std::chrono::seconds time) {
    clock.go_to(clock.now() + time);
    workers.poll();
  }
  [[nodiscard]] bool in_place(std::uint8_t fill) const { return place.keys.contains(key(fill)); }

  fake::Clock clock;
  fake::Workers workers;
  Conditions conditions;
  Board board;
  MemoryStore notes;
  MemoryLog sink;
  Log log{sink, clock};
  Place place{board.admissions};
  std::unique_ptr<People> people;
  std::unique_ptr<Sessions> sessions;
};

TEST_F(Admitting, NobodyIsInPlaceWithoutASession) {
  EXPECT_EQ(place.known, 1);
  EXPECT_TRUE(place.keys.empty());
  EXPECT_EQ(board.admissions.members.at("staff").size(), 8U);
}

TEST_F(Admitting, ALoginAdmitsItsDeviceAndNoOther) {
  log_in_as("alice");
  EXPECT_TRUE(in_place(21));
  EXPECT_FALSE(in_place(22));
  log_in_as("bob");
  EXPECT_TRUE(in_place(21));
  EXPECT_TRUE(in_place(22));
}

TEST_F(Admitting, ASessionThatRunsOutGoesAtItsSecond) {
  log_in_as("alice");
  const auto ends = board.admissions.peers.at(key(21)).ends;
  wait(std::chrono::seconds(ends - clock.wall_time() - 1));
  EXPECT_TRUE(in_place(21));
  wait(std::chrono::seconds(1));
  EXPECT_FALSE(in_place(21));
  EXPECT_EQ(sink.count("SESSIONS_ENDED"), 1U);
  const auto over = store.sessions(std::nullopt)->front();
  EXPECT_EQ(over.ended, ends) << "and a clock that goes back does not revive it";
  EXPECT_EQ(over.reason, session::EndReason::expired);
}

TEST_F(Admitting, WhoeverIsDisabledOrEndedGoesAtOnce) {
  log_in_as("alice");
  log_in_as("bob");
  people->change_user("root", "alice", {.enabled = false, .display = {}, .groups = {}},
                      [](const auto& done) { ASSERT_TRUE(done); });
  workers.poll();
  EXPECT_FALSE(in_place(21));
  const auto id = board.admissions.peers.at(key(22)).session;
  people->end_session("root", id, [](const auto& done) { ASSERT_TRUE(done); });
  workers.poll();
  EXPECT_FALSE(in_place(22));
}

TEST_F(Admitting, AnExtendedSessionGoesOn) {
  log_in_as("alice");
  const auto before = board.admissions.peers.at(key(21));
  people->extend_session("root", before.session, 60, [](const auto& ends) { ASSERT_TRUE(ends); });
  workers.poll();
  wait(std::chrono::seconds(before.ends + 60 - clock.wall_time()));
  EXPECT_TRUE(in_place(21));
}

TEST_F(Admitting, ARestartFindsTheSessionsOfTheStore) {
  log_in_as("alice");
  place.keys = {key(99)};  // left by somebody
  start();
  EXPECT_EQ(place.keys, std::set{key(21)});
}

TEST_F(Admitting, WithoutTheStoreWhatIsInPlaceStaysAndEndsWhenItWasTo) {
  log_in_as("alice");
  const auto ends = board.admissions.peers.at(key(21)).ends;
  std::filesystem::rename(folder / "people.db", folder / "away");
  std::filesystem::create_directory(folder / "people.db");
  wait(std::chrono::minutes(5));
  EXPECT_TRUE(in_place(21));
  wait(std::chrono::seconds(ends - clock.wall_time()));
  EXPECT_FALSE(in_place(21));
}

TEST_F(Admitting, AStartWithoutTheStoreTouchesNothingAndKnowsTheMembersOfBefore) {
  log_in_as("alice");
  auto kept = desired_firewall(board);
  kept.sets["people0_4"].elements = {
      {.device = "", .prefix = Prefix::parse("10.8.0.3/32").value()}};
  kept.sets["people0_6"].elements.clear();
  notes.firewall = to_nft(kept);
  std::filesystem::rename(folder / "people.db", folder / "away");
  std::filesystem::create_directory(folder / "people.db");
  const auto known = place.known;
  start();
  EXPECT_EQ(place.known, known);
  EXPECT_TRUE(in_place(21));
  EXPECT_FALSE(board.admissions.known);
  EXPECT_EQ(board.admissions.members.at("staff"),
            std::vector{Prefix::parse("10.8.0.3/32").value()});
  std::filesystem::remove(folder / "people.db");
  std::filesystem::rename(folder / "away", folder / "people.db");
  wait(std::chrono::seconds(3));
  EXPECT_EQ(place.known, known + 1);
  EXPECT_TRUE(in_place(21));
}

TEST_F(Admitting, AGroupThatReachesSomethingElseNowHasNoMembersWithoutTheStore) {
  notes.firewall = to_nft(desired_firewall(board));
  board.model.networks = {{.name = "corp", .prefixes = {Prefix::parse("10.99.0.0/16").value()}}};
  std::filesystem::rename(folder / "people.db", folder / "away");
  std::filesystem::create_directory(folder / "people.db");
  start();
  EXPECT_TRUE(board.admissions.members.empty());
  board.model.networks = {{.name = "corp", .prefixes = {Prefix::parse("10.50.0.0/16").value()}}};
  start();
  EXPECT_EQ(board.admissions.members.at("staff").size(), 8U) << "as it was";
}

TEST_F(Admitting, WithoutTheStoreSinceTheStartNobodyStaysLongerThanASession) {
  log_in_as("alice");
  std::filesystem::rename(folder / "people.db", folder / "away");
  std::filesystem::create_directory(folder / "people.db");
  start();
  wait(std::chrono::minutes(719));
  EXPECT_TRUE(in_place(21));
  wait(std::chrono::minutes(1));
  EXPECT_FALSE(in_place(21));
}

TEST_F(Admitting, WithoutPeopleInTheConfigurationNobodyIsKnown) {
  log_in_as("alice");
  board.model.people.reset();
  people->configured();
  sessions->configured();
  workers.poll();
  EXPECT_TRUE(board.admissions.peers.empty());
  EXPECT_FALSE(board.admissions.known);
}

/// Somebody whose device has no WireGuard key.
class AdmittingByIke : public Admitting {
 protected:
  void SetUp() override {
    settings.ikev2 = true;
    board.model.people = settings;
    add_person("alice");
    judge.accept(certificate());
    ASSERT_TRUE(desk.add_device(
        at(kNow), settings,
        {.user = "alice", .name = "phone", .certificate = certificate(), .wireguard_key = ""}));
    ASSERT_TRUE(desk.change_user(at(kNow), settings, "alice",
                                 {.enabled = {}, .display = {}, .groups = {{"staff"}}}));
    start();
  }
  static std::string certificate() { return kMika; }
  void log_in_by_phone() {
    wait(std::chrono::minutes(10));
    std::string ended;
    people->log_in(request("alice", code("alice", clock.wall_time()), certificate()),
                   [&](const auto& outcome) {
                     ended = why(outcome);
                     EXPECT_EQ(place.connections.size(), board.admissions.connections.size())
                         << "in place when it is answered";
                   });
    workers.poll();
    ASSERT_EQ(ended, "admitted");
  }
  [[nodiscard]] std::string name() const { return board.admissions.connections.begin()->first; }
};

TEST_F(AdmittingByIke, ALoginAdmitsItsConnectionUntilTheSessionEnds) {
  EXPECT_TRUE(place.connections.empty());
  log_in_by_phone();
  ASSERT_EQ(place.connections.size(), 1U);
  EXPECT_TRUE(name().starts_with("kaido-people-alice-phone-"));
  EXPECT_TRUE(place.keys.empty());
  const auto ends = board.admissions.connections.begin()->second.ends;
  wait(std::chrono::seconds(ends - clock.wall_time() - 1));
  EXPECT_EQ(place.connections.size(), 1U);
  wait(std::chrono::seconds(1));
  EXPECT_TRUE(place.connections.empty());
  EXPECT_EQ(sink.count("SESSIONS_ENDED"), 1U);
}

TEST_F(AdmittingByIke, WhoIsDisabledGoesAtOnce) {
  log_in_by_phone();
  people->change_user("root", "alice", {.enabled = false, .display = {}, .groups = {}},
                      [](const auto& done) { ASSERT_TRUE(done); });
  workers.poll();
  EXPECT_TRUE(place.connections.empty());
  EXPECT_TRUE(board.admissions.connections.empty());
}

TEST_F(AdmittingByIke, AnExtensionChangesNothingInCharon) {
  log_in_by_phone();
  place.connections.clear();
  const auto before = board.admissions.connections.begin()->second;
  people->extend_session("root", before.session, 60, [](const auto& ends) { ASSERT_TRUE(ends); });
  workers.poll();
  EXPECT_TRUE(place.connections.empty());
  EXPECT_GT(board.admissions.connections.begin()->second.ends, before.ends);
}

TEST_F(AdmittingByIke, ARestartFindsTheSessionsOfTheStore) {
  log_in_by_phone();
  place.connections = {"kaido-people-somebody"};
  start();
  EXPECT_EQ(place.connections, std::set{name()});
}

TEST_F(AdmittingByIke, WithItsFirstWireGuardKeyADeviceIsNoIkeDeviceAnyMore) {
  log_in_by_phone();
  auto device = desk.devices().value().back();
  ASSERT_EQ(device.name, "phone");
  device.wireguard_key = key(33);
  session::Session session{.id = "next", .user = "alice", .device = "phone", .source = ""};
  session.ends = clock.wall_time() + 600;
  people->on_opened({.session = session,
                     .device = device,
                     .groups = {"staff"},
                     .preshared_key = std::nullopt,
                     .devices = {}});
  EXPECT_TRUE(place.connections.empty());
  EXPECT_EQ(place.keys, std::set{key(33)});
}

}  // namespace
}  // namespace kaido::test
