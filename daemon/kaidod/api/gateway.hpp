// The gateway as a whole on the bus: status, uplinks, log, conditions, teardown.
#pragma once

#include "api/bus_object.hpp"
#include "engine/control/gateway_control.hpp"

namespace kaido::api {

class GatewayMembers {
 public:
  GatewayMembers(GatewayControl& control, BusObject& object) : control_(control), object_(object) {}

  void offer();
  void condition_changed(const ConditionReport& condition, bool raised);
  void logged(const LogEntry& entry);

 private:
  GatewayControl& control_;
  BusObject& object_;
};

}  // namespace kaido::api
