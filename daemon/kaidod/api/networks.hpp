// The networks and the paths on the bus.
#pragma once

#include "api/bus_object.hpp"
#include "engine/control/network_control.hpp"

namespace kaido::api {

class NetworkMembers {
 public:
  NetworkMembers(NetworkControl& control, BusObject& object) : control_(control), object_(object) {}

  void offer();
  void network_changed(const NetworkReport& network);
  void path_changed(const PathReport& path);

 private:
  NetworkControl& control_;
  BusObject& object_;
};

}  // namespace kaido::api
