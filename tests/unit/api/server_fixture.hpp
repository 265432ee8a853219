// A DBusServer on a private bus, and a client of it.
#pragma once

#include <gtest/gtest.h>
#include <sdbus-c++/sdbus-c++.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway.hpp"
#include "kaido/dbus/names.hpp"
#include "private_bus.hpp"

namespace kaido::api {

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

inline TunnelReport tunnel(const std::string& name) {
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

}  // namespace kaido::api
