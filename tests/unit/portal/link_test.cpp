// The codec of kaido/portal_link.hpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "kaido/portal_link.hpp"

namespace kaido::portal {
namespace {

using Bytes = std::vector<std::byte>;

LogIn login() {
  return {.source = "2001:db8::1",
          .user = "ann",
          .code = Secret(std::string_view("123456")),
          .certificates = "-----BEGIN CERTIFICATE-----\n",
          .nonce = std::string(64, 'a'),
          .wireguard_key = "key=",
          .signature = std::string("\0\n\xff", 3)};
}

std::vector<Packet> one_of_each() {
  std::vector<Packet> packets;
  packets.push_back({.id = 1, .body = AskNonce{.source = "192.0.2.1"}});
  packets.push_back({.id = ~0ULL, .body = login()});
  packets.push_back({.id = 3,
                     .body = OfSession{.verb = Verb::log_out,
                                       .source = "192.0.2.1",
                                       .certificates = "PEM\n",
                                       .nonce = "n",
                                       .session = "s",
                                       .signature = "x"}});
  packets.push_back({.id = 4, .body = Nonce{.nonce = "n", .hub = "hub"}});
  packets.push_back({.id = 5,
                     .body = Answer{.outcome = Outcome::unavailable,
                                    .session = "s",
                                    .ends = 1'800'000'000,
                                    .now = -1,
                                    .again = 30,
                                    .hub_key = "key=",
                                    .port = 51'820,
                                    .addresses = "10.8.0.2/32 fd00:8::2/128",
                                    .networks = "10.0.0.0/8"}});
  return packets;
}

Bytes bytes_of(const Packet& packet) {
  const auto encoded = encode(packet).value();
  const auto bytes = std::as_bytes(encoded.reveal());
  return {bytes.begin(), bytes.end()};
}

TEST(PortalLink, BringsEachKindOverAsItIs) {
  for (const auto& packet : one_of_each()) EXPECT_EQ(decode(bytes_of(packet)), packet);
}

TEST(PortalLink, RefusesAPacketThatIsCutShortAnywhere) {
  for (const auto& packet : one_of_each()) {
    const auto bytes = bytes_of(packet);
    for (std::size_t size = 0; size < bytes.size(); ++size)
      EXPECT_FALSE(decode(std::span(bytes).first(size))) << packet.body.index() << ' ' << size;
  }
}

TEST(PortalLink, RefusesWhatIsLeftOver) {
  for (const auto& packet : one_of_each()) {
    auto bytes = bytes_of(packet);
    bytes.push_back({});
    EXPECT_FALSE(decode(bytes)) << packet.body.index();
  }
}

TEST(PortalLink, RefusesAnotherVersionAndAKindThatThereIsNot) {
  auto bytes = bytes_of(one_of_each().front());
  bytes[1] = std::byte{kVersion + 1};
  EXPECT_FALSE(decode(bytes));
  bytes = bytes_of(one_of_each().front());
  for (const int kind : {0, 6, 255}) {
    bytes[0] = static_cast<std::byte>(kind);
    EXPECT_FALSE(decode(bytes)) << kind;
  }
}

TEST(PortalLink, IsInNetworkOrderWithItsFieldsOneAfterTheOther) {
  const auto bytes = bytes_of({.id = 0x0102, .body = AskNonce{.source = "ab"}});
  const Bytes expected{std::byte{1},
                       std::byte{kVersion},
                       {},
                       {},
                       {},
                       {},
                       {},
                       {},
                       std::byte{1},
                       std::byte{2},
                       {},
                       {},
                       {},
                       std::byte{2},
                       std::byte{'a'},
                       std::byte{'b'}};
  EXPECT_EQ(bytes, expected);
}

TEST(PortalLink, RefusesAVerbAndAnOutcomeThatThereAreNot) {
  constexpr std::size_t kFirst = 17;  // the last byte of the first number
  for (const auto& packet : {one_of_each()[2], one_of_each()[4]}) {
    auto bytes = bytes_of(packet);
    for (const int value : {0, 6, 255}) {
      bytes[kFirst] = static_cast<std::byte>(value);
      EXPECT_FALSE(decode(bytes)) << packet.body.index() << ' ' << value;
    }
  }
}

TEST(PortalLink, HasLimitsOfWhatAFieldMayHold) {
  auto message = login();
  message.certificates = std::string(kLargestText, 'x');
  message.user = std::string(kLargestUser, 'x');
  message.code = Secret(std::string_view(message.user));
  EXPECT_TRUE(encode({.id = 1, .body = message}));
  auto longer = message;
  longer.certificates += 'x';
  EXPECT_FALSE(encode({.id = 1, .body = longer}));
  longer = message;
  longer.user += 'x';
  EXPECT_FALSE(encode({.id = 1, .body = longer}));
  longer = message;
  longer.code = Secret(std::string_view(longer.user + 'x'));
  EXPECT_FALSE(encode({.id = 1, .body = longer}));
  longer = message;
  longer.signature = std::string(kLargestText, 'x');
  EXPECT_FALSE(encode({.id = 1, .body = longer})) << "each fits, all of them do not";
}

TEST(PortalLink, LetsNoValueThatIsSignedHaveMoreThanALine) {
  auto message = login();
  message.user = "ann\nx";
  EXPECT_FALSE(encode({.id = 1, .body = message}));
  message = login();
  auto bytes = bytes_of({.id = 1, .body = message});
  constexpr std::array kUser{std::byte{'a'}, std::byte{'n'}, std::byte{'n'}};
  const auto at = std::ranges::search(bytes, kUser);
  ASSERT_FALSE(at.empty());
  at[1] = std::byte{'\n'};
  EXPECT_FALSE(decode(bytes));
}

TEST(SignedTexts, HaveALineForEachValue) {
  EXPECT_EQ(login_text("n", "hub", "ann", ""), "kaido login 1\nn\nhub\nann\n\n");
  EXPECT_EQ(session_text("n", "hub", Verb::log_out, "s"), "kaido session 1\nn\nhub\nlog-out\ns\n");
  EXPECT_NE(session_text("n", "hub", Verb::state, "s"),
            session_text("n", "hub", Verb::extend, "s"));
}

}  // namespace
}  // namespace kaido::portal
