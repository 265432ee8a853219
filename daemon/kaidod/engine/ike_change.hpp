// Carries a difference out in charon.
#pragma once

#include "core/ike_difference.hpp"
#include "ports/ike_control.hpp"

namespace kaido {

/// Gives `ike` the orders at once, so that what is ordered afterwards finds them done. `done` comes
/// once, after the last of them: with the names of what was loaded and unloaded, or the first
/// refusal, which does not stop the rest.
void carry_out(IkeControl& ike, IkeDifference difference, IkeControl::Done<IkeControl::Names> done);

}  // namespace kaido
