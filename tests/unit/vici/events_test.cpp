// Messages in the shape that strongSwan 5.9.8 sends them, with the keys that matter.
#include "adapters/vici/events.hpp"

#include <gtest/gtest.h>

#include "adapters/vici/sas.hpp"

namespace kaido::vici {
namespace {

template <typename T, typename... Fields>
bool is(const IkeEvent& event, const Fields&... fields) {
  const auto* found = std::get_if<T>(&event);
  if (found == nullptr) return false;
  const T wanted{fields...};
  if constexpr (requires { wanted.child_id; })
    if (wanted.child_id != found->child_id) return false;
  if constexpr (requires { wanted.text; })
    if (wanted.text != found->text) return false;
  return wanted.connection == found->connection && wanted.unique_id == found->unique_id;
}

Section child(const std::string& id) {
  Section section;
  section.add("name", "kaido-tokyo-1").add("uniqueid", id).add("state", "INSTALLED");
  section.add("mode", "TUNNEL").add("protocol", "ESP").add("encap", "yes");
  section.add("spi-in", "dca7de8c").add("if-id-in", "0000001f").add("if-id-out", "0000001f");
  section.add("encr-alg", "AES_GCM_16").add("encr-keysize", "256").add("dh-group", "CURVE_25519");
  section.add("bytes-in", "8589934592").add("bytes-out", "12");
  return section;
}

Section ike(const std::string& id) {
  Section section;
  section.add("uniqueid", id).add("version", "2").add("state", "ESTABLISHED");
  section.add("local-host", "192.0.2.1").add("local-port", "4500").add("initiator", "yes");
  section.add("remote-host", "2001:db8::2").add("remote-port", "4500");
  section.add("encr-alg", "AES_GCM_16").add("encr-keysize", "256");
  section.add("prf-alg", "PRF_HMAC_SHA2_256").add("dh-group", "CURVE_25519");
  section.add("established", "42");
  return section;
}

Section ike_message(bool up, const std::string& name, const Section& section) {
  Section message;
  if (up) message.add("up", "yes");
  message.add_section(name, section);
  return message;
}

Section child_message(bool up, const std::string& ike_id, const std::string& child_id) {
  Section children;
  children.add_section("kaido-tokyo-1-" + child_id, child(child_id));
  auto section = ike(ike_id);
  section.add_section("child-sas", children);
  return ike_message(up, "kaido-tokyo-1", section);
}

Section rekey(const Section& before, const Section& after) {
  Section section;
  section.add_section("old", before).add_section("new", after);
  return section;
}

TEST(CharonsEvents, GoingUpAndDownArePassedOnInOrder) {
  EventReader reader;
  auto events = reader.read("ike-updown", ike_message(true, "kaido-tokyo-1", ike("3")));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(is<IkeSaUp>(events[0], "kaido-tokyo-1", 3U));
  events = reader.read("child-updown", child_message(true, "3", "5"));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(is<ChildSaUp>(events[0], "kaido-tokyo-1", 3U, 5U));
  events = reader.read("ike-updown", ike_message(false, "kaido-tokyo-1", ike("3")));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(is<IkeSaDown>(events[0], "kaido-tokyo-1", 3U));
  events = reader.read("child-updown", child_message(false, "3", "5"));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(is<ChildSaDown>(events[0], "kaido-tokyo-1", 3U, 5U));
}

TEST(CharonsEvents, OfOtherConnectionsAreIgnored) {
  EventReader reader;
  EXPECT_TRUE(reader.read("ike-updown", ike_message(true, "office", ike("3"))).empty());
  EXPECT_TRUE(reader.read("ike-updown", ike_message(false, "(unnamed)", ike("4"))).empty());
  EXPECT_TRUE(reader.read("nonsense", ike_message(true, "kaido-x", ike("3"))).empty());
  EXPECT_TRUE(reader.read("ike-rekey", ike_message(true, "kaido-x", Section{})).empty());
  EXPECT_TRUE(reader.read("child-rekey", ike_message(true, "kaido-x", Section{})).empty());
}

TEST(ARekeyOfAChild, ShowsTheNewOneFirst) {
  EventReader reader;
  Section children;
  children.add_section("kaido-tokyo-1", rekey(child("5"), child("6")));
  auto section = ike("3");
  section.add_section("child-sas", children);
  const auto events = reader.read("child-rekey", ike_message(false, "kaido-tokyo-1", section));
  ASSERT_EQ(events.size(), 2U);
  EXPECT_TRUE(is<ChildSaUp>(events[0], "kaido-tokyo-1", 3U, 6U));
  EXPECT_TRUE(is<ChildSaDown>(events[1], "kaido-tokyo-1", 3U, 5U));
}

void expect_moved(const std::vector<IkeEvent>& events) {
  ASSERT_EQ(events.size(), 4U);
  EXPECT_TRUE(is<IkeSaUp>(events[0], "kaido-tokyo-1", 4U));
  EXPECT_TRUE(is<ChildSaUp>(events[1], "kaido-tokyo-1", 4U, 5U));
  EXPECT_TRUE(is<ChildSaDown>(events[2], "kaido-tokyo-1", 3U, 5U));
  EXPECT_TRUE(is<IkeSaDown>(events[3], "kaido-tokyo-1", 3U));
}

TEST(ARekeyOfAnIkeSa, TakesItsChildrenAlong) {
  EventReader reader;
  reader.read("ike-updown", ike_message(true, "kaido-tokyo-1", ike("3")));
  reader.read("child-updown", child_message(true, "3", "5"));
  expect_moved(
      reader.read("ike-rekey", ike_message(false, "kaido-tokyo-1", rekey(ike("3"), ike("4")))));
}

TEST(ARekeyOfAnIkeSa, TakesChildrenAlongThatWereOnlyListed) {
  EventReader reader;
  Section children;
  children.add_section("kaido-tokyo-1-5", child("5"));
  auto section = ike("3");
  section.add_section("child-sas", children);
  reader.learn({read_ike_sa("kaido-tokyo-1", section)});
  expect_moved(
      reader.read("ike-rekey", ike_message(false, "kaido-tokyo-1", rekey(ike("3"), ike("4")))));
}

Section log_line(const std::string& name, const std::string& group) {
  Section message;
  message.add("group", group).add("level", "1").add("thread", "7");
  if (!name.empty()) message.add("ikesa-name", name).add("ikesa-uniqueid", "9");
  message.add("msg", "a line");
  return message;
}

TEST(ALineOfTheLog, IsPassedOnForKaidosConnections) {
  EventReader reader;
  const auto events = reader.read("log", log_line("kaido-tokyo-1", "NET"));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(is<IkeLogLine>(events[0], "kaido-tokyo-1", 9U, "a line"));
  EXPECT_TRUE(reader.read("log", log_line("office", "IKE")).empty());
  EXPECT_TRUE(reader.read("log", log_line("", "CFG")).empty());
}

TEST(ALineOfTheLog, OfAnSaWithoutAConnectionComesWithoutAName) {
  EventReader reader;
  for (const auto* group : {"IKE", "CFG", "ENC"}) {
    const auto events = reader.read("log", log_line("(unnamed)", group));
    ASSERT_EQ(events.size(), 1U) << group;
    EXPECT_TRUE(is<IkeLogLine>(events[0], "", 9U, "a line"));
  }
  EXPECT_TRUE(reader.read("log", log_line("(unnamed)", "NET")).empty());
}

TEST(AListedSa, IsReadWithItsChildren) {
  Section children;
  children.add_section("kaido-tokyo-1-5", child("5"));
  auto section = ike("3");
  section.add_section("child-sas", children);
  const auto sa = read_ike_sa("kaido-tokyo-1", section);
  EXPECT_EQ(sa.unique_id, 3U);
  EXPECT_EQ(sa.local, "192.0.2.1[4500]");
  EXPECT_EQ(sa.remote, "2001:db8::2[4500]");
  EXPECT_EQ(sa.proposal, "AES_GCM_16-256/PRF_HMAC_SHA2_256/CURVE_25519");
  EXPECT_EQ(sa.established_seconds, 42);
  EXPECT_TRUE(sa.initiator);
  EXPECT_TRUE(sa.carries_traffic());
  ASSERT_EQ(sa.children.size(), 1U);
  EXPECT_EQ(sa.children[0].if_id_in, 0x1fU);
  EXPECT_TRUE(sa.children[0].udp_encapsulated);
  EXPECT_EQ(sa.children[0].bytes_in, 8589934592U);
  EXPECT_EQ(sa.children[0].proposal, "AES_GCM_16-256/CURVE_25519");
}

TEST(ANumber, ThatIsNoneIsZero) {
  for (const auto* text : {"", "x", "12x", "-1", "99999999999999999999999"})
    EXPECT_EQ(number(text), 0U) << text;
}

}  // namespace
}  // namespace kaido::vici
