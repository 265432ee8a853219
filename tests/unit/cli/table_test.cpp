#include "output/table.hpp"

#include <gtest/gtest.h>

namespace kaido::cli {
namespace {

TEST(DisplayWidth, CountsWideCharactersTwiceAndCombiningMarksNever) {
  EXPECT_EQ(display_width("tokyo"), 5U);
  EXPECT_EQ(display_width("東京"), 4U);
  EXPECT_EQ(display_width("ﾄｳｷｮｳ"), 5U);
  EXPECT_EQ(display_width("か\u3099"), 2U);
  EXPECT_EQ(display_width("zürich"), 6U);
  EXPECT_EQ(display_width("\xff"), 1U);
  EXPECT_EQ(display_width("\xe6\x9d"), 2U) << "a cut character is two broken bytes";
}

TEST(Table, LinesUpColumnsWhateverTheScript) {
  Table table(2);
  table.titles({"HUB", "STATE"});
  table.add({{"東京"}, {"up"}});
  table.add({{"hongkong"}, {"down"}});
  EXPECT_EQ(table.draw(Style(false)),
            "  HUB       STATE\n"
            "  東京      up\n"
            "  hongkong  down\n");
}

TEST(Table, LeavesNoSpacesAtTheEndOfALine) {
  Table table;
  table.add({{"a"}, {""}, {"c"}});
  table.add({{"aaa"}, {"b"}, {""}});
  EXPECT_EQ(table.draw(Style(false)), "a       c\naaa  b\n");
}

TEST(Table, LeavesOutAColumnThatIsEmptyEverywhere) {
  Table table;
  table.titles({"A", "NOTHING", "C"});
  table.add({{"1"}, {""}, {"3"}});
  EXPECT_EQ(table.draw(Style(false)), "A  C\n1  3\n");
}

TEST(Table, AlignsNumbersToTheRight) {
  Table table;
  table.align_right(1);
  table.add({{"a"}, {"1 kB"}, {"x"}});
  table.add({{"b"}, {"120 kB"}, {"y"}});
  EXPECT_EQ(table.draw(Style(false)), "a    1 kB  x\nb  120 kB  y\n");
}

TEST(Table, PaintsWithoutBreakingTheColumns) {
  Table table;
  table.add({{"up", Colour::green}, {"x"}});
  table.add({{"down", Colour::red}, {"y"}});
  EXPECT_EQ(table.draw(Style(true)), "\x1b[32mup\x1b[0m    x\n\x1b[31mdown\x1b[0m  y\n");
}

TEST(Table, KeepsControlCharactersAwayFromTheTerminal) {
  Table table;
  table.add({{"a\x1b[2Jb\n"}});
  EXPECT_EQ(table.draw(Style(false)), "a?[2Jb?\n");
}

TEST(Numbers, AreShortAndInUnitsThatPeopleRead) {
  EXPECT_EQ(duration(0), "0 s");
  EXPECT_EQ(duration(-3), "0 s");
  EXPECT_EQ(duration(59), "59 s");
  EXPECT_EQ(duration(3599), "59 min");
  EXPECT_EQ(duration(11040), "3 h 4 min");
  EXPECT_EQ(duration(273600), "3 d 4 h");
  EXPECT_EQ(duration(200LL * 86400), "200 d");
  EXPECT_EQ(bytes(0), "0 B");
  EXPECT_EQ(bytes(999), "999 B");
  EXPECT_EQ(bytes(1234), "1.2 kB");
  EXPECT_EQ(bytes(34'000'000), "34 MB");
  EXPECT_EQ(bytes(999'999), "1.0 MB");
  EXPECT_EQ(bytes(~0ULL), "18 EB");
}

}  // namespace
}  // namespace kaido::cli
