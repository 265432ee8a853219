// The tunnels on the bus.
#pragma once

#include "api/bus_object.hpp"
#include "engine/control/tunnel_control.hpp"

namespace kaido::api {

class TunnelMembers {
 public:
  TunnelMembers(TunnelControl& control, BusObject& object) : control_(control), object_(object) {}

  void offer();
  void tunnel_changed(const TunnelReport& tunnel);

 private:
  TunnelControl& control_;
  BusObject& object_;
};

}  // namespace kaido::api
