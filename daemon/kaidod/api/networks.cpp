#include "api/networks.hpp"

#include "api/write.hpp"
#include "kaido/dbus/names.hpp"

namespace kaido::api {

void NetworkMembers::offer() {
  object_.reading({.name = "ListNetworks", .out = "aa{sv}", .out_name = "networks"},
                  [this](sdbus::Message& reply) { write(reply, control_.networks()); });
  object_.reading({.name = "Paths", .out = "aa{sv}", .out_name = "paths"},
                  [this](sdbus::Message& reply) { write(reply, control_.paths()); });
  object_.changing({.name = "SwitchNetwork",
                    .in = "ss",
                    .in_names = {"network", "path"},
                    .out = "s",
                    .out_name = "in_use"},
                   dbus::action_control, [this](sdbus::MethodCall& call, const Answer& answer) {
                     std::string network;
                     std::string path;
                     call >> network >> path;
                     control_.switch_network(network, path, answer);
                   });
  object_.signal("NetworkChanged", "a{sv}", {"network"});
  object_.signal("PathChanged", "a{sv}", {"path"});
}

void NetworkMembers::network_changed(const NetworkReport& network) {
  object_.emit("NetworkChanged", [&](sdbus::Message& message) { write(message, network); });
}

void NetworkMembers::path_changed(const PathReport& path) {
  object_.emit("PathChanged", [&](sdbus::Message& message) { write(message, path); });
}

}  // namespace kaido::api
