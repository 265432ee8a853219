// write(2) until it is done.
#pragma once

#include <string_view>

namespace kaido {

/// All of `content`; does not sync. False: errno says why.
[[nodiscard]] bool write_all(int fd, std::string_view content);

}  // namespace kaido
