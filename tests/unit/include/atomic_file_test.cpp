#include "kaido/atomic_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace kaido {
namespace {

namespace fs = std::filesystem;

class AtomicFile : public testing::Test {
 protected:
  AtomicFile() : umask_(::umask(0077)) {  // that of kaidod.service
    std::string name = (fs::temp_directory_path() / "kaido-atomic-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    file_ = folder_ / "kaido.toml";
  }
  ~AtomicFile() override {
    ::umask(umask_);
    fs::remove_all(folder_);
  }

  Result<void> write(const char* text) const {
    return write_atomically(file_, text, 0640, Condition::config_not_written);
  }
  [[nodiscard]] struct stat status() const {
    struct stat status{};
    EXPECT_EQ(::stat(file_.c_str(), &status), 0);
    return status;
  }

  mode_t umask_;
  fs::path folder_;
  fs::path file_;
};

TEST_F(AtomicFile, ThatIsNewObeysTheUmask) {
  ASSERT_TRUE(write("new"));
  EXPECT_EQ(status().st_mode & 0777U, 0600U);
}

TEST_F(AtomicFile, KeepsItsModeAndItsGroup) {
  std::ofstream(file_) << "old";
  ASSERT_EQ(::chmod(file_.c_str(), 0640), 0);
  const gid_t group = geteuid() == 0 ? 4242 : getegid();
  ASSERT_EQ(::chown(file_.c_str(), static_cast<uid_t>(-1), group), 0);
  ASSERT_TRUE(write("new"));
  EXPECT_EQ(status().st_mode & 0777U, 0640U);
  EXPECT_EQ(status().st_gid, group);
  std::string text;
  std::ifstream(file_) >> text;
  EXPECT_EQ(text, "new");
}

}  // namespace
}  // namespace kaido
