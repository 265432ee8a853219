// The server beside include/kaido/dbus/org.kaido.Gateway1.xml, which clients read.
#include "description.hpp"

#include <condition_variable>
#include <future>
#include <mutex>
#include <set>

#include "server_fixture.hpp"

namespace kaido::api {
namespace {

using Names = std::set<std::string>;

TEST_F(DBusServerTest, OffersWhatItsDescriptionSaysAndNothingElse) {
  std::string offered;
  proxy_->callMethod("Introspect")
      .onInterface("org.freedesktop.DBus.Introspectable")
      .storeResultsTo(offered);
  const auto described = members(description());
  EXPECT_EQ(described.size(), 37U);
  EXPECT_TRUE(described.contains("method Log (in u count) (out aa{sv} entries)"));
  EXPECT_EQ(members(offered), described);
}

TEST_F(DBusServerTest, TellsChangesAsSignals) {
  std::promise<std::pair<std::string, bool>> told;
  auto listener = sdbus::createProxy(dbus::service, dbus::path);
  listener->uponSignal("ConditionChanged")
      .onInterface(dbus::interface)
      .call([&](Dictionary condition, bool raised) {
        told.set_value({condition["code"].get<std::string>(), raised});
      });
  // The default bus of a proxy without a connection is the system bus of this process.
  listener->finishRegistration();
  on_engine([](FakeControl& control) {
    control.observer->condition_changed({Error{Condition::uplink_down, ""}, "isp1", 0}, true);
  });
  auto result = told.get_future();
  ASSERT_EQ(result.wait_for(10s), std::future_status::ready);
  EXPECT_EQ(result.get(), std::pair(std::string("uplink-down"), true));
}

Names described_signals() {
  const std::string kind = "signal ";
  Names names;
  for (const auto& member : members(description()))
    if (member.starts_with(kind))
      names.insert(member.substr(kind.size(), member.find(' ', kind.size()) - kind.size()));
  return names;
}

/// The names of the signals that have come.
class Listener {
 public:
  explicit Listener(const Names& names) : proxy_(sdbus::createProxy(dbus::service, dbus::path)) {
    for (const auto& name : names)
      proxy_->registerSignalHandler(dbus::interface, name, [this, name](sdbus::Signal&) {
        const std::lock_guard lock(mutex_);
        heard_.insert(name);
        changed_.notify_all();
      });
    proxy_->finishRegistration();
  }
  /// Waits until all of these have come, 10 s at most.
  Names heard(const Names& all) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 10s, [&] { return heard_ == all; });
    return heard_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Names heard_;
  std::unique_ptr<sdbus::IProxy> proxy_;  // the last: its thread ends first
};

// That the engine tells each of these is in tests/unit/engine/observer_test.cpp.
TEST_F(DBusServerTest, SendsEverySignalOfItsDescription) {
  const auto all = described_signals();
  EXPECT_EQ(all.size(), 6U);
  Listener listener(all);
  on_engine([](FakeControl& control) {
    control.observer->tunnel_changed(tunnel("tokyo/a:isp1/ikev2"));
    control.observer->network_changed({.name = "corp"});
    control.observer->path_changed({});
    control.observer->condition_changed({Error{Condition::uplink_down, ""}, "isp1", 0}, false);
    control.observer->configuration_applied({"hub tokyo is new"});
    control.observer->logged({0, 6, "TUNNEL_UP", "t", "text"});
  });
  EXPECT_EQ(listener.heard(all), all);
}

}  // namespace
}  // namespace kaido::api
