// Which folder may include which: the arrows of the architecture (see README.md).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace {

namespace fs = std::filesystem;
using Parts = std::set<std::string>;

const std::map<std::string, Parts>& allowed() {
  static const std::map<std::string, Parts> arrows{
      {"core", {"kaido"}},
      {"ports", {"kaido", "core"}},
      {"config", {"kaido", "core"}},
      {"engine", {"kaido", "core", "ports"}},
      {"adapters", {"kaido", "core", "ports"}},
      {"api", {"kaido", "core", "engine"}},
      {"app", {"kaido", "core", "ports", "config", "engine", "adapters", "api"}},
      {"cli", {"kaido", "core", "config"}},
      {"reflector", {"kaido"}},
      {"kaido", {}},
  };
  return arrows;
}

/// The folders of the project and the libraries that core must not know.
const Parts& parts() {
  static const Parts all{"core", "ports", "config",    "engine", "adapters",
                         "api",  "app",   "reflector", "kaido"};
  return all;
}

void check(const fs::path& root, const std::string& folder, bool pure) {
  static const Parts impure{"boost", "sys", "linux", "openssl", "sdbus-c++", "systemd"};
  static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"/]+)/([^>"/]*))");
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const auto extension = entry.path().extension();
    if (extension != ".cpp" && extension != ".hpp") continue;
    // Folders below adapters are adapters of their own.
    const auto own = folder == "adapters" ? fs::relative(entry.path(), root).begin()->string() : "";
    std::ifstream in(entry.path());
    std::smatch match;
    for (std::string line; std::getline(in, line);) {
      if (!std::regex_search(line, match, include)) continue;
      const auto target = match[1].str();
      if (parts().contains(target) && target != folder) {
        EXPECT_TRUE(allowed().at(folder).contains(target)) << entry.path() << ": " << line;
      }
      if (target == "adapters" && folder == "adapters") {
        EXPECT_TRUE(line.find("adapters/" + own + "/") != std::string::npos)
            << entry.path() << ": an adapter knows no other adapter: " << line;
      }
      if (pure) {
        EXPECT_FALSE(impure.contains(target)) << entry.path() << ": core does no I/O: " << line;
      }
    }
  }
}

TEST(Arrows, PointOnlyWhereTheArchitectureAllows) {
  const fs::path source(KAIDO_SOURCE);
  for (const auto& [folder, targets] : allowed()) {
    if (folder == "cli") {
      check(source / "cli", folder, false);
    } else if (folder == "reflector") {
      check(source / "daemon/reflector", folder, false);
    } else if (folder == "kaido") {
      check(source / "include", folder, false);
    } else {
      check(source / "daemon/kaidod" / folder, folder, folder == "core");
    }
  }
}

}  // namespace
