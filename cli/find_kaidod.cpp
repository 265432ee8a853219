#include "find_kaidod.hpp"

#include <system_error>

namespace kaido::cli {

std::filesystem::path find_kaidod(const std::filesystem::path& own) {
  std::filesystem::path name("kaidod");
  if (own.empty()) return name;
  std::error_code ignored;
  for (const auto& folder : {own, own.parent_path() / "sbin"})
    if (std::filesystem::is_regular_file(folder / name, ignored)) return folder / name;
  return name;
}

std::filesystem::path own_folder() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
}

}  // namespace kaido::cli
