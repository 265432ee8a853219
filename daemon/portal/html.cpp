#include "portal/html.hpp"

namespace kaido::portal {

std::string escape(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (const char each : text) {
    switch (each) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += each;
    }
  }
  return safe;
}

}  // namespace kaido::portal
