// The contract of the IKE port: credentials and connections one by one, and what that costs.
#include "contract.hpp"

namespace kaido::test {
namespace {

TEST_P(IkeControlContract, CredentialsAndAConnectionSetOneByOneBringTheTunnelUp) {
  const auto desired = world_->desired();
  ASSERT_TRUE(set_credentials(desired.credentials));
  EXPECT_EQ(world_->keys().size(), 1U);
  EXPECT_EQ(world_->loaded(), Names{});
  EXPECT_EQ(load(desired.connections), Names{"kaido-tokyo-1"});
  EXPECT_EQ(world_->loaded(), Names{"kaido-tokyo-1"});
  ASSERT_TRUE(initiate());
  EXPECT_TRUE(world_->run_until([&] { return count<ChildSaUp>() == 1; }));
}

TEST_P(IkeControlContract, OrdersAreCarriedOutInTheirOrder) {
  const auto desired = world_->desired();
  std::vector<std::string> order;
  auto& port = world_->port();
  port.set_credentials(desired.credentials, [&](const auto& set) {
    order.emplace_back(set ? "credentials" : "refused");
  });
  port.load(desired.connections,
            [&](const auto& loaded) { order.emplace_back(loaded ? "load" : "refused"); });
  port.initiate("kaido-tokyo-1",
                [&](const auto& taken) { order.emplace_back(taken ? "initiate" : "refused"); });
  ASSERT_TRUE(world_->run_until([&] { return count<ChildSaUp>() == 1; }));
  EXPECT_EQ(order, (Names{"credentials", "load", "initiate"}));
}

TEST_P(IkeControlContract, CredentialsAreLoadedOnce) {
  const auto desired = many(world_->desired(), 50);
  ASSERT_TRUE(set_credentials(desired.credentials));
  ASSERT_EQ(load(desired.connections).value().size(), 50U);
  const auto keys = world_->key_loads();
  EXPECT_EQ(keys, 1U) << "not again for every connection";
  const auto certificates = world_->certificates();
  EXPECT_TRUE(set_credentials(desired.credentials));
  EXPECT_EQ(reconcile(desired), Names{});
  EXPECT_EQ(world_->key_loads(), keys);
  EXPECT_EQ(world_->certificates(), certificates);
}

TEST_P(IkeControlContract, OneMoreConnectionAmongFiftyIsOneLoad) {
  auto desired = many(world_->desired(), 50);
  ASSERT_TRUE(reconcile(desired));
  const auto before = world_->connection_loads();
  EXPECT_EQ(before, 50U);
  desired = with(desired, "kaido-tokyo-51");
  EXPECT_EQ(load({desired.connections.back()}), Names{"kaido-tokyo-51"});
  EXPECT_EQ(world_->connection_loads() - before, 1U);
  EXPECT_EQ(world_->loaded().size(), 51U);
  EXPECT_EQ(reconcile(desired), Names{}) << "the comparison knows of it";
  EXPECT_EQ(reconcile(with(desired, "kaido-tokyo-52")), Names{"kaido-tokyo-52"});
  EXPECT_EQ(world_->connection_loads() - before, 2U);
}

TEST_P(IkeControlContract, AChangedConnectionAmongFiftyIsOneLoad) {
  auto desired = many(world_->desired(), 50);
  ASSERT_TRUE(reconcile(desired));
  const auto before = world_->connection_loads();
  desired.connections[20].if_id = 99;
  EXPECT_EQ(load({desired.connections[20]}), Names{"kaido-tokyo-21"});
  EXPECT_EQ(reconcile(desired), Names{});
  desired.connections[30].if_id = 98;
  EXPECT_EQ(reconcile(desired), Names{"kaido-tokyo-31"});
  EXPECT_EQ(world_->connection_loads() - before, 2U);
  EXPECT_EQ(world_->loaded().size(), 50U);
}

TEST_P(IkeControlContract, ARefusedConnectionAmongThoseLoadedDoesNotStopTheOthers) {
  auto desired = many(world_->desired(), 3);
  ASSERT_TRUE(set_credentials(desired.credentials));
  desired.connections[1].ike_proposals = {"nonsense"};
  const auto result = load(desired.connections);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().condition, Condition::charon_refused);
  auto loaded = world_->loaded();
  std::ranges::sort(loaded);
  EXPECT_EQ(loaded, (Names{"kaido-tokyo-1", "kaido-tokyo-3"}));
  EXPECT_FALSE(reconcile(desired)) << "a refused connection is not taken for loaded";
}

TEST_P(IkeControlContract, UnloadEndsTheTunnelAndLeavesTheOthers) {
  world_->load_foreign("office");
  bring_up();
  ASSERT_TRUE(load({with(world_->desired(), "kaido-tokyo-2").connections.back()}));
  EXPECT_EQ(unload({"kaido-tokyo-1"}), Names{"kaido-tokyo-1"});
  EXPECT_TRUE(world_->run_until([&] { return count<IkeSaDown>() == 1; }));
  EXPECT_EQ(list()->size(), 0U);
  auto loaded = world_->loaded();
  std::ranges::sort(loaded);
  EXPECT_EQ(loaded, (Names{"kaido-tokyo-2", "office"}));
}

TEST_P(IkeControlContract, UnloadingWhatIsNotThereIsNoError) {
  ASSERT_TRUE(reconcile(world_->desired()));
  EXPECT_EQ(unload({"kaido-nowhere-1"}), Names{});
  EXPECT_EQ(world_->loaded(), Names{"kaido-tokyo-1"});
}

TEST_P(IkeControlContract, AReplacedKeyStaysUntilTheConnectionsAreLoadedAgain) {
  ASSERT_TRUE(reconcile(world_->desired()));
  const auto old = world_->keys();
  const auto renewed = world_->with_new_key(world_->desired());
  ASSERT_TRUE(set_credentials(renewed.credentials));
  EXPECT_EQ(world_->keys().size(), 2U) << "its connections may still need it";
  ASSERT_TRUE(load(renewed.connections));
  const auto keys = world_->keys();
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_NE(keys, old);
  ASSERT_TRUE(initiate());
  EXPECT_TRUE(world_->run_until([&] { return count<ChildSaUp>() == 1; }));
}

TEST_P(IkeControlContract, AKeyThatComesBackBeforeItWentStays) {
  ASSERT_TRUE(reconcile(world_->desired()));
  const auto old = world_->keys();
  ASSERT_TRUE(set_credentials(world_->with_new_key(world_->desired()).credentials));
  ASSERT_TRUE(set_credentials(world_->desired().credentials));
  ASSERT_TRUE(load({}));
  EXPECT_EQ(world_->keys(), old);
}

TEST_P(IkeControlContract, AfterARestartOfCharonAllFiftyComeBack) {
  const auto desired = many(world_->desired(), 50);
  ASSERT_TRUE(set_credentials(desired.credentials));
  ASSERT_TRUE(load(desired.connections));
  world_->stop_charon();
  ASSERT_TRUE(world_->run_until([&] { return count<CharonDown>() == 1; }));
  EXPECT_EQ(set_credentials(desired.credentials).error().condition, Condition::charon_absent);
  EXPECT_EQ(load(desired.connections).error().condition, Condition::charon_absent);
  EXPECT_EQ(unload({"kaido-tokyo-1"}).error().condition, Condition::charon_absent);
  world_->start_charon();
  ASSERT_TRUE(world_->run_until([&] { return count<CharonUp>() == 2; }));
  EXPECT_EQ(reconcile(desired).value().size(), 50U);
  EXPECT_EQ(world_->loaded().size(), 50U);
  EXPECT_EQ(world_->keys().size(), 1U);
  ASSERT_TRUE(initiate());
  EXPECT_TRUE(world_->run_until([&] { return count<ChildSaUp>() == 1; }));
}

}  // namespace
}  // namespace kaido::test
