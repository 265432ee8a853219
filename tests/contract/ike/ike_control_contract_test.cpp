// The contract of the IKE port, on the fake and on a real charon. Where no charon can run the real
// half fails and says why, unless KAIDO_CONTRACT=fake asks for the fake alone.
#include <chrono>

#include "contract.hpp"

namespace kaido::test {
namespace {

TEST_P(IkeControlContract, SaysWhichCharonIsUp) { EXPECT_FALSE(last<CharonUp>().version.empty()); }

TEST_P(IkeControlContract, LoadsWhatIsDesired) {
  EXPECT_EQ(reconcile(world_->desired()), Names{"kaido-tokyo-1"});
  EXPECT_EQ(world_->loaded(), Names{"kaido-tokyo-1"});
}

TEST_P(IkeControlContract, ASecondComparisonChangesNothing) {
  ASSERT_TRUE(reconcile(world_->desired()));
  EXPECT_EQ(reconcile(world_->desired()), Names{});
}

TEST_P(IkeControlContract, OnlyTheConnectionThatDiffersIsLoadedAgain) {
  auto desired = with(world_->desired(), "kaido-tokyo-2");
  ASSERT_TRUE(reconcile(desired));
  desired.connections.back().if_id = 9;
  EXPECT_EQ(reconcile(desired), Names{"kaido-tokyo-2"});
}

TEST_P(IkeControlContract, WhatIsNotDesiredGoesAndTheForeignStays) {
  world_->load_foreign("office");
  ASSERT_TRUE(reconcile(with(world_->desired(), "kaido-tokyo-2")));
  EXPECT_EQ(reconcile(world_->desired()), Names{"kaido-tokyo-2"});
  auto loaded = world_->loaded();
  std::ranges::sort(loaded);
  EXPECT_EQ(loaded, (Names{"kaido-tokyo-1", "office"}));
}

TEST_P(IkeControlContract, WhatIsToBeKeptStaysAlthoughNobodyKnowsIt) {
  auto desired = many(world_->desired(), 2);
  ASSERT_TRUE(reconcile(desired));
  desired.connections.pop_back();
  desired.kept_prefix = "kaido-tokyo-2";
  EXPECT_EQ(reconcile(desired), Names{});
  EXPECT_EQ(world_->loaded().size(), 2U);
  desired.kept_prefix.clear();
  EXPECT_EQ(reconcile(desired), Names{"kaido-tokyo-2"});
  EXPECT_EQ(world_->loaded(), Names{"kaido-tokyo-1"});
}

TEST_P(IkeControlContract, WhatSomeoneUnloadedIsLoadedAgain) {
  ASSERT_TRUE(reconcile(world_->desired()));
  world_->unload("kaido-tokyo-1");
  EXPECT_EQ(reconcile(world_->desired()), Names{"kaido-tokyo-1"});
  EXPECT_EQ(world_->loaded(), Names{"kaido-tokyo-1"});
}

TEST_P(IkeControlContract, KeysSomeoneUnloadedAreLoadedAgain) {
  ASSERT_TRUE(reconcile(world_->desired()));
  const auto keys = world_->keys();
  ASSERT_EQ(keys.size(), 1U);
  world_->unload_keys();
  ASSERT_TRUE(reconcile(world_->desired()));
  EXPECT_EQ(world_->keys(), keys);
  ASSERT_TRUE(initiate());
  EXPECT_TRUE(world_->run_until([&] { return count<ChildSaUp>() == 1; }));
}

TEST_P(IkeControlContract, AnAdminWhoLoadsAllIsNoticedAndNothingIsMissingAfterwards) {
  ASSERT_TRUE(reconcile(world_->desired()));
  const auto keys = world_->keys();
  world_->admin_loads_all();
  ASSERT_EQ(world_->loaded(), Names{});
  ASSERT_EQ(world_->keys(), Names{});
  ASSERT_TRUE(world_->run_until([&] { return count<CharonTouched>() == 1; }));
  EXPECT_EQ(reconcile(world_->desired()), Names{"kaido-tokyo-1"});
  EXPECT_EQ(world_->loaded(), Names{"kaido-tokyo-1"});
  EXPECT_EQ(world_->keys(), keys);
}

TEST_P(IkeControlContract, AKeyThatAnotherReplacesGoesAndTheForeignStays) {
  ASSERT_TRUE(reconcile(world_->desired()));
  const auto old = world_->keys();
  world_->load_foreign_key();
  ASSERT_EQ(world_->keys().size(), 2U);
  ASSERT_TRUE(reconcile(world_->with_new_key(world_->desired())));
  const auto keys = world_->keys();
  EXPECT_EQ(keys.size(), 2U);
  EXPECT_EQ(std::ranges::count(keys, old.front()), 0);
  ASSERT_TRUE(initiate());
  EXPECT_TRUE(world_->run_until([&] { return count<ChildSaUp>() == 1; }));
}

TEST_P(IkeControlContract, WhereNothingIsDesiredOnlyTheForeignKeyStays) {
  ASSERT_TRUE(reconcile(world_->desired()));
  world_->load_foreign_key();
  ASSERT_TRUE(reconcile({}));
  EXPECT_EQ(world_->keys().size(), 1U);
  EXPECT_EQ(world_->loaded(), Names{});
  ASSERT_TRUE(reconcile(world_->desired()));
  EXPECT_EQ(world_->keys().size(), 2U);
}

TEST_P(IkeControlContract, WhereNothingIsDesiredNoAuthorityIsTrustedAnyMore) {
  ASSERT_TRUE(reconcile(world_->desired()));
  EXPECT_GE(world_->certificates(), 2U);
  ASSERT_TRUE(reconcile({}));
  EXPECT_EQ(world_->certificates(), 0U);
  ASSERT_TRUE(reconcile(world_->desired()));
  ASSERT_TRUE(initiate());
  EXPECT_TRUE(world_->run_until([&] { return count<ChildSaUp>() == 1; }));
}

TEST_P(IkeControlContract, CertificatesStayWhereSomebodyElseHasAConnection) {
  world_->load_foreign("office");
  ASSERT_TRUE(reconcile(world_->desired()));
  const auto before = world_->certificates();
  ASSERT_TRUE(reconcile({}));
  EXPECT_EQ(world_->certificates(), before);
}

TEST_P(IkeControlContract, ARefusedConnectionDoesNotStopTheOthers) {
  auto desired = with(world_->desired(), "kaido-tokyo-2");
  desired.connections.front().ike_proposals = {"nonsense"};
  const auto result = reconcile(desired);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().condition, Condition::charon_refused);
  EXPECT_EQ(world_->loaded(), Names{"kaido-tokyo-2"});
  EXPECT_FALSE(reconcile(desired)) << "a refused connection is not taken for loaded";
}

TEST_P(IkeControlContract, InitiateBringsTheTunnelUp) {
  bring_up();
  const auto up = last<ChildSaUp>();
  EXPECT_EQ(last<IkeSaUp>().connection, "kaido-tokyo-1");
  EXPECT_EQ(last<IkeSaUp>().unique_id, up.unique_id);
  const auto sas = list();
  ASSERT_TRUE(sas);
  ASSERT_EQ(sas->size(), 1U);
  const auto& sa = sas->front();
  EXPECT_EQ(sa.connection, "kaido-tokyo-1");
  EXPECT_EQ(sa.unique_id, up.unique_id);
  EXPECT_TRUE(sa.carries_traffic());
  EXPECT_TRUE(sa.initiator);
  EXPECT_TRUE(sa.remote.starts_with("192.0.2.2[")) << sa.remote;
  ASSERT_EQ(sa.children.size(), 1U);
  EXPECT_EQ(sa.children.front().name, "kaido-tokyo-1");
  EXPECT_EQ(sa.children.front().unique_id, up.child_id);
  EXPECT_EQ(sa.children.front().if_id_in, 7U);
  EXPECT_TRUE(sa.children.front().proposal.starts_with("AES_GCM_16-256"));
}

TEST_P(IkeControlContract, TerminateBringsTheTunnelDown) {
  bring_up();
  ASSERT_TRUE(terminate(last<IkeSaUp>().unique_id));
  ASSERT_TRUE(
      world_->run_until([&] { return count<IkeSaDown>() == 1 && count<ChildSaDown>() == 1; }));
  EXPECT_EQ(last<IkeSaDown>().unique_id, last<IkeSaUp>().unique_id);
  EXPECT_EQ(last<ChildSaDown>().child_id, last<ChildSaUp>().child_id);
  EXPECT_EQ(list()->size(), 0U);
}

TEST_P(IkeControlContract, TerminatingWhatIsGoneIsNoError) { EXPECT_TRUE(terminate(4711)); }

TEST_P(IkeControlContract, TerminateDoesNotWaitForADeadPeer) {
  bring_up();
  world_->trouble(HubTrouble::silent);
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(terminate(last<IkeSaUp>().unique_id));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(800));
  EXPECT_TRUE(world_->run_until([&] { return count<IkeSaDown>() == 1; }));
}

TEST_P(IkeControlContract, InitiateDoesNotWaitForAHubThatDoesNotAnswer) {
  ASSERT_TRUE(reconcile(world_->desired()));
  world_->trouble(HubTrouble::silent);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(initiate());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(250));
  EXPECT_TRUE(list());
}

TEST_P(IkeControlContract, TheTunnelOfAConnectionNoLongerDesiredEnds) {
  bring_up();
  auto desired = world_->desired();
  desired.connections.clear();
  EXPECT_EQ(reconcile(desired), Names{"kaido-tokyo-1"});
  EXPECT_TRUE(world_->run_until([&] { return count<IkeSaDown>() == 1; }));
  EXPECT_EQ(list()->size(), 0U);
}

TEST_P(IkeControlContract, TheLogTellsThatTheHubRefusesUs) {
  EXPECT_EQ(reason_with(HubTrouble::does_not_know_us), Condition::tunnel_refused);
}

TEST_P(IkeControlContract, TheLogTellsThatTheHubDoesNotAnswer) {
  EXPECT_EQ(reason_with(HubTrouble::silent), Condition::tunnel_no_answer);
}

TEST_P(IkeControlContract, TheLogTellsThatTheHubsCertificateHasExpired) {
  EXPECT_EQ(reason_with(HubTrouble::certificate_expired), Condition::tunnel_certificate_expired);
}

TEST_P(IkeControlContract, TheLogTellsThatTheHubIsAnother) {
  EXPECT_EQ(reason_with(HubTrouble::other_identity), Condition::tunnel_wrong_identity);
}

TEST_P(IkeControlContract, TheLogTellsThatTheProposalsDiffer) {
  EXPECT_EQ(reason_with(HubTrouble::other_proposals), Condition::tunnel_proposals_differ);
}

TEST_P(IkeControlContract, EspGoesInUdpWhereThatIsForced) {
  auto desired = world_->desired();
  desired.connections.front().force_encap = true;
  ASSERT_TRUE(reconcile(desired));
  ASSERT_TRUE(initiate());
  ASSERT_TRUE(world_->run_until([&] { return count<ChildSaUp>() == 1; }));
  const auto sas = list();
  ASSERT_TRUE(sas);
  EXPECT_TRUE(sas->at(0).children.at(0).udp_encapsulated);
  EXPECT_TRUE(sas->at(0).remote.ends_with("[4500]")) << sas->at(0).remote;
}

TEST_P(IkeControlContract, InitiatingWhatIsNotLoadedIsRefused) {
  const auto result = initiate("kaido-nowhere-1");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().condition, Condition::charon_refused);
}

TEST_P(IkeControlContract, RekeyGivesTheTunnelANewChild) {
  bring_up();
  const auto old = last<ChildSaUp>();
  ASSERT_TRUE(rekey(old.unique_id));
  ASSERT_TRUE(world_->run_until([&] { return count<ChildSaDown>() == 1; }));
  EXPECT_EQ(last<ChildSaUp>().unique_id, old.unique_id);
  EXPECT_NE(last<ChildSaUp>().child_id, old.child_id);
  EXPECT_EQ(last<ChildSaDown>().child_id, old.child_id);
}

TEST_P(IkeControlContract, RekeyingWhatIsGoneIsRefused) {
  const auto result = rekey(4711);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().condition, Condition::charon_refused);
}

TEST_P(IkeControlContract, ARekeyOfTheChildNeverLooksLikeAnOutage) {
  bring_up();
  const auto old = last<ChildSaUp>();
  world_->rekey_child(old.unique_id);
  ASSERT_TRUE(world_->run_until([&] { return count<ChildSaDown>() == 1; }));
  const auto fresh = last<ChildSaUp>();
  EXPECT_NE(fresh.child_id, old.child_id);
  EXPECT_EQ(last<ChildSaDown>().child_id, old.child_id);
  EXPECT_LT(place(&ChildSaUp::child_id, fresh.child_id),
            place(&ChildSaDown::child_id, old.child_id));
  EXPECT_EQ(count<IkeSaDown>(), 0U);
}

TEST_P(IkeControlContract, ARekeyOfTheIkeSaTakesTheChildAlong) {
  bring_up();
  const auto old = last<ChildSaUp>();
  world_->rekey_ike(old.unique_id);
  ASSERT_TRUE(world_->run_until([&] { return count<IkeSaDown>() == 1; }));
  EXPECT_EQ(last<IkeSaDown>().unique_id, old.unique_id);
  const auto fresh = last<IkeSaUp>().unique_id;
  EXPECT_NE(fresh, old.unique_id);
  EXPECT_EQ(last<ChildSaUp>().unique_id, fresh);
  EXPECT_EQ(last<ChildSaUp>().child_id, old.child_id);
  EXPECT_LT(place(&IkeSaUp::unique_id, fresh), place(&IkeSaDown::unique_id, old.unique_id));
  EXPECT_EQ(last<ChildSaDown>().unique_id, old.unique_id);
  const auto sas = list();
  ASSERT_TRUE(sas);
  EXPECT_TRUE(std::ranges::any_of(
      *sas, [&](const IkeSa& sa) { return sa.unique_id == fresh && sa.carries_traffic(); }));
}

TEST_P(IkeControlContract, ARestartOfCharonIsSeenAndEverythingIsLoadedAgain) {
  ASSERT_TRUE(reconcile(world_->desired()));
  world_->stop_charon();
  ASSERT_TRUE(world_->run_until([&] { return count<CharonDown>() == 1; }));
  const auto refused = initiate();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().condition, Condition::charon_absent);
  EXPECT_EQ(list().error().condition, Condition::charon_absent);
  EXPECT_EQ(reconcile(world_->desired()).error().condition, Condition::charon_absent);
  world_->start_charon();
  ASSERT_TRUE(world_->run_until([&] { return count<CharonUp>() == 2; }));
  EXPECT_EQ(reconcile(world_->desired()), Names{"kaido-tokyo-1"});
  EXPECT_EQ(world_->loaded(), Names{"kaido-tokyo-1"});
}

INSTANTIATE_TEST_SUITE_P(On, IkeControlContract, testing::Values(kFakeWorld, kRealWorld),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace kaido::test
