// The object /org/kaido/Gateway1: its connection, the calls that wait, permission and signals.
#pragma once

#include <sdbus-c++/IObject.h>
#include <sdbus-c++/Message.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/authority.hpp"
#include "api/bus_link.hpp"
#include "api/calls.hpp"
#include "api/readings.hpp"

namespace kaido::api {

/// A method with one result. Signatures are D-Bus's ("a{sv}").
struct Method {
  const char* name;
  const char* in = "";
  std::vector<std::string> in_names = {};  // NOLINT(*-redundant-member-init): may be left out
  const char* out;
  const char* out_name;
};

/// What the subjects register their members on and send their signals with. Owns the connection
/// and all that lives as long as one. On the engine's thread; see DBusServer for its failures.
class BusObject {
 public:
  using Fill = Calls::Fill;
  /// Reads the arguments of the call, and answers now or later.
  using Handler = std::function<void(sdbus::MethodCall& call, const Answer& answer)>;
  /// The same, of one who is named in the audit: "root", "uid 1000".
  using ActorHandler =
      std::function<void(sdbus::MethodCall& call, const Answer& answer, const std::string& actor)>;
  using OnBus = std::move_only_function<void(bool up, const std::string& why)>;

  /// `offer` registers all members: it is called anew for every connection.
  BusObject(boost::asio::io_context& io, std::function<void()> offer, OnBus on_bus);
  ~BusObject() { stop(); }
  BusObject(const BusObject&) = delete;
  BusObject& operator=(const BusObject&) = delete;

  void start();
  /// Open calls end unanswered, with the connection.
  void stop();

  // --- for `offer` only ---

  /// Everybody may call it; it is answered in its turn (Readings).
  void reading(const Method& method, Fill fill);
  /// The same of one with arguments: `ask` reads them, and gives what writes the result.
  void reading(const Method& method, std::function<Fill(sdbus::MethodCall& call)> ask);
  /// For those to whom `action` is granted.
  void changing(const Method& method, const char* action, Handler handle);
  void changing(const Method& method, const char* action, ActorHandler handle);
  void constant(const char* name, const std::string& value);
  void signal(const char* name, const char* signature, const std::vector<std::string>& names);

  // --- at any time ---

  /// Dropped when the bus is away or does not read.
  void emit(const char* name, const Fill& fill);

 private:
  void connected(sdbus::IConnection& connection);
  void lost(const std::string& why);
  void release();
  void add(const Method& method, std::function<void(sdbus::MethodCall)> handle);
  void read(sdbus::MethodCall call, Fill fill);
  void permit(sdbus::MethodCall call, const char* action, const ActorHandler& handle);

  std::function<void()> offer_;
  OnBus on_bus_;
  std::shared_ptr<BusLink> link_;
  Readings readings_;
  std::shared_ptr<Calls> calls_;
  std::unique_ptr<Authority> authority_;
  std::unique_ptr<sdbus::IObject> object_;
  std::optional<bool> up_;
};

}  // namespace kaido::api
