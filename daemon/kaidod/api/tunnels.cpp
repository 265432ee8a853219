#include "api/tunnels.hpp"

#include "api/write.hpp"
#include "kaido/dbus/names.hpp"

namespace kaido::api {

void TunnelMembers::offer() {
  object_.reading({.name = "ListTunnels", .out = "aa{sv}", .out_name = "tunnels"},
                  [this](sdbus::Message& reply) { write(reply, control_.tunnels()); });
  object_.changing({.name = "SetEnabled",
                    .in = "sb",
                    .in_names = {"name", "enabled"},
                    .out = "u",
                    .out_name = "count"},
                   dbus::action_control, [this](sdbus::MethodCall& call, const Answer& answer) {
                     std::string name;
                     bool enabled = false;
                     call >> name >> enabled;
                     control_.set_enabled(name, enabled, answer);
                   });
  object_.signal("TunnelChanged", "a{sv}", {"tunnel"});
}

void TunnelMembers::tunnel_changed(const TunnelReport& tunnel) {
  object_.emit("TunnelChanged", [&](sdbus::Message& message) { write(message, tunnel); });
}

}  // namespace kaido::api
