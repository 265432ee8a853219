#include "core/ike_failure.hpp"

namespace kaido {

std::optional<Error> classify_ike_log(std::string_view) { return {}; }

}  // namespace kaido
