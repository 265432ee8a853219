// How the server lives with its bus.
#include "api/dbus_server.hpp"

#include <future>
#include <thread>

#include "server_fixture.hpp"

namespace kaido::api {
namespace {

TEST_F(DBusServerTest, ComesBackWithItsBus) {
  bus_.stop();
  const auto lost = gateway_.bus_report(1);
  ASSERT_TRUE(lost);
  EXPECT_FALSE(lost->first);
  EXPECT_FALSE(lost->second.empty());
  on_engine([](FakeControl& control) {  // a change meanwhile harms nobody
    control.observer->tunnel_changed(tunnel("tokyo/a:isp1/ikev2"));
  });
  bus_.start();
  ASSERT_EQ(gateway_.bus_report(2), std::pair(true, std::string()));
  connect();
  EXPECT_EQ(call<Dictionary>("Status")["name"].get<std::string>(), "osaka");
}

TEST_F(DBusServerTest, ForgetsCallsThatWereOpenWhenTheBusWentAway) {
  on_engine([](FakeControl& control) { control.hold_apply = true; });
  auto call_it = std::async(
      std::launch::async, [&] { return error_of("Apply", std::string("a = 1"), false).getName(); });
  while (!gateway_.on_engine([&] { return static_cast<bool>(gateway_.control.held); }))
    std::this_thread::yield();
  bus_.stop();
  ASSERT_TRUE(gateway_.bus_report(1));
  EXPECT_NE(call_it.get(), "none");
  on_engine([](FakeControl& control) { control.held(Lines{"too late"}); });
  bus_.start();
  ASSERT_TRUE(gateway_.bus_report(2));
  gateway_.stop();  // and an answer after the server's end is harmless too
  on_engine([](FakeControl& control) { control.held = {}; });
}

TEST_F(DBusServerTest, AnswersOthersWhileAnApplyIsUnderWay) {
  on_engine([](FakeControl& control) { control.hold_apply = true; });
  auto applying = std::async(std::launch::async, [] {
    auto connection = sdbus::createSystemBusConnection();
    auto proxy = sdbus::createProxy(*connection, dbus::service, dbus::path);
    Lines changes;
    proxy->callMethod("Apply")
        .onInterface(dbus::interface)
        .withArguments(std::string("a = 1"), false)
        .storeResultsTo(changes);
    return changes;
  });
  while (!gateway_.on_engine([&] { return static_cast<bool>(gateway_.control.held); }))
    EXPECT_EQ(call<Dictionary>("Status").count("name"), 1U);
  EXPECT_EQ(call<Dictionary>("Status").count("name"), 1U);
  on_engine([](FakeControl& control) { control.held(Lines{"at last"}); });
  EXPECT_EQ(applying.get(), Lines{"at last"});
}

TEST(DBusServerWithoutABus, SaysSoOnceAndAppearsWhenTheBusDoes) {
  PrivateBus bus;
  Gateway gateway;
  gateway.start();
  const auto first = gateway.bus_report(0);
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->first);
  bus.start();
  EXPECT_EQ(gateway.bus_report(1), std::pair(true, std::string()))
      << "failed attempts in between are not reported again";
}

TEST(DBusServerWithoutItsName, TriesAgainUntilTheOtherHasGone) {
  PrivateBus bus;
  bus.start();
  auto other = sdbus::createSystemBusConnection(dbus::service);
  Gateway gateway;
  gateway.start();
  const auto first = gateway.bus_report(0);
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->first);
  other.reset();
  EXPECT_EQ(gateway.bus_report(1), std::pair(true, std::string()));
}

}  // namespace
}  // namespace kaido::api
