// Who may call what.
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

#include "server_fixture.hpp"

namespace kaido::api {
namespace {

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

TEST_F(OtherUser, SeesNothingOfPeopleAndChangesNothing) {
  for (const auto* call :
       {"ListUsers", "RemoveUser string:alice",
        "NewOtp string:alice string:SHA1 uint32:6 uint32:30", "VerifyOtp string:alice string:1",
        "NewRecoveryCodes string:alice", "NewBypassCode string:alice uint32:5", "ListDevices",
        "AddDevice string:alice string:x array:byte:1 string: string:",
        "EnableDevice string:alice string:x boolean:true", "RemoveDevice string:alice string:x",
        "ListSessions boolean:true", "EndSession string:0123", "ExtendSession string:0123 uint32:5",
        "Audit string: string: uint32:5", "VerifyAudit"})
    EXPECT_NE(as_nobody(bus_, call).find("org.kaido.Error.PermissionDenied"), std::string::npos)
        << call;
  on_engine([](FakeControl& control) { EXPECT_TRUE(control.people.asked.empty()); });
}

TEST_F(OtherUser, IsNamedInTheAuditForWhatPolkitGrants) {
  const FakePolkit polkit(dbus::action_people);
  EXPECT_NE(as_nobody(bus_, "RemoveUser string:alice").find("alice"), std::string::npos);
  EXPECT_NE(as_nobody(bus_, "Teardown").find("org.kaido.Error.PermissionDenied"),
            std::string::npos);
  on_engine([](FakeControl& control) {
    EXPECT_EQ(control.people.asked, std::vector<std::string>{"uid 65534: remove alice"});
  });
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

}  // namespace
}  // namespace kaido::api
