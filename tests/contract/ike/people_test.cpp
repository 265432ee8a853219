// What charon promises of people's devices, held on a real one: who comes in by a connection that
// core makes, and who does not. Each refusal stands beside the same attempt that comes in, so that
// a charon which refuses everybody is noticed, too.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdlib>
#include <optional>

#include "adapters/vici/charon.hpp"
#include "adapters/vici/settings.hpp"
#include "charon/bare_vici.hpp"
#include "charon/people_lab.hpp"

namespace kaido::test {
namespace {

using Names = std::vector<std::string>;
using Attempt = PeopleLab::Attempt;

constexpr char kAlice[] = "kaido-people-alice";

class PeopleOnCharon : public testing::Test {
 protected:
  void SetUp() override {
    const auto* only = std::getenv("KAIDO_CONTRACT");
    const auto obstacle = CharonDaemon::obstacle();
    if (only != nullptr && std::string(only) == "fake") GTEST_SKIP() << "KAIDO_CONTRACT=fake";
    ASSERT_EQ(obstacle, "") << "no charon can be run here; KAIDO_CONTRACT=fake skips this";
    lab_.emplace();
    port_.emplace(io_, lab_->hub().socket());
    port_->start([this](const IkeEvent& event) { events_.push_back(event); });
    ASSERT_TRUE(run_until([&] { return !events_.empty(); }));
  }
  bool run_until(const std::function<bool()>& done) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(15);
    io_.restart();
    while (!done())
      if (io_.run_one_until(limit) == 0) return done();
    return true;
  }
  template <typename T>
  Result<T> wait(const std::function<void(IkeControl::Done<T>)>& call) {
    std::optional<Result<T>> outcome;
    call([&](Result<T> result) { outcome = std::move(result); });
    (void)run_until([&] { return outcome.has_value(); });
    if (!outcome) return failure(Condition::internal, "never completed");
    return std::move(*outcome);
  }
  Result<Names> reconcile(const IkeDesired& desired) {
    return wait<Names>([&](auto done) { port_->reconcile(desired, std::move(done)); });
  }
  Result<Names> unload(const Names& names) {
    return wait<Names>([&](auto done) { port_->unload(names, std::move(done)); });
  }
  /// The connections that have an SA which carries traffic.
  Names in() {
    Names names;
    const auto sas =
        wait<std::vector<IkeSa>>([&](auto done) { port_->list(std::move(done)); }).value();
    for (const auto& sa : sas)
      if (sa.carries_traffic()) names.push_back(sa.connection);
    return names;
  }
  /// Those that have an SA, whether it carries traffic or not.
  Names established() {
    Names names;
    for (const auto& sa :
         wait<std::vector<IkeSa>>([&](auto done) { port_->list(std::move(done)); }).value())
      names.push_back(sa.connection);
    return names;
  }
  Names pools() {
    Names names;
    for (const auto& [name, pool] : BareVici(lab_->hub().socket()).command("get-pools").sections())
      names.emplace_back(name);
    return names;
  }

  /// Those of these certificates.
  IkeDesired let_in(const Names& certificates) {
    IkeDesired desired{.credentials = lab_->credentials(), .connections = {}, .kept_prefix = {}};
    for (const auto& certificate : certificates)
      for (auto& connection : lab_->connections(certificate))
        desired.connections.push_back(std::move(connection));
    std::ranges::sort(desired.connections, {}, &IkeConnection::name);
    return desired;
  }
  void expect_refused(const Attempt& attempt) {
    EXPECT_FALSE(lab_->comes_in(attempt)) << attempt.certificate << " as " << attempt.identity;
    EXPECT_EQ(in(), Names{});
  }

  std::optional<PeopleLab> lab_;
  boost::asio::io_context io_;
  std::optional<vici::Charon> port_;
  std::vector<IkeEvent> events_;
};

TEST_F(PeopleOnCharon, ADeviceComesInByTheNameOfItsCertificate) {
  EXPECT_EQ(reconcile(let_in({"alice"})), (Names{kAlice, std::string(kAlice) + "-2"}));
  EXPECT_TRUE(lab_->comes_in());
  EXPECT_EQ(in(), Names{kAlice});
  EXPECT_EQ(lab_->granted(kAlice, "remote-ts"), Names{"10.88.0.2/32"});
  EXPECT_EQ(lab_->granted(kAlice, "local-ts"), (Names{"10.50.0.0/16", "10.88.0.1/32"}));
}

TEST_F(PeopleOnCharon, OrByItsSubject) {
  ASSERT_TRUE(reconcile(let_in({"alice"})));
  EXPECT_TRUE(lab_->comes_in({.identity = "O=Kaido, CN=alice"}));
  EXPECT_EQ(in(), Names{std::string(kAlice) + "-2"});
}

TEST_F(PeopleOnCharon, WithoutItsConnectionNobodyComesIn) {
  ASSERT_TRUE(reconcile(let_in({})));
  expect_refused({});
  ASSERT_TRUE(reconcile(let_in({"alice"})));
  EXPECT_TRUE(lab_->comes_in());
}

TEST_F(PeopleOnCharon, OneThatAsksForNoAddressGetsItsOwnSelectorAndNoOther) {
  ASSERT_TRUE(reconcile(let_in({"alice"})));
  // Its outer address is none of its own: nothing is left to grant.
  EXPECT_FALSE(lab_->comes_in({.asks_for_address = false}));
  EXPECT_EQ(in(), Names{});
}

TEST_F(PeopleOnCharon, AnExpiredCertificateIsRefused) {
  ASSERT_TRUE(reconcile(let_in({"expired"})));
  expect_refused({.certificate = "expired"});
}

TEST_F(PeopleOnCharon, ARevokedCertificateIsRefusedOnceTheListIsKnown) {
  auto desired = let_in({"revoked"});
  ASSERT_TRUE(reconcile(desired));
  EXPECT_TRUE(lab_->comes_in({.certificate = "revoked"})) << "nobody knows yet";
  lab_->laptop_dies();
  desired.credentials.revocations = SharedRevocations({lab_->list_of_revoked()});
  ASSERT_TRUE(reconcile(desired));
  EXPECT_FALSE(lab_->comes_in({.certificate = "revoked"}));
}

TEST_F(PeopleOnCharon, WhereAListIsRequiredAndMissingNobodyComesIn) {
  auto desired = let_in({"alice"});
  for (auto& connection : desired.connections) connection.person->revocation_required = true;
  ASSERT_TRUE(reconcile(desired));
  expect_refused({});
  desired.credentials.revocations = SharedRevocations({lab_->list_of_revoked()});
  ASSERT_TRUE(reconcile(desired));
  EXPECT_TRUE(lab_->comes_in());
}

TEST_F(PeopleOnCharon, AnotherDevicesCertificateIsRefused) {
  ASSERT_TRUE(reconcile(let_in({"alice"})));
  expect_refused({.certificate = "bob", .identity = "bob@example.com"});
}

TEST_F(PeopleOnCharon, BobsCertificateDoesNotProveThatHeIsAlice) {
  ASSERT_TRUE(reconcile(let_in({"alice"})));
  expect_refused({.certificate = "bob", .identity = "alice@example.com"});
  expect_refused({.certificate = "bob", .identity = "O=Kaido, CN=alice"});
  ASSERT_TRUE(reconcile(let_in({"alice", "bob"})));
  expect_refused({.certificate = "bob", .identity = "alice@example.com"});
}

TEST_F(PeopleOnCharon, TheSameNameFromAnotherAuthorityIsRefused) {
  ASSERT_TRUE(reconcile(let_in({"alice"})));
  expect_refused({.certificate = "foreign"});
}

TEST_F(PeopleOnCharon, ASecondCertificateOfTheSameNameAndAuthorityIsRefused) {
  ASSERT_TRUE(reconcile(let_in({"alice"})));
  expect_refused({.certificate = "second"});
}

TEST_F(PeopleOnCharon, WhatIsPinnedIsNotTrustedWithoutItsAuthority) {
  IkeDesired desired{.credentials = lab_->credentials(),
                     .connections = lab_->connections("alice", "other-ca"),
                     .kept_prefix = {}};
  ASSERT_TRUE(reconcile(desired));
  expect_refused({});
  desired.connections = lab_->connections("expired", "other-ca");
  ASSERT_TRUE(reconcile(desired));
  expect_refused({.certificate = "expired"});
}

TEST_F(PeopleOnCharon, AFailedPinDoesNotFallThroughToAnotherPerson) {
  ASSERT_TRUE(reconcile(let_in({"alice", "bob"})));
  expect_refused({.certificate = "second"});
  expect_refused({.certificate = "foreign"});
  EXPECT_TRUE(lab_->comes_in({.certificate = "bob", .identity = "bob@example.com"}));
  EXPECT_EQ(in(), Names{"kaido-people-bob"});
}

TEST_F(PeopleOnCharon, OneWhoseConnectionWentIsNotTrustedByThoseThatStay) {
  ASSERT_TRUE(reconcile(let_in({"alice", "second", "bob"})));
  ASSERT_TRUE(reconcile(let_in({"alice", "bob"})));
  expect_refused({.certificate = "second"});
}

TEST_F(PeopleOnCharon, TwoDevicesOfTheSameNameComeInEachByItsOwnConnection) {
  ASSERT_TRUE(reconcile(let_in({"alice", "second"})));
  EXPECT_TRUE(lab_->comes_in({.certificate = "second"}));
  EXPECT_EQ(in(), Names{"kaido-people-second"});
}

TEST_F(PeopleOnCharon, AnSaKeepsItsConnectionsNameThroughRekeys) {
  ASSERT_TRUE(reconcile(let_in({"alice"})));
  ASSERT_TRUE(lab_->comes_in());
  const auto count = [&](auto event) {
    using Event = decltype(event);
    return std::ranges::count_if(events_,
                                 [](const auto& e) { return std::holds_alternative<Event>(e); });
  };
  ASSERT_TRUE(run_until([&] { return count(ChildSaUp{}) == 1; }));
  BareVici hub(lab_->hub().socket());
  vici::Section child;
  child.add("child", kAlice);
  hub.command("rekey", child);
  ASSERT_TRUE(run_until([&] { return count(ChildSaUp{}) == 2; }));
  vici::Section ike;
  ike.add("ike", kAlice);
  hub.command("rekey", ike);
  ASSERT_TRUE(run_until([&] { return count(IkeSaDown{}) == 1; }));
  EXPECT_EQ(in(), Names{kAlice});
}

TEST_F(PeopleOnCharon, WhoIsUnloadedIsOutAtOnceAndStaysOut) {
  const auto alice = let_in({"alice"});
  ASSERT_TRUE(reconcile(alice));
  ASSERT_TRUE(lab_->comes_in());
  lab_->cut_cable();  // its answer does not matter
  const auto before = std::chrono::steady_clock::now();
  ASSERT_TRUE(unload({kAlice, std::string(kAlice) + "-2"}));
  EXPECT_TRUE(run_until([&] {
    return std::ranges::any_of(
        events_, [](const auto& event) { return std::holds_alternative<IkeSaDown>(event); });
  }));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
  EXPECT_EQ(in(), Names{});
  ASSERT_TRUE(reconcile(let_in({})));
  EXPECT_EQ(pools(), Names{}) << "nothing of it is left";
}

TEST_F(PeopleOnCharon, AnSaThatOutlivedItsConnectionIsEnded) {
  ASSERT_TRUE(reconcile(let_in({"alice"})));
  // Without an address there is no lease, and no pool that tells of it: it could ask for a child
  // later.
  EXPECT_FALSE(lab_->comes_in({.asks_for_address = false}));
  lab_->hub().load_all();  // the connection and its pools go, and the SA stays
  ASSERT_EQ(pools(), Names{});
  ASSERT_EQ(established(), Names{kAlice});
  ASSERT_TRUE(reconcile(let_in({})));
  EXPECT_EQ(established(), Names{});
}

TEST_F(PeopleOnCharon, WhoComesInAnewGetsTheSameAddress) {
  ASSERT_TRUE(reconcile(let_in({"alice"})));
  ASSERT_TRUE(lab_->comes_in());
  lab_->laptop_dies();
  EXPECT_TRUE(lab_->comes_in());
  EXPECT_EQ(in().size(), 1U);
  lab_->laptop_dies();
  // While the hub still takes the one of before for alive.
  EXPECT_TRUE(lab_->comes_in({.greets = false}));
  EXPECT_EQ(lab_->granted(kAlice, "remote-ts"), Names{"10.88.0.2/32"});
}

TEST_F(PeopleOnCharon, PoolsThatSomebodyUnloadedAreLoadedAgain) {
  ASSERT_TRUE(reconcile(let_in({"alice"})));
  const auto before = pools();
  EXPECT_EQ(before.size(), 4U);
  EXPECT_EQ(reconcile(let_in({"alice"})), Names{});
  lab_->hub().load_all();
  ASSERT_EQ(pools(), Names{});
  ASSERT_TRUE(reconcile(let_in({"alice"})));
  EXPECT_EQ(pools(), before);
  EXPECT_TRUE(lab_->comes_in());
}

TEST_F(PeopleOnCharon, AnotherProcessFindsThemAndMovesNoSa) {
  const auto alice = let_in({"alice"});
  ASSERT_TRUE(reconcile(alice));
  ASSERT_TRUE(lab_->comes_in());
  const auto begun = events_.size();
  port_.emplace(io_, lab_->hub().socket());
  port_->start([this](const IkeEvent& event) { events_.push_back(event); });
  ASSERT_TRUE(run_until([&] { return events_.size() > begun; }));
  auto unknown = let_in({});
  unknown.kept_prefix = "kaido-people-";
  EXPECT_EQ(reconcile(unknown), Names{}) << "nobody knows yet who may stay";
  EXPECT_EQ(in(), Names{kAlice});
  EXPECT_EQ(reconcile(alice).value().size(), 2U);
  EXPECT_EQ(in(), Names{kAlice});
  EXPECT_FALSE(std::ranges::any_of(events_, [](const auto& event) {
    return std::holds_alternative<IkeSaDown>(event) || std::holds_alternative<ChildSaDown>(event);
  }));
  EXPECT_EQ(reconcile(let_in({})).value().size(), 2U) << "whose session is over goes";
  EXPECT_EQ(in(), Names{});
}

}  // namespace
}  // namespace kaido::test
