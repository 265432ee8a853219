#include "api/gateway.hpp"

#include "api/write.hpp"
#include "kaido/dbus/names.hpp"

namespace kaido::api {

void GatewayMembers::offer() {
  object_.constant("Version", KAIDO_VERSION);
  object_.reading({.name = "Status", .out = "a{sv}", .out_name = "status"},
                  [this](sdbus::Message& reply) { write(reply, control_.status()); });
  object_.reading({.name = "ListUplinks", .out = "aa{sv}", .out_name = "uplinks"},
                  [this](sdbus::Message& reply) { write(reply, control_.uplinks()); });
  object_.reading(
      {.name = "Log", .in = "u", .in_names = {"count"}, .out = "aa{sv}", .out_name = "entries"},
      [this](sdbus::MethodCall& call) -> BusObject::Fill {
        std::uint32_t count = 0;
        call >> count;
        return [this, count](sdbus::Message& reply) { write(reply, control_.log(count)); };
      });
  object_.changing({.name = "Teardown", .out = "as", .out_name = "removed"}, dbus::action_configure,
                   [this](sdbus::MethodCall&, const Answer& answer) { control_.teardown(answer); });
  object_.signal("ConditionChanged", "a{sv}b", {"condition", "raised"});
  object_.signal("Logged", "a{sv}", {"entry"});
}

void GatewayMembers::condition_changed(const ConditionReport& condition, bool raised) {
  object_.emit("ConditionChanged", [&](sdbus::Message& message) {
    write(message, condition);
    message << raised;
  });
}

void GatewayMembers::logged(const LogEntry& entry) {
  object_.emit("Logged", [&](sdbus::Message& message) { write(message, entry); });
}

}  // namespace kaido::api
