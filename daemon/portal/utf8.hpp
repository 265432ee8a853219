// What may stand in one line of a question for kaidod.
#pragma once

#include <string_view>

namespace kaido::portal {

/// UTF-8 (RFC 3629) without control characters, of ASCII and of C1.
[[nodiscard]] bool is_line(std::string_view text);

}  // namespace kaido::portal
