// The table as a value: its text, and the difference of two.
#include <gtest/gtest.h>

#include "core/firewall.hpp"
#include "sample.hpp"

namespace kaido {
namespace {

using test::net;

FirewallElement element(const char* prefix, const char* device = "") {
  return {.device = device, .prefix = net(prefix)};
}

FirewallTable table() {
  return {.sets = {{"none6", {.key = SetKey::ipv6, .elements = {}}},
                   {"own4",
                    {.key = SetKey::ipv4,
                     .elements = {element("10.0.0.0/8"), element("192.0.2.1/32")}}},
                   {"pairs6",
                    {.key = SetKey::device_ipv6, .elements = {element("fd00::/8", "kd-ike1")}}}},
          .skeleton = "  chain x {\n    counter drop\n  }\n"};
}

TEST(FirewallTable, IsTextWithALineForEachSet) {
  EXPECT_EQ(
      to_nft(table()),
      "  set none6 { type ipv6_addr; flags interval; }\n"
      "  set own4 { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.0.2.1/32 } }\n"
      "  set pairs6 { type ifname . ipv6_addr; flags interval; "
      "elements = { \"kd-ike1\" . fd00::/8 } }\n"
      "  chain x {\n    counter drop\n  }\n");
}

TEST(FirewallTable, IsReadFromItsText) {
  EXPECT_EQ(from_nft(to_nft(table())), table());
  EXPECT_EQ(from_nft(""), FirewallTable{});
}

TEST(FirewallTable, IsReadFromTextWhoseSetsStandAnywhereUnsorted) {
  const auto read = from_nft(
      "  chain x {\n  }\n"
      "  set own4 { type ipv4_addr; flags interval; elements = { 192.0.2.1/32, 10.0.0.0/8 } }\n"
      "  chain y {\n  }");
  EXPECT_EQ(read.sets.at("own4"), table().sets.at("own4"));
  EXPECT_EQ(read.skeleton, "  chain x {\n  }\n  chain y {\n  }");
}

TEST(FirewallTable, LeavesWhatIsNoSetOfItsKindInTheSkeleton) {
  for (const std::string line : {
           "  set a { type inet_service; flags interval; }\n",
           "  set a { type ipv4_addr; flags timeout; }\n",
           "  set a { type ipv4_addr; flags interval; elements = { 10.0.0.1-10.0.0.9 } }\n",
           "  set a { type ipv4_addr; flags interval; elements = { fd00::/8 } }\n",
           "  set a { type ipv4_addr; flags interval; elements = { \"lo\" . 10.0.0.0/8 } }\n",
           "  set a { type ifname . ipv4_addr; flags interval; elements = { 10.0.0.0/8 } }\n",
           "  set a { type ipv4_addr; flags interval; elements = { 10.0.0.0/8\n",
           "  set a { type ipv4_addr; flags interval; timeout 1s; }\n",
           "  set a {\n",
       }) {
    const auto read = from_nft(line);
    EXPECT_TRUE(read.sets.empty()) << line;
    EXPECT_EQ(read.skeleton, line);
  }
}

TEST(FirewallDifference, OfEqualTablesIsEmpty) {
  EXPECT_EQ(difference(table(), table()), std::vector<SetChange>{});
}

TEST(FirewallDifference, IsTheElementsThatLeaveAndEnterEachSet) {
  auto want = table();
  want.sets.at("own4").elements = {element("10.0.0.0/9"), element("192.0.2.1/32")};
  want.sets.at("none6").elements = {element("fd00::/8")};
  const auto changes = difference(table(), want);
  ASSERT_TRUE(changes);
  EXPECT_EQ(
      *changes,
      (std::vector<SetChange>{
          {.set = "none6", .removed = {}, .added = {element("fd00::/8")}},
          {.set = "own4", .removed = {element("10.0.0.0/8")}, .added = {element("10.0.0.0/9")}}}));
  EXPECT_EQ(describe(*changes), "none6: 0 removed, 1 added; own4: 1 removed, 1 added");
  auto have = table();
  EXPECT_FALSE(refusal(have, *changes));
  apply(have, *changes);
  EXPECT_EQ(have, want);
}

TEST(FirewallDifference, AsksForTheWholeTableWhereMoreThanElementsDiffer) {
  auto want = table();
  want.skeleton += "  chain y {\n  }\n";
  EXPECT_FALSE(difference(table(), want));
  want = table();
  want.sets.at("none6").key = SetKey::device_ipv6;
  EXPECT_FALSE(difference(table(), want));
  want = table();
  want.sets.erase("none6");
  EXPECT_FALSE(difference(table(), want));
  EXPECT_FALSE(difference(want, table()));
}

std::string refused(SetChange change) { return refusal(table(), {std::move(change)}).value_or(""); }

TEST(FirewallChange, IsRefusedWhereNftablesWouldRefuseIt) {
  EXPECT_EQ(refused({.set = "own6", .removed = {}, .added = {element("fd00::/8")}}), "no set own6");
  EXPECT_EQ(refused({.set = "own4", .removed = {}, .added = {element("fd00::/8")}}),
            "own4 takes no fd00::/8");
  EXPECT_EQ(refused({.set = "own4", .removed = {element("10.0.0.0/9")}, .added = {}}),
            "own4 has no such element");
  for (const auto* prefix : {"10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0", "192.0.2.0/24"})
    EXPECT_EQ(refused({.set = "own4", .removed = {}, .added = {element(prefix)}}),
              "own4 has an element that overlaps")
        << prefix;
  EXPECT_EQ(refused({.set = "pairs6", .removed = {}, .added = {element("fd00::/16", "kd-ike1")}}),
            "pairs6 has an element that overlaps");
  EXPECT_EQ(refused({.set = "pairs6", .removed = {}, .added = {element("fd00::/16", "kd-ike2")}}),
            "");
  EXPECT_EQ(
      refused(
          {.set = "own4", .removed = {element("10.0.0.0/8")}, .added = {element("10.1.0.0/16")}}),
      "");
}

TEST(FirewallChange, OverlapsWhateverLiesBetween) {
  FirewallTable wide{
      .sets = {{"a",
                {.key = SetKey::ipv4, .elements = {element("10.0.0.0/8"), element("11.0.0.0/8")}}}},
      .skeleton = {}};
  EXPECT_TRUE(refusal(wide, {{.set = "a", .removed = {}, .added = {element("10.255.0.0/16")}}}));
  EXPECT_FALSE(refusal(wide, {{.set = "a", .removed = {}, .added = {element("12.0.0.0/8")}}}));
}

}  // namespace
}  // namespace kaido
