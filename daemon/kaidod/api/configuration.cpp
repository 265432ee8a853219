#include "api/configuration.hpp"

#include <optional>
#include <utility>

#include "api/write.hpp"
#include "kaido/dbus/names.hpp"

namespace kaido::api {

void ConfigurationMembers::offer() {
  object_.reading({.name = "Show", .out = "s", .out_name = "text"},
                  [this](sdbus::Message& reply) { write(reply, control_.show()); });
  offer_diff();
  offer_apply();
  object_.signal("ConfigurationApplied", "as", {"changes"});
}

/// It reads files as the daemon: that is no question for everybody.
void ConfigurationMembers::offer_diff() {
  object_.changing(
      {.name = "Diff", .in = "s", .in_names = {"text"}, .out = "as", .out_name = "differences"},
      dbus::action_configure, [this](sdbus::MethodCall& call, const Answer& answer) {
        std::string text;
        call >> text;
        answer(control_.diff(text));
      });
  object_.changing(
      {.name = "DiffFile", .out = "as", .out_name = "differences"}, dbus::action_configure,
      [this](sdbus::MethodCall&, const Answer& answer) { answer(control_.diff(std::nullopt)); });
}

void ConfigurationMembers::offer_apply() {
  object_.changing({.name = "Apply",
                    .in = "sb",
                    .in_names = {"text", "from_file"},
                    .out = "as",
                    .out_name = "changes"},
                   dbus::action_configure, [this](sdbus::MethodCall& call, const Answer& answer) {
                     std::string text;
                     bool from_file = false;
                     call >> text >> from_file;
                     control_.apply(from_file ? std::nullopt : std::optional(std::move(text)),
                                    answer);
                   });
}

void ConfigurationMembers::configuration_applied(const std::vector<std::string>& changes) {
  object_.emit("ConfigurationApplied", [&](sdbus::Message& message) { write(message, changes); });
}

}  // namespace kaido::api
