#include "api/dbus_server.hpp"

#include <gtest/gtest.h>
#include <sdbus-c++/sdbus-c++.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gateway.hpp"
#include "kaido/dbus/names.hpp"
#include "private_bus.hpp"

namespace kaido::api {
namespace {

using Dictionary = std::map<std::string, sdbus::Variant>;
using Lines = std::vector<std::string>;
using namespace std::chrono_literals;

class DBusServerTest : public testing::Test {
 protected:
  void SetUp() override {
    bus_.start();
    gateway_.start();
    ASSERT_EQ(gateway_.bus_report(0), std::pair(true, std::string()));
    connect();
  }

  void connect() {
    proxy_.reset();
    client_ = sdbus::createSystemBusConnection();
    proxy_ = sdbus::createProxy(*client_, dbus::service, dbus::path);
    proxy_->finishRegistration();
  }

  template <typename Result, typename... Arguments>
  Result call(const char* method, const Arguments&... arguments) {
    Result result;
    proxy_->callMethod(method)
        .onInterface(dbus::interface)
        .withTimeout(60s)
        .withArguments(arguments...)
        .storeResultsTo(result);
    return result;
  }

  template <typename... Arguments>
  sdbus::Error error_of(const char* method, const Arguments&... arguments) {
    try {
      proxy_->callMethod(method).onInterface(dbus::interface).withArguments(arguments...);
    } catch (const sdbus::Error& error) {
      return error;
    }
    return sdbus::Error("none");
  }

  void on_engine(const std::function<void(FakeControl&)>& f) {
    gateway_.on_engine([&] { f(gateway_.control); });
  }

  PrivateBus bus_;
  Gateway gateway_;
  std::unique_ptr<sdbus::IConnection> client_;
  std::unique_ptr<sdbus::IProxy> proxy_;
};

TunnelReport tunnel(const std::string& name) {
  return {.name = name,
          .peer = "tokyo",
          .slot = 1,
          .transport = "ikev2",
          .state = "back-off",
          .reason = Error{Condition::tunnel_no_answer, "203.0.113.1[500], 5 attempts"},
          .next_attempt = 7,
          .received = 5'000'000'000,
          .used_for = {"corp"}};
}

TEST_F(DBusServerTest, TellsTheStatusWithConditionsCausesAndRemedies) {
  on_engine([](FakeControl& control) {
    control.status_report.conditions = {
        {Error{Condition::charon_absent, "/var/run/charon.vici"}, "charon", 12}};
  });
  auto status = call<Dictionary>("Status");
  EXPECT_EQ(status["name"].get<std::string>(), "osaka");
  EXPECT_EQ(status["number"].get<std::uint32_t>(), 7U);
  auto conditions = status["conditions"].get<std::vector<Dictionary>>();
  ASSERT_EQ(conditions.size(), 1U);
  EXPECT_EQ(conditions[0]["code"].get<std::string>(), "charon-absent");
  EXPECT_EQ(conditions[0]["severity"].get<std::string>(), "error");
  EXPECT_EQ(conditions[0]["detail"].get<std::string>(), "/var/run/charon.vici");
  EXPECT_EQ(conditions[0]["remedy"].get<std::string>(), info(Condition::charon_absent).remedy);
  EXPECT_EQ(conditions[0]["since"].get<std::int64_t>(), 12);
}

TEST_F(DBusServerTest, ListsTunnelsWithEveryDocumentedKey) {
  on_engine([](FakeControl& control) { control.tunnel_reports = {tunnel("tokyo/a:isp1/ikev2")}; });
  auto tunnels = call<std::vector<Dictionary>>("ListTunnels");
  ASSERT_EQ(tunnels.size(), 1U);
  EXPECT_EQ(tunnels[0].size(), 23U);
  EXPECT_EQ(tunnels[0]["reason"].get<std::string>(), "no-answer");
  EXPECT_EQ(tunnels[0]["reason_detail"].get<std::string>(), "203.0.113.1[500], 5 attempts");
  EXPECT_EQ(tunnels[0]["received"].get<std::uint64_t>(), 5'000'000'000ULL);
  EXPECT_EQ(tunnels[0]["last_handshake"].get<std::int64_t>(), -1);
  EXPECT_EQ(tunnels[0]["used_for"].get<Lines>(), Lines{"corp"});
}

PathReport path() {
  PathReport path;
  path.name = "tokyo/a:isp1/ikev2";
  path.networks = {"corp"};
  path.hub = "tokyo";
  path.health = "suspect";
  path.trouble = "upload-dead";
  path.reason = Error{Condition::path_upload_dead, "the hub has heard nothing for 151 ms"};
  path.loss_up = 0.25;
  path.rtt_median = 8'200;
  path.reordered = 5'000'000'000;
  path.size = 1420;
  path.cost_kbit = 26.4;
  path.loss_history = {-1, 0, 1000};
  path.delay_history = {-1, 82, -1};
  return path;
}

TEST_F(DBusServerTest, TellsPathsWithEveryDocumentedKey) {
  on_engine([](FakeControl& control) { control.path_reports = {path()}; });
  auto paths = call<std::vector<Dictionary>>("Paths");
  ASSERT_EQ(paths.size(), 1U);
  EXPECT_EQ(paths[0].size(), 32U);
  EXPECT_EQ(paths[0]["health"].get<std::string>(), "suspect");
  EXPECT_EQ(paths[0]["trouble"].get<std::string>(), "upload-dead");
  EXPECT_EQ(paths[0]["reason"].get<std::string>(), "path-upload-dead");
  EXPECT_EQ(paths[0]["loss_up"].get<double>(), 0.25);
  EXPECT_EQ(paths[0]["loss_down"].get<double>(), -1);
  EXPECT_EQ(paths[0]["rtt_median"].get<std::int64_t>(), 8'200);
  EXPECT_EQ(paths[0]["age"].get<std::int64_t>(), -1);
  EXPECT_EQ(paths[0]["reordered"].get<std::uint64_t>(), 5'000'000'000ULL);
  EXPECT_EQ(paths[0]["loss_history"].get<std::vector<std::int32_t>>(),
            (std::vector<std::int32_t>{-1, 0, 1000}));
}

TEST_F(DBusServerTest, TellsWhyANetworkGoesWhereItGoes) {
  on_engine([](FakeControl& control) {
    NetworkReport network;
    network.name = "corp";
    network.pinned = true;
    network.rule = "requested";
    network.switched_ago = 12;
    control.network_reports = {network};
  });
  auto networks = call<std::vector<Dictionary>>("ListNetworks");
  ASSERT_EQ(networks.size(), 1U);
  EXPECT_EQ(networks[0].size(), 12U);
  EXPECT_TRUE(networks[0]["pinned"].get<bool>());
  EXPECT_EQ(networks[0]["rule"].get<std::string>(), "requested");
  EXPECT_EQ(networks[0]["switched_ago"].get<std::int64_t>(), 12);
}

TEST_F(DBusServerTest, SwitchesANetworkOrLetsItChooseAgain) {
  on_engine([](FakeControl& control) {
    control.network_reports = {{.name = "corp", .tunnel = "tokyo/b:isp2/ikev2"}};
  });
  const std::string corp = "corp";
  EXPECT_EQ(call<std::string>("SwitchNetwork", corp, std::string("tokyo/a:isp1/ikev2")),
            "tokyo/a:isp1/ikev2");
  EXPECT_EQ(call<std::string>("SwitchNetwork", corp, std::string()), "tokyo/b:isp2/ikev2");
  EXPECT_EQ(error_of("SwitchNetwork", std::string("nowhere"), std::string()).getName(),
            "org.kaido.Error.NotFound");
  on_engine([](FakeControl& control) {
    control.trouble = Error{Condition::path_silent, "tokyo/a:isp1/ikev2: for 4 s"};
  });
  const auto refused = error_of("SwitchNetwork", corp, std::string("tokyo/a:isp1/ikev2"));
  EXPECT_EQ(refused.getName(), "org.kaido.Error.PathSilent");
  EXPECT_EQ(refused.getMessage(), "tokyo/a:isp1/ikev2: for 4 s");
}

TEST_F(DBusServerTest, ListsTenThousandTunnels) {
  on_engine([](FakeControl& control) {
    for (int i = 0; i < 10'000; ++i)
      control.tunnel_reports.push_back(tunnel("site" + std::to_string(i) + ":1/wireguard"));
  });
  auto tunnels = call<std::vector<Dictionary>>("ListTunnels");
  ASSERT_EQ(tunnels.size(), 10'000U);
  EXPECT_EQ(tunnels.back()["name"].get<std::string>(), "site9999:1/wireguard");
  EXPECT_EQ(call<Dictionary>("Status").count("name"), 1U) << "it still answers afterwards";
}

TEST_F(DBusServerTest, SwitchesTunnelsAndSaysHowMany) {
  on_engine([](FakeControl& control) {
    control.tunnel_reports = {tunnel("tokyo/a:isp1/ikev2"), tunnel("tokyo/b:isp1/ikev2")};
  });
  EXPECT_EQ(call<std::uint32_t>("SetEnabled", std::string("tokyo"), false), 2U);
  on_engine([](FakeControl& control) {
    ASSERT_EQ(control.switched.size(), 1U);
    EXPECT_EQ(control.switched[0], std::pair(std::string("tokyo"), false));
  });
  EXPECT_EQ(error_of("SetEnabled", std::string("kyoto"), true).getName(),
            "org.kaido.Error.NotFound");
}

TEST_F(DBusServerTest, RefusesAConfigurationWithAllItsMistakes) {
  on_engine([](FakeControl& control) {
    control.mistakes = {{"/etc/kaido/kaido.toml", 3, 1, "unknown key nam", "did you mean name?"},
                        {"/etc/kaido/kaido.toml", 9, 5, "expected a number", ""}};
  });
  const auto expected =
      "/etc/kaido/kaido.toml:3:1: unknown key nam (did you mean name?)\n"
      "/etc/kaido/kaido.toml:9:5: expected a number";
  const auto applying = error_of("Apply", std::string("nam = 1"), false);
  EXPECT_EQ(applying.getName(), "org.kaido.Error.ConfigInvalid");
  EXPECT_EQ(applying.getMessage(), expected);
  EXPECT_EQ(error_of("Diff", std::string("nam = 1")).getMessage(), expected);
  EXPECT_EQ(error_of("DiffFile").getMessage(), expected);
}

TEST_F(DBusServerTest, ComparesATextOrTheFile) {
  EXPECT_EQ(call<Lines>("Diff", std::string("a = 1")), Lines{"differs: a = 1"});
  EXPECT_EQ(call<Lines>("DiffFile"), Lines{"differs: the file"});
}

TEST_F(DBusServerTest, AppliesATextOrTheFileAndTellsWhatChanged) {
  EXPECT_EQ(call<Lines>("Apply", std::string("a = 1"), false), Lines{"hub tokyo is new"});
  EXPECT_EQ(call<Lines>("Apply", std::string(), true), Lines{"hub tokyo is new"});
  on_engine([](FakeControl& control) {
    EXPECT_EQ(control.applied[0], "a = 1");
    EXPECT_EQ(control.applied[1], std::nullopt);
    control.trouble = Error{Condition::config_not_written, "no space left on device"};
  });
  const auto error = error_of("Apply", std::string("a = 1"), false);
  EXPECT_EQ(error.getName(), "org.kaido.Error.ConfigNotWritten");
  EXPECT_EQ(error.getMessage(), "no space left on device");
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

TEST_F(DBusServerTest, GivesTheNewestOfTheLog) {
  on_engine([](FakeControl& control) {
    for (int i = 0; i < 5; ++i) control.entries.push_back({i, 6, "TUNNEL_UP", "t", "text"});
  });
  auto entries = call<std::vector<Dictionary>>("Log", std::uint32_t{2});
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0]["time"].get<std::int64_t>(), 3);
  EXPECT_EQ(entries[0]["priority"].get<std::uint8_t>(), 6);
}

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

TEST_F(DBusServerTest, OffersWhatItsDescriptionSays) {
  std::string offered;
  proxy_->callMethod("Introspect")
      .onInterface("org.freedesktop.DBus.Introspectable")
      .storeResultsTo(offered);
  auto* file = popen(  // NOLINT(cert-env33-c): names only, no input
      "grep -oE '<(method|signal|property) name=\"[A-Za-z]+\"' " KAIDO_SOURCE_DIR
      "/include/kaido/dbus/org.kaido.Gateway1.xml",
      "r");
  std::array<char, 200> line{};
  int members = 0;
  while (fgets(line.data(), line.size(), file)) {
    std::string member(line.data());
    member.pop_back();
    EXPECT_NE(offered.find(member), std::string::npos) << member;
    ++members;
  }
  EXPECT_EQ(pclose(file), 0);
  EXPECT_EQ(members, 20);
}

/// The error's name, or the answer, of a call that another user makes.
std::string as_nobody(const PrivateBus& bus, const std::string& method_and_arguments) {
  auto* out = popen(  // NOLINT(cert-env33-c): fixed text
      ("setpriv --reuid=65534 --regid=65534 --clear-groups dbus-send --bus=" + bus.address() +
       " --print-reply --dest=org.kaido.Gateway1 /org/kaido/Gateway1 org.kaido.Gateway1." +
       method_and_arguments + " 2>&1")
          .c_str(),
      "r");
  std::string text;
  std::array<char, 400> part{};
  while (fgets(part.data(), part.size(), out)) text += part.data();
  pclose(out);
  return text;
}

/// polkit as the bus sees it, granting one action.
class FakePolkit {
 public:
  explicit FakePolkit(std::string granted)
      : connection_(sdbus::createSystemBusConnection()),
        object_(sdbus::createObject(*connection_, "/org/freedesktop/PolicyKit1/Authority")) {
    using Subject = sdbus::Struct<std::string, Dictionary>;
    using Answer = sdbus::Struct<bool, bool, std::map<std::string, std::string>>;
    object_->registerMethod("CheckAuthorization")
        .onInterface("org.freedesktop.PolicyKit1.Authority")
        .implementedAs([granted = std::move(granted)](const Subject& subject,
                                                      const std::string& action,
                                                      const std::map<std::string, std::string>&,
                                                      const std::uint32_t&, const std::string&) {
          const bool known = subject.get<0>() == "system-bus-name" &&
                             subject.get<1>().at("name").get<std::string>().starts_with(":");
          return Answer(known && action == granted, false, std::map<std::string, std::string>{});
        });
    object_->finishRegistration();
    connection_->requestName("org.freedesktop.PolicyKit1");
    connection_->enterEventLoopAsync();
  }
  ~FakePolkit() { connection_->leaveEventLoop(); }
  FakePolkit(const FakePolkit&) = delete;
  FakePolkit& operator=(const FakePolkit&) = delete;

 private:
  std::unique_ptr<sdbus::IConnection> connection_;
  std::unique_ptr<sdbus::IObject> object_;
};

/// One whose person never types the password.
class SlowPolkit {
 public:
  SlowPolkit()
      : connection_(sdbus::createSystemBusConnection()),
        object_(sdbus::createObject(*connection_, "/org/freedesktop/PolicyKit1/Authority")) {
    object_->registerMethod("org.freedesktop.PolicyKit1.Authority", "CheckAuthorization",
                            "(sa{sv})sa{ss}us", "(bba{ss})", [this](sdbus::MethodCall call) {
                              const std::lock_guard lock(mutex_);
                              open_.push_back(std::move(call));
                              asked_.notify_all();
                            });
    object_->finishRegistration();
    connection_->requestName("org.freedesktop.PolicyKit1");
    connection_->enterEventLoopAsync();
  }
  ~SlowPolkit() {
    connection_->leaveEventLoop();
    open_.clear();
  }
  SlowPolkit(const SlowPolkit&) = delete;
  SlowPolkit& operator=(const SlowPolkit&) = delete;

  /// False when fewer were asked within 20 s.
  bool was_asked(std::size_t questions) {
    std::unique_lock lock(mutex_);
    return asked_.wait_for(lock, 20s, [&] { return open_.size() >= questions; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable asked_;
  std::vector<sdbus::MethodCall> open_;
  std::unique_ptr<sdbus::IConnection> connection_;
  std::unique_ptr<sdbus::IObject> object_;
};

class OtherUser : public DBusServerTest {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root to be somebody else";
    DBusServerTest::SetUp();
    on_engine(
        [](FakeControl& control) { control.tunnel_reports = {tunnel("tokyo/a:isp1/ikev2")}; });
  }
};

TEST_F(OtherUser, MayReadWithoutPolkitButChangeNothing) {
  EXPECT_NE(as_nobody(bus_, "Status").find("osaka"), std::string::npos);
  EXPECT_NE(as_nobody(bus_, "ListTunnels").find("tokyo/a:isp1/ikev2"), std::string::npos);
  for (const auto* call :
       {"SetEnabled string:tokyo boolean:false", "Diff string:a", "DiffFile",
        "Apply string:a boolean:false", "Teardown", "SwitchNetwork string:corp string:"})
    EXPECT_NE(as_nobody(bus_, call).find("org.kaido.Error.PermissionDenied"), std::string::npos)
        << call;
  on_engine([](FakeControl& control) {
    EXPECT_TRUE(control.switched.empty());
    EXPECT_TRUE(control.moved.empty());
    EXPECT_TRUE(control.applied.empty());
    EXPECT_EQ(control.teardowns, 0);
  });
}

TEST_F(OtherUser, MayDoWhatPolkitGrantsAndNoMore) {
  const FakePolkit polkit(dbus::action_control);
  EXPECT_NE(as_nobody(bus_, "SetEnabled string:tokyo boolean:false").find("uint32 1"),
            std::string::npos);
  EXPECT_NE(as_nobody(bus_, "Teardown").find("org.kaido.Error.PermissionDenied"),
            std::string::npos);
  on_engine([](FakeControl& control) { EXPECT_EQ(control.teardowns, 0); });
}

TEST_F(OtherUser, CannotKeepOthersFromBeingAskedFor) {
  SlowPolkit polkit;
  std::vector<std::thread> waiting;
  for (int i = 0; i < 16; ++i) waiting.emplace_back([this] { as_nobody(bus_, "Teardown"); });
  const bool asked = polkit.was_asked(16);
  EXPECT_TRUE(asked);
  if (asked) {
    EXPECT_NE(as_nobody(bus_, "Teardown").find("org.kaido.Error.PermissionDenied"),
              std::string::npos)
        << "one more does not wait";
    EXPECT_EQ(call<std::uint32_t>("SetEnabled", std::string("tokyo"), false), 1U)
        << "root needs no polkit";
  }
  gateway_.stop();  // ends them
  for (auto& thread : waiting) thread.join();
}

TEST_F(OtherUser, CannotBeTheGateway) {
  gateway_.stop();
  auto* out = popen(  // NOLINT(cert-env33-c): fixed text
      ("setpriv --reuid=65534 --regid=65534 --clear-groups dbus-send --bus=" + bus_.address() +
       " --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.RequestName"
       " string:org.kaido.Gateway1 uint32:0 2>&1")
          .c_str(),
      "r");
  std::array<char, 400> line{};
  std::string text;
  while (fgets(line.data(), line.size(), out)) text += line.data();
  pclose(out);
  EXPECT_NE(text.find("AccessDenied"), std::string::npos) << text;
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
