#include "find_kaidod.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

namespace kaido::cli {
namespace {

namespace fs = std::filesystem;

class FindKaidod : public testing::Test {
 protected:
  FindKaidod() {
    auto name = (fs::temp_directory_path() / "find-kaidod-XXXXXX").string();
    prefix_ = mkdtemp(name.data());
    fs::create_directories(prefix_ / "bin");
    fs::create_directories(prefix_ / "sbin");
  }
  ~FindKaidod() override { fs::remove_all(prefix_); }

  fs::path prefix_;
};

TEST_F(FindKaidod, LooksInTheSbinBesideItsBin) {
  std::ofstream(prefix_ / "sbin/kaidod") << "";
  EXPECT_EQ(find_kaidod(prefix_ / "bin"), prefix_ / "sbin/kaidod");
}

TEST_F(FindKaidod, PrefersTheOneBesideIt) {
  std::ofstream(prefix_ / "sbin/kaidod") << "";
  std::ofstream(prefix_ / "bin/kaidod") << "";
  EXPECT_EQ(find_kaidod(prefix_ / "bin"), prefix_ / "bin/kaidod");
}

TEST_F(FindKaidod, LeavesItToPathOtherwise) {
  fs::create_directory(prefix_ / "sbin/kaidod");  // a folder is no program
  EXPECT_EQ(find_kaidod(prefix_ / "bin"), "kaidod");
  EXPECT_EQ(find_kaidod({}), "kaidod");
}

}  // namespace
}  // namespace kaido::cli
