// The people of a hub on the bus.
#pragma once

#include <string>

#include "api/bus_object.hpp"
#include "engine/control/people_control.hpp"

namespace kaido::api {

class PeopleMembers {
 public:
  PeopleMembers(PeopleControl& control, BusObject& object) : control_(control), object_(object) {}

  void offer();

 private:
  void offer_users();
  void offer_codes();
  void offer_devices();
  void offer_sessions();
  void offer_audit();

  PeopleControl& control_;
  BusObject& object_;
};

}  // namespace kaido::api
