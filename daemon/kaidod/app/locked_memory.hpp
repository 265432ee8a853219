// What a machine that is short of memory may not take away.
#pragma once

#include <system_error>

namespace kaido {

/// Keeps in memory what was used until now, and all of our own code: a machine under pressure would
/// page out what waits for years, and fetch it from a disk that is as busy when a line dies. What
/// comes later is not kept. Bounded by RLIMIT_MEMLOCK (LimitMEMLOCK= of the unit), which counts the
/// whole address space, used or not; beyond it nothing is kept, and it is an error.
std::error_code stay_in_memory();

}  // namespace kaido
