// The configuration on the bus.
#pragma once

#include <string>
#include <vector>

#include "api/bus_object.hpp"
#include "engine/control/configuration_control.hpp"

namespace kaido::api {

class ConfigurationMembers {
 public:
  ConfigurationMembers(ConfigurationControl& control, BusObject& object)
      : control_(control), object_(object) {}

  void offer();
  void configuration_applied(const std::vector<std::string>& changes);

 private:
  void offer_diff();
  void offer_apply();

  ConfigurationControl& control_;
  BusObject& object_;
};

}  // namespace kaido::api
