// Which version of a package is installed, by dpkg's own list.
#include "adapters/packages/dpkg_status.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace kaido {
namespace {

class Dpkg : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(file_); }
  [[nodiscard]] std::optional<std::string> version(const std::string& status) const {
    std::ofstream(file_) << status;
    return DpkgStatus(file_).version_of("strongswan-libcharon");
  }
  std::filesystem::path file_ =
      std::filesystem::path(testing::TempDir()) / ("dpkg-status-" + std::to_string(getpid()));
};

constexpr char kOther[] =
    "Package: strongswan-libcharon-dbg\nStatus: install ok installed\nVersion: 1\n\n";
constexpr char kCharon[] =
    "Package: strongswan-libcharon\nStatus: install ok installed\nPriority: optional\n"
    "Source: strongswan (5.9.7)\nVersion: 5.9.8-5+deb12u6\n"
    "Description: strongSwan charon library\n Version: 3\n";

TEST_F(Dpkg, TellsThePackagesOwn) {
  EXPECT_EQ(version(std::string(kOther) + kCharon + "\n" + kOther), "5.9.8-5+deb12u6");
  EXPECT_EQ(version(std::string(kOther) + kCharon), "5.9.8-5+deb12u6") << "the last one";
}

TEST_F(Dpkg, KnowsNothingOfWhatIsNotInstalled) {
  EXPECT_EQ(version(""), std::nullopt);
  EXPECT_EQ(version(kOther), std::nullopt);
  EXPECT_EQ(version("Package: strongswan-libcharon\nStatus: deinstall ok config-files\n"
                    "Version: 5.9.8-5\n"),
            std::nullopt);
  EXPECT_EQ(version("Package: strongswan-libcharon\nStatus: unknown ok not-installed\n"
                    "Version: 5.9.8-5\n"),
            std::nullopt);
  EXPECT_EQ(DpkgStatus("/nonexistent").version_of("strongswan-libcharon"), std::nullopt);
}

}  // namespace
}  // namespace kaido
