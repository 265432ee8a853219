#include "core/diagnostic.hpp"

#include <fmt/format.h>

namespace kaido {

std::string Diagnostic::to_string() const {
  auto text = line == 0 ? fmt::format("{}: {}", file, message)
                        : fmt::format("{}:{}:{}: {}", file, line, column, message);
  if (!hint.empty()) text += fmt::format(" ({})", hint);
  return text;
}

}  // namespace kaido
