#include "people_csv.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace kaido::cli {
namespace {

using People = std::vector<NewPerson>;

/// "2:1 3:6": where the mistakes are; "none" for a text without.
std::string places(std::string_view text) {
  const auto people = read_people(text);
  if (people) return "none";
  std::string list;
  for (const auto& mistake : people.error()) {
    EXPECT_NE(mistake.message, "");
    list += fmt::format("{}{}:{}", list.empty() ? "" : " ", mistake.line, mistake.column);
  }
  return list;
}

std::string message(std::string_view text) {
  const auto people = read_people(text);
  return people ? "none" : people.error().front().message;
}

TEST(PeopleCsv, ReadsNamesDisplaysAndGroups) {
  const auto people = read_people(
      "name,display,groups\n"
      "mika,山田 美香,staff;admins\n"
      "tom,\"Miller, \"\"Tom\"\"\",staff\n"
      "ann,,\n");
  ASSERT_TRUE(people);
  EXPECT_EQ(*people, (People{{"mika", "山田 美香", {"staff", "admins"}},
                             {"tom", "Miller, \"Tom\"", {"staff"}},
                             {"ann", "", {}}}));
}

TEST(PeopleCsv, TakesWhatSpreadsheetsWrite) {
  const People both{{"mika", "M", {"staff"}}, {"tom", "T", {"a", "b"}}};
  for (const auto* text : {
           "\xEF\xBB\xBFname,display,groups\r\nmika,M,staff\r\ntom,T,a;b\r\n",
           "name,display,groups\nmika,M,staff\ntom,T,a;b",
           "\n\nname,display,groups\n\nmika,M,staff\n\r\ntom,T,\" a ; b \"\n\n",
           "groups,name,display\nstaff,mika,M\na;b,tom,T\n",
           "\"name\",\"display\",\"groups\"\n\"mika\",\"M\",\"staff\"\n\"tom\",\"T\",\"a;b\"\n",
       }) {
    const auto people = read_people(text);
    ASSERT_TRUE(people) << text << people.error().front().to_string();
    EXPECT_EQ(*people, both) << text;
  }
  const auto names = read_people("name\nmika\n");
  ASSERT_TRUE(names);
  EXPECT_EQ(*names, (People{{"mika", "", {}}}));
}

TEST(PeopleCsv, TakesAPolicyWhereOneIsSaid) {
  const auto people = read_people("name,policy\nmika,certificate+otp\nrobot,certificate\nann,\n");
  ASSERT_TRUE(people);
  EXPECT_EQ(*people, (People{{"mika", "", {}, "certificate+otp"},
                             {"robot", "", {}, "certificate"},
                             {"ann", "", {}}}));
  EXPECT_EQ(message("name,policy\nmika,none\n"),
            "none is no policy: certificate+otp or certificate");
}

TEST(PeopleCsv, TellsWhereEachMistakeIs) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"", "1:1"},
      {"\n\r\n", "1:1"},
      {"name,display,groups\n", "1:1"},
      {"display,groups\nx,y\n", "1:1"},
      {"mika,M,staff\n", "1:1"},
      {"name;display;groups\nmika;M;staff\n", "1:1"},
      {"name,name\nmika,tom\n", "1:6"},
      {"name,display,\nmika,M,\n", "1:14"},
      {"name,Display\nmika,M\n", "1:6"},
      {"name,display\nmika\ntom,T,x\n", "2:1 3:1"},
      {"name\nMika\n-a\n\"\"\n" + std::string(65, 'a') + "\n", "2:1 3:1 4:1 5:1"},
      {"display,name\n山田,x y\n", "2:4"},
      {"name\nmika\ntom\nmika\nmika\n", "4:1 5:1"},
      {"name,display\nmika," + std::string(201, 'x') + "\n", "2:6"},
      {"name,display\nmika,a\tb\n", "2:6"},
      {"name,display\nmika,\"a\nb\"\ntom,\x01\n", "2:6 4:5"},
      {"name,groups\nmika,staff;\n", "2:6"},
      {"name,groups\nmika,a;;b\ntom,a;a\n", "2:6 3:5"},
      {"name,groups\nmika,\"a\x1b[2J\"\n", "2:6"},
      {"name,policy\nmika,none\ntom,Certificate\n", "2:6 3:5"},
      {"name,display\nmika,a\"b\"c\n", "2:7"},
      {"name,display\nmika,\"a\"b\ntom,T\n", "2:9"},
      {"name,display\nmika,\"never\ntom,T\n", "2:6 2:6"},
      {"name,display\nmika,\xff\n", "2:6"},
      {"name,display\nmika,\xe6\x1b[2J\n", "2:6"},
      {"name,display\nmika,\xc0\x9b\n", "2:6"},
      {"name,display\nmika,\xed\xa0\x80\n", "2:6"},
      {std::string("name\nmi\0ka\n", 11), "2:1"},
      {"name\rmika\r", "1:1"},
      {"name,display\r\nmika,\"a\r\nb\"\r\nTom,x\r\n", "2:6 4:1"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(places(text), expected) << text;
}

TEST(PeopleCsv, SaysWhatIsWrongAndWhatWasMeant) {
  EXPECT_EQ(message("name\nmika\nmika\n"), "mika is in line 2 already");
  EXPECT_EQ(message("name,groups\nmika,a;a\n"), "the group a is there twice");
  EXPECT_EQ(message("name,display\nmika\n"), "1 field, and the first line names 2 columns");
  const auto capital = read_people("name\nMika\n");
  ASSERT_FALSE(capital);
  EXPECT_EQ(capital.error().front().hint, "did you mean mika?");
  const auto semicolons = read_people("name;display;groups\n");
  ASSERT_FALSE(semicolons);
  EXPECT_NE(semicolons.error().front().hint.find("commas"), std::string::npos);
}

TEST(PeopleCsv, ManyPeopleAreReadInOneGo) {
  std::string text = "name,display,groups\n";
  for (int i = 0; i < 50'000; ++i) text += fmt::format("user{},某 {},staff\n", i, i);
  const auto people = read_people(text);
  ASSERT_TRUE(people);
  EXPECT_EQ(people->size(), 50'000U);
  EXPECT_EQ(people->back().name, "user49999");
}

TEST(PeopleCsv, LinesAreShownWithoutWhatNobodySees) {
  EXPECT_EQ(shown_lines("\xEF\xBB\xBFname\r\nmika\r\n"), "name\nmika\n");
}

}  // namespace
}  // namespace kaido::cli
