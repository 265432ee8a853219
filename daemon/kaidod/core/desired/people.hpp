// Where people's devices come in, and what leads to each.
#pragma once

#include <string>
#include <vector>

#include "core/board.hpp"
#include "core/kernel.hpp"

namespace kaido {

/// A hub that lets people in by IKEv2.
[[nodiscard]] bool ikev2_for_people(const Model& model);

/// The devices, those of kPeopleDevice and kPeopleIkeDevice that this hub has.
[[nodiscard]] std::vector<std::string> people_devices(const Model& model);

/// The ways to a device that comes in by IKEv2, where the pools lead to kPeopleDevice.
[[nodiscard]] std::vector<Route> ways_to(const Model& model,
                                         const session::IkeAdmission& admission);

}  // namespace kaido
