// Which charon has holes, and which of two Debian versions is newer.
#include "core/charon_holes.hpp"

#include <gtest/gtest.h>

#include "core/debian_version.hpp"

namespace kaido {
namespace {

struct Pair {
  const char* older;
  const char* newer;
};

TEST(DebianVersions, AreSortedAsDpkgSortsThem) {
  // Asked of dpkg --compare-versions.
  for (const auto& [older, newer] : {Pair{"5.9.8-5+deb12u4", "5.9.8-5+deb12u6"},
                                     {"5.9.8-5+deb12u6", "5.9.8-5+deb12u10"},
                                     {"5.9.8-5", "5.9.8-5+deb12u1"},
                                     {"5.9.8-5~bpo11+1", "5.9.8-5"},
                                     {"5.9.8~rc1-1", "5.9.8-1"},
                                     {"5.9.8~~", "5.9.8~"},
                                     {"5.9.8", "5.9.8.1"},
                                     {"5.9.8a", "5.9.8+a"},
                                     {"5.9.9", "5.9.10"},
                                     {"6.0.1-6", "1:5.9.8-1"},
                                     {"", "1"},
                                     {"1.0-1-1", "1.0-2-1"}}) {
    EXPECT_TRUE(compare_versions(older, newer) < 0) << older << " " << newer;
    EXPECT_TRUE(compare_versions(newer, older) > 0) << older << " " << newer;
  }
  for (const auto& [one, other] :
       {Pair{"0:5.9.8", "5.9.8"}, {"5.9.08-1", "5.9.8-01"}, {"5.9.8-0", "5.9.8"}}) {
    EXPECT_TRUE(compare_versions(one, other) == 0) << one << " " << other;
  }
  EXPECT_EQ(upstream_version("1:5.9.8-5+deb12u6"), "5.9.8");
  EXPECT_EQ(upstream_version("1.0-rc-2"), "1.0-rc");
}

std::string holes_of(const char* version) {
  const auto trouble = charon_trouble(version);
  if (!trouble) return "";
  EXPECT_EQ(trouble->condition, Condition::charon_outdated);
  std::string names;
  for (const auto& hole : kCharonHoles)
    if (trouble->detail.find(hole.name) != std::string::npos)
      names += std::string(names.empty() ? "" : " ") + std::string(hole.name.substr(4));
  return names;
}

TEST(CharonHoles, AreThoseThatThePackageDoesNotMend) {
  EXPECT_EQ(holes_of("5.9.8-5+deb12u6"), "");
  EXPECT_EQ(holes_of("5.9.8-5+deb12u7"), "");
  EXPECT_EQ(holes_of("5.9.8-5+deb12u5"), "2026-78135");
  EXPECT_EQ(holes_of("5.9.8-5+deb12u3"), "2026-78135 2026-35331 2026-35333");
  EXPECT_EQ(holes_of("5.9.1-1+deb11u4"), "2026-35331 2026-35333") << "before the first";
  EXPECT_EQ(holes_of("6.0.1-6"), "2026-78135 2026-35331 2026-35333") << "nothing is known of it";
  EXPECT_EQ(holes_of("6.0.8-1"), "");
}

TEST(CharonHoles, AreToldWithTheVersionAndWhatMendsThem) {
  const auto trouble = charon_trouble("5.9.8-5+deb12u5");
  ASSERT_TRUE(trouble);
  EXPECT_EQ(trouble->detail,
            "5.9.8-5+deb12u5: CVE-2026-78135 (a stranger may open tunnels before having proved "
            "anything; not in 5.9.8-5+deb12u6 of Debian 12, nor in 6.0.8 of strongSwan)");
}

}  // namespace
}  // namespace kaido
