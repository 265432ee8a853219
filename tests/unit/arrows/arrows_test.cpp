// Which folder may include which: the arrows of the architecture (see README.md).
#include <gtest/gtest.h>

#include "rules.hpp"

namespace kaido::arrows {
namespace {

const std::filesystem::path kRoot(KAIDO_SOURCE);
const std::vector<std::string> kSources{".cpp", ".hpp"};

std::vector<File> sources_of(const std::string& part) {
  return read_files(kRoot, folder_of(part), kSources);
}

void expect_none(const Breaches& breaches) {
  for (const auto& breach : breaches) ADD_FAILURE() << breach;
}

TEST(Arrows, PointOnlyWhereTheArchitectureAllows) {
  for (const auto& [part, targets] : allowed()) {
    const auto files = sources_of(part);
    EXPECT_FALSE(files.empty()) << part;
    for (const auto& file : files) expect_none(wrong_includes(file));
  }
}

TEST(Core, DoesNoInputAndOutputAndReadsNoClock) {
  for (const auto& file : sources_of("core")) expect_none(impurities(file));
}

TEST(Runners, DoNotIncludeEachOther) {
  for (const auto& file : sources_of("engine")) expect_none(runners_that_meet(file));
}

TEST(Targets, AreOneForEachFolderAndLinkAsTheArrowsPoint) {
  const std::filesystem::path daemon("daemon/kaidod");
  expect_none(wrong_targets(read_files(kRoot, daemon, {"CMakeLists.txt"}),
                            read_files(kRoot, daemon, {".cpp"})));
}

}  // namespace
}  // namespace kaido::arrows
