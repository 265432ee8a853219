// org.kaido.Gateway1 on the system bus.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "engine/control/controls.hpp"

namespace kaido::api {

/// Offers the Controls as org.kaido.Gateway1 (include/kaido/dbus/org.kaido.Gateway1.xml) and makes
/// their changes its signals. Sets itself as their observer.
///
/// Threading: everything on the thread of `io`, which must be the engine's; nothing there ever
/// waits for the bus. The Controls must outlive it; answers that come after its end are dropped.
/// Failure: a bus that is absent, refuses the name or goes away is reported through `on_bus` and
/// tried again after 250 ms, doubling up to 10 s. Calls that were open are lost with their bus.
/// Signals are dropped, not queued, while the bus is away or does not read (1,000 are queued then).
class DBusServer {
 public:
  /// Called on the engine's thread when the state changes: first with the outcome of the first
  /// attempt. `why` is empty when up. It must not call back into this object.
  using OnBus = std::move_only_function<void(bool up, const std::string& why)>;

  DBusServer(boost::asio::io_context& io, const Controls& controls, OnBus on_bus);
  ~DBusServer();
  DBusServer(const DBusServer&) = delete;
  DBusServer& operator=(const DBusServer&) = delete;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kaido::api
