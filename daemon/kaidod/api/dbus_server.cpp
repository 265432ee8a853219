#include "api/dbus_server.hpp"

#include <utility>

#include "api/bus_object.hpp"
#include "api/configuration.hpp"
#include "api/gateway.hpp"
#include "api/networks.hpp"
#include "api/people.hpp"
#include "api/tunnels.hpp"

namespace kaido::api {

/// The subjects on one bus object, and the engine's observer, which tells each of its changes.
class DBusServer::Impl final : public Observer {
 public:
  Impl(boost::asio::io_context& io, const Controls& controls, OnBus on_bus)
      : control_(controls.gateway),
        object_(
            io, [this] { offer(); }, std::move(on_bus)),
        gateway_(controls.gateway, object_),
        tunnels_(controls.tunnels, object_),
        networks_(controls.networks, object_),
        configuration_(controls.configuration, object_),
        people_(controls.people, object_) {
    control_.set_observer(this);
    object_.start();
  }
  ~Impl() override { control_.set_observer(nullptr); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void tunnel_changed(const TunnelReport& tunnel) override { tunnels_.tunnel_changed(tunnel); }
  void network_changed(const NetworkReport& network) override {
    networks_.network_changed(network);
  }
  void path_changed(const PathReport& path) override { networks_.path_changed(path); }
  void condition_changed(const ConditionReport& condition, bool raised) override {
    gateway_.condition_changed(condition, raised);
  }
  void configuration_applied(const std::vector<std::string>& changes) override {
    configuration_.configuration_applied(changes);
  }
  void logged(const LogEntry& entry) override { gateway_.logged(entry); }

 private:
  void offer() {
    gateway_.offer();
    tunnels_.offer();
    networks_.offer();
    configuration_.offer();
    people_.offer();
  }

  GatewayControl& control_;
  BusObject object_;
  GatewayMembers gateway_;
  TunnelMembers tunnels_;
  NetworkMembers networks_;
  ConfigurationMembers configuration_;
  PeopleMembers people_;
};

DBusServer::DBusServer(boost::asio::io_context& io, const Controls& controls, OnBus on_bus)
    : impl_(std::make_unique<Impl>(io, controls, std::move(on_bus))) {}

DBusServer::~DBusServer() = default;

}  // namespace kaido::api
