// What the D-Bus API may ask of the engine: an interface for each subject.
#pragma once

#include "engine/control/configuration_control.hpp"
#include "engine/control/gateway_control.hpp"
#include "engine/control/network_control.hpp"
#include "engine/control/people_control.hpp"
#include "engine/control/tunnel_control.hpp"

namespace kaido {

/// One strand: every call and every callback runs on the engine's thread.
struct Controls {
  GatewayControl& gateway;
  TunnelControl& tunnels;
  NetworkControl& networks;
  ConfigurationControl& configuration;
  PeopleControl& people;
};

}  // namespace kaido
