#include "output/mistakes.hpp"

#include <gtest/gtest.h>

namespace kaido::cli {
namespace {

TEST(Mistakes, ShowTheLineAndPointAtThePlace) {
  const Diagnostics mistakes{{"kaido.toml", 2, 1, "unknown key nam", "did you mean name?"}};
  EXPECT_EQ(draw_mistakes(mistakes, "[gateway]\nnam = \"x\"\n", Style(false)),
            R"(kaido.toml:2:1: mistake: unknown key nam
    2 | nam = "x"
      | ^
      = did you mean name?
)");
}

TEST(Mistakes, PointAtThePlaceBehindWideCharactersToo) {
  const Diagnostics mistakes{{"k", 1, 6, "wrong", ""}};
  EXPECT_EQ(draw_mistakes(mistakes, "\"東京\" = 1", Style(false)),
            "k:1:6: mistake: wrong\n"
            "    1 | \"東京\" = 1\n"
            "      |        ^\n");
}

TEST(Mistakes, DoWithoutTheSourceAndWithoutAPlace) {
  const Diagnostics mistakes{{"k", 9, 1, "wrong", ""}, {"k", 0, 0, "cannot be read", ""}};
  EXPECT_EQ(draw_mistakes(mistakes, "", Style(false)),
            "k:9:1: mistake: wrong\nk: mistake: cannot be read\n");
}

}  // namespace
}  // namespace kaido::cli
