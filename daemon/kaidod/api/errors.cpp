#include "api/errors.hpp"

#include <string>

#include "kaido/dbus/names.hpp"

namespace kaido::api {

sdbus::Error to_dbus(const Error& error) {
  auto text = error.detail.empty() ? std::string(info(error.condition).cause) : error.detail;
  return {dbus::error_name(error.condition), text};
}

sdbus::Error to_dbus(const Diagnostics& mistakes) {
  std::string text;
  for (const auto& mistake : mistakes) text.append(text.empty() ? "" : "\n") += mistake.to_string();
  return {dbus::error_name(Condition::config_invalid), text};
}

sdbus::Error to_dbus(const ApplyFailure& failure) {
  return std::visit([](const auto& what) { return to_dbus(what); }, failure);
}

}  // namespace kaido::api
