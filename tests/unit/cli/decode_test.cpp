#include "decode.hpp"

#include <gtest/gtest.h>
#include <sdbus-c++/Message.h>
#include <sdbus-c++/Types.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "api/write.hpp"
#include "client.hpp"

namespace kaido::cli {
namespace {

/// A report through the server's writer and this client's reader.
template <typename Report>
json::value through_dbus(const Report& report) {
  auto message = sdbus::createPlainMessage();
  api::write(message, report);
  message.seal();
  message.rewind(true);
  return read_value(message);
}

TEST(Decoding, ReadsWhatTheServerWrites) {
  StatusReport sent{.name = "大阪",
                    .role = "branch",
                    .number = 7,
                    .version = "0.1.0",
                    .uptime = 5,
                    .tunnels_up = 1,
                    .tunnels = 2,
                    .certificate_expires = 1'800'000'000};
  sent.conditions = {{Error{Condition::uplink_down, "eth1"}, "isp1", 9}};
  const auto value = through_dbus(sent);
  EXPECT_EQ(json::serialize(value.at("conditions")),
            R"([{"code":"uplink-down","severity":"error","cause":"The uplink has no link",)"
            R"("remedy":"Check the cable and the device at its other end","detail":"eth1",)"
            R"("subject":"isp1","since":9}])");
  StatusReport received;
  decode(value.as_object(), received);
  EXPECT_EQ(received.name, "大阪");
  EXPECT_EQ(received.certificate_expires, 1'800'000'000);
  ASSERT_EQ(received.conditions.size(), 1U);
  EXPECT_EQ(received.conditions[0].error, sent.conditions[0].error);
  EXPECT_EQ(received.conditions[0].since, 9);
}

TEST(Decoding, KeepsEveryMemberOfATunnel) {
  TunnelReport sent{.name = "tokyo/a:isp1/wireguard",
                    .slot = 255,
                    .reason = Error{Condition::tunnel_refused, "detail"},
                    .next_attempt = -1,
                    .received = ~0ULL,
                    .last_handshake = 33,
                    .used_for = {"corp", "partner"}};
  const auto value = through_dbus(std::vector{sent, sent});
  const auto received = decode_list<TunnelReport>(value.as_array());
  ASSERT_EQ(received.size(), 2U);
  EXPECT_EQ(received[1].name, sent.name);
  EXPECT_EQ(received[1].slot, 255U);
  EXPECT_EQ(received[1].reason, sent.reason);
  EXPECT_EQ(received[1].next_attempt, -1);
  EXPECT_EQ(received[1].received, ~0ULL);
  EXPECT_EQ(received[1].last_handshake, 33);
  EXPECT_EQ(received[1].used_for, sent.used_for);
}

TEST(Decoding, HasEmptyListsAndNoReason) {
  const auto value = through_dbus(TunnelReport{.name = "t"});
  EXPECT_EQ(json::serialize(value.at("used_for")), "[]");
  EXPECT_EQ(value.at("reason").as_string(), "");
  TunnelReport received;
  decode(value.as_object(), received);
  EXPECT_FALSE(received.reason);
}

TEST(Decoding, SurvivesWhatAnotherVersionSends) {
  const auto value = json::parse(
      R"({"name":"t","slot":"one","received":-1,"reason":"from-the-future","new":{"a":1}})");
  TunnelReport received;
  decode(value.as_object(), received);
  EXPECT_EQ(received.name, "t");
  EXPECT_EQ(received.slot, 0U);
  EXPECT_EQ(received.received, 0U);
  EXPECT_EQ(received.reason, (Error{Condition::internal, ""}));
}

TEST(Mistakes, AreReadBackFromTheDaemonsLines) {
  const auto mistakes = parse_mistakes(
      "/etc/kaido/kaido.toml:12:3: unknown key a:b (did you mean name?)\n"
      "/etc/kaido/kaido.toml: cannot be read\n"
      "something else: 1:2\n");
  ASSERT_EQ(mistakes.size(), 3U);
  EXPECT_EQ(mistakes[0], (Diagnostic{"/etc/kaido/kaido.toml", 12, 3,
                                     "unknown key a:b (did you mean name?)", ""}));
  EXPECT_EQ(mistakes[1], (Diagnostic{"/etc/kaido/kaido.toml", 0, 0, "cannot be read", ""}));
  EXPECT_EQ(mistakes[2], (Diagnostic{"", 0, 0, "something else: 1:2", ""}));
}

}  // namespace
}  // namespace kaido::cli
