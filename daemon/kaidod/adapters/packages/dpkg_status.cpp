#include "adapters/packages/dpkg_status.hpp"

#include <fstream>
#include <string>

namespace kaido {

std::optional<std::string> DpkgStatus::version_of(std::string_view package) const {
  std::ifstream file(file_);
  bool its_own = false;
  bool installed = false;
  std::string version;
  std::string line;
  for (bool more = true; more;) {
    more = static_cast<bool>(std::getline(file, line));
    const auto text = more ? std::string_view(line) : std::string_view();
    const auto value = [&](std::string_view field) { return text.substr(field.size()); };
    if (text.empty()) {  // the end of a paragraph, or of the file
      if (its_own && installed && !version.empty()) return version;
      its_own = installed = false;
      version.clear();
    } else if (text.starts_with("Package: ")) {
      its_own = value("Package: ") == package;
    } else if (text.starts_with("Status: ")) {
      installed = text.ends_with(" installed");
    } else if (text.starts_with("Version: ")) {
      version = value("Version: ");
    }
  }
  return std::nullopt;
}

}  // namespace kaido
