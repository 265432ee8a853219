#include "wire/vici/codec.hpp"

#include <gtest/gtest.h>

#include "wire/vici/packet.hpp"

namespace kaido::vici {
namespace {

using namespace std::string_literals;

Section sample() {
  Section inner;
  inner.add("key", "value").add_list("items", {"a", "", std::string("\0b", 2)});
  Section message;
  message.add("up", "yes").add_section("conn", inner).add("up", "no");
  return message;
}

TEST(AMessage, ReadsBackAsItWasWritten) {
  const auto bytes = encode(sample());
  ASSERT_TRUE(bytes);
  EXPECT_EQ(decode(*bytes), sample());
}

TEST(AMessage, HasTheBytesOfTheProtocol) {
  Section inner;
  inner.add("k", "v").add_list("l", {"i"});
  Section message;
  message.add_section("s", inner);
  EXPECT_EQ(encode(message), "\1\1s\3\1k\0\1v\4\1l\5\0\1i\6\2"s);
}

TEST(AMessage, KeepsOrderAndDuplicatesAndGivesTheFirst) {
  const auto message = decode(*encode(sample()));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->elements().size(), 3U);
  EXPECT_EQ(message->get("up"), "yes");
  EXPECT_EQ(message->section("conn")->list("items").size(), 3U);
  EXPECT_EQ(message->get("absent"), "");
  EXPECT_EQ(message->section("up"), nullptr);
}

TEST(AMalformedMessage, IsRefused) {
  const std::string cases[]{
      "\2"s,                 // a section ends that never began
      "\1\1s"s,              // a section never ends
      "\4\1l\5\0\1i"s,       // a list never ends
      "\5\0\1i"s,            // an item outside a list
      "\6"s,                 // a list ends that never began
      "\4\1l\3\1k\0\1v\6"s,  // a pair inside a list
      "\4\1l\1\1s\2\6"s,     // a section inside a list
      "\3\5k"s,              // a truncated name
      "\3"s,                 // no name at all
      "\3\1k\0"s,            // a truncated length
      "\3\1k\0\3ab"s,        // a truncated value
      "\4\1l\5\xff\xffx"s,   // a truncated item
      "\0"s,
      "\7\1k"s,           // unknown elements
      "\3\1k\0\1v\xff"s,  // a tail
  };
  for (const auto& bytes : cases) {
    const auto message = decode(bytes);
    ASSERT_FALSE(message) << testing::PrintToString(bytes);
    EXPECT_EQ(message.error().condition, Condition::charon_protocol);
  }
}

std::string nested(std::size_t depth) {
  std::string bytes;
  for (std::size_t i = 0; i < depth; ++i) bytes += "\1\1s";
  return bytes + std::string(depth, '\2');
}

TEST(AMessage, MayBeNestedToTheLimitAndNoDeeper) {
  EXPECT_TRUE(decode(nested(kMaxDepth)));
  EXPECT_FALSE(decode(nested(kMaxDepth + 1)));
  EXPECT_FALSE(decode(nested(100000)));
}

TEST(AnOversizedValue, IsRefusedWithoutBeingShown) {
  Section message;
  message.add("data", std::string(65536, 'S'));
  const auto bytes = encode(message);
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().condition, Condition::charon_protocol);
  EXPECT_EQ(bytes.error().detail.find("SSS"), std::string::npos);
  Section fits;
  fits.add("data", std::string(65535, 'S'));
  EXPECT_EQ(decode(*encode(fits)), fits);
  Section named;
  named.add(std::string(256, 'n'), "");
  EXPECT_FALSE(encode(named));
}

TEST(AStreamOfPackets, IsCutRightInWhateverPiecesItComes) {
  const auto one = frame(PacketType::event, "log", *encode(sample())).value();
  const auto two = frame(PacketType::command_response, "", "").value();
  const auto stream = one + two + one;
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    FrameReader reader;
    std::vector<Packet> packets;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      reader.append(std::string_view(stream).substr(at, piece));
      for (;;) {
        auto packet = reader.next();
        ASSERT_TRUE(packet);
        if (!*packet) break;
        packets.push_back(std::move(**packet));
      }
    }
    ASSERT_EQ(packets.size(), 3U) << piece;
    EXPECT_EQ(packets[0].name, "log");
    EXPECT_EQ(packets[2].message, sample());
    EXPECT_FALSE(reader.partial());
  }
}

TEST(AMalformedPacket, IsRefused) {
  const std::string cases[]{
      "\0\0\0\0"s,       // nothing inside
      "\0\x40\0\1\1"s,   // longer than any of charon's
      "\0\0\0\1\x8"s,    // unknown type
      "\0\0\0\1\7"s,     // an event without a name
      "\0\0\0\3\7\5a"s,  // its name truncated
      "\0\0\0\2\5\0"s,   // bytes after a confirmation
      "\0\0\0\2\1\2"s,   // a malformed message
  };
  for (const auto& bytes : cases) {
    FrameReader reader;
    reader.append(bytes);
    const auto packet = reader.next();
    ASSERT_FALSE(packet) << testing::PrintToString(bytes);
    EXPECT_EQ(packet.error().condition, Condition::charon_protocol);
  }
}

TEST(APacketTooLargeForCharon, IsNotSent) {
  EXPECT_FALSE(
      frame(PacketType::command_request, "load-conn", std::string(kMaxPacketWritten, 'x')));
  EXPECT_FALSE(frame(PacketType::event_register, std::string(256, 'x'), ""));
}

}  // namespace
}  // namespace kaido::vici
