// The whole reflector on real sockets, in a network namespace of its own: UDP over the loopback,
// and a kaidod that the test plays.
#include "reflector/server.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "unit/reflector/own_namespace.hpp"

namespace kaido::reflector {
namespace {

constexpr int kLimit = 10'000;  // ms; what comes at all comes long before

/// The site's inner address of IKEv2 slot 1.
constexpr char kSiteAddress[] = "fd4b:1:1:5::1:1";
constexpr SiteKey kSite{0xfd, 0x4b, 0, 1, 0, 1, 0, 5};

in6_addr parse(const char* text) {
  in6_addr address{};
  const auto parsed = IpAddress::parse(text).value();
  std::memcpy(&address, parsed.bytes().data(), sizeof(address));
  return address;
}

bool readable(int fd) {
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  return poll(&waiting, 1, kLimit) == 1;
}

/// A prober's socket, bound to `source` and connected to the reflector.
class Prober {
 public:
  Prober(const char* source, std::uint16_t port)
      : socket_(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = parse(source);
    EXPECT_EQ(bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    address.sin6_addr = parse("::1");
    address.sin6_port = htons(port);
    EXPECT_EQ(connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  void send(const stamp::Probe& probe, std::size_t size = 0) const {
    std::vector<std::byte> packet;
    stamp::encode(probe, size, packet);
    send_raw(packet);
  }
  void send_raw(const std::vector<std::byte>& packet) const {
    EXPECT_EQ(::send(socket_.get(), packet.data(), packet.size(), 0),
              static_cast<ssize_t>(packet.size()));
  }
  [[nodiscard]] std::vector<std::byte> receive() const {
    std::vector<std::byte> packet(70'000);
    if (!readable(socket_.get())) return {};
    const auto size = recv(socket_.get(), packet.data(), packet.size(), 0);
    packet.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return packet;
  }
  [[nodiscard]] stamp::Reply ask(const stamp::Probe& probe) const {
    send(probe);
    return stamp::parse_reply(receive()).value();
  }

 private:
  Descriptor socket_;
};

/// kaidod's end.
class Kaidod {
 public:
  explicit Kaidod(const std::string& path)
      : socket_(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    EXPECT_EQ(connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  /// nullopt: the connection has ended, or nothing comes.
  [[nodiscard]] std::optional<Message> receive() const {
    Message message;
    if (!readable(socket_.get())) return {};
    if (recv(socket_.get(), &message, sizeof(message), 0) != sizeof(message)) return {};
    return message;
  }
  void send(const Message& message) const {
    EXPECT_EQ(::send(socket_.get(), &message, sizeof(message), 0), ssize_t{sizeof(message)});
  }
  void send_raw(std::string_view text) const {
    EXPECT_EQ(::send(socket_.get(), text.data(), text.size(), 0),
              static_cast<ssize_t>(text.size()));
  }

 private:
  Descriptor socket_;
};

class ServerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ready_ = ready_ || enter_own_namespace({parse(kSiteAddress)}); }
  void SetUp() override {
    if (!ready_) GTEST_SKIP() << "no network namespace can be made here";
    path_ = testing::TempDir() + "reflector-" + std::to_string(getpid()) + ".sock";
    server_.emplace(Sockets{.udp = open_udp({.address = *IpAddress::parse("::"), .port = 0}),
                            .link = open_link(path_)});
    thread_ = std::thread([this] { server_->run(); });
  }
  void TearDown() override {
    if (!server_) return;
    server_->stop();
    thread_.join();
    std::filesystem::remove(path_);
  }
  [[nodiscard]] Prober prober(const char* source) const { return {source, server_->port()}; }
  [[nodiscard]] Kaidod kaidod() const { return Kaidod(path_); }

  static stamp::Claim claim(std::uint32_t generation, std::uint16_t hold = 60'000) {
    return {
        .epoch = 9, .generation = generation, .hub = 1, .transport = 1, .slot = 1, .hold = hold};
  }

 private:
  static inline bool ready_ = false;
  std::string path_;
  std::optional<Server> server_;
  std::thread thread_;
};

TEST_F(ServerTest, AProbeIsAnsweredWithItsTimesAndHopLimit) {
  const auto from = prober("::1");
  for (std::uint32_t i = 0; i < 3; ++i) {
    const auto before = stamp::ntp_from_unix(time(nullptr), 0);
    const auto reply = from.ask({.sequence = 70 + i, .sent = 1234, .ssid = 5, .claim = {}});
    EXPECT_EQ(reply.sequence, i);
    EXPECT_EQ(reply.sender_sequence, 70 + i);
    EXPECT_EQ(reply.sender_sent, 1234U);
    EXPECT_EQ(reply.ssid, 5);
    EXPECT_EQ(reply.sender_ttl, 64);
    EXPECT_GE(stamp::nanoseconds_between(reply.received, reply.sent), 0);
    EXPECT_GE(stamp::nanoseconds_between(before, reply.received), 0);
    EXPECT_LT(stamp::nanoseconds_between(before, reply.sent), 1'000'000LL * kLimit);
  }
}

TEST_F(ServerTest, AReplyIsAsLongAsItsProbe) {
  const auto from = prober("::1");
  for (const std::size_t size : {44U, 48U, 160U, 1232U, 1452U, 9000U}) {
    from.send({.claim = {}}, size);
    EXPECT_EQ(from.receive().size(), size);
  }
}

TEST_F(ServerTest, ABatchIsAnsweredInOrder) {
  const auto from = prober("::1");
  constexpr std::uint32_t kMany = 3 * Udp::kBatch;
  for (std::uint32_t i = 0; i < kMany; ++i) from.send({.sequence = i, .claim = {}});
  for (std::uint32_t i = 0; i < kMany; ++i) {
    const auto reply = stamp::parse_reply(from.receive()).value();
    ASSERT_EQ(reply.sender_sequence, i);
    ASSERT_EQ(reply.sequence, i);
  }
}

TEST_F(ServerTest, WhatIsNoProbeIsNotAnswered) {
  const auto from = prober("::1");
  from.send_raw(std::vector<std::byte>(stamp::kTwampProbeSize - 1));
  from.send_raw(std::vector<std::byte>(9001));
  from.send_raw(std::vector<std::byte>());
  EXPECT_EQ(from.ask({.sequence = 8, .claim = {}}).sender_sequence, 8U);
}

TEST_F(ServerTest, AShortProbeOfTwampLightGetsTheWholeBasePacket) {
  const auto from = prober("::1");
  from.send({.sequence = 1, .ssid = 0xffff, .claim = {}}, 9000);  // a long one was in that buffer
  EXPECT_EQ(from.receive().size(), 9000U);
  for (const std::size_t size : {stamp::kTwampProbeSize, std::size_t{20}, std::size_t{43}}) {
    std::vector<std::byte> packet;
    stamp::encode({.sequence = 7, .sent = 1234, .claim = {}}, 0, packet);
    packet.resize(size);
    std::fill(packet.begin() + stamp::kTwampProbeSize, packet.end(), std::byte{0xa5});
    from.send_raw(packet);
    const auto answer = from.receive();
    ASSERT_EQ(answer.size(), stamp::kBaseSize);
    const auto reply = stamp::parse_reply(answer).value();
    EXPECT_EQ(reply.sender_sequence, 7U);
    EXPECT_EQ(reply.sender_sent, 1234U);
    EXPECT_EQ(reply.ssid, 0);
    EXPECT_EQ(reply.sender_ttl, 64);
  }
}

TEST_F(ServerTest, AFaultInTheTlvsIsMarkedInTheReply) {
  const auto from = prober("::1");
  std::vector<std::byte> packet;
  stamp::encode({.sequence = 3, .claim = {}}, 60, packet);
  packet[47] = std::byte{200};
  from.send_raw(packet);
  const auto reply = from.receive();
  ASSERT_EQ(reply.size(), 60U);
  EXPECT_EQ(reply[44], std::byte{0xc0});
  EXPECT_EQ(reply[27], std::byte{3});
}

TEST_F(ServerTest, KaidodIsToldOfAClaimAndTheSiteThatItIsInForce) {
  const auto from = prober(kSiteAddress);
  const auto daemon = kaidod();
  const stamp::Probe probe{.sequence = 4, .claim = claim(3), .room = 4};
  const auto first = from.ask(probe);
  EXPECT_TRUE(first.kaido);
  EXPECT_EQ(first.applied_epoch, 0U);
  EXPECT_EQ(first.heard,
            (std::vector<stamp::PathHeard>{{.transport = 1, .slot = 1, .age = 0, .sequence = 4}}));
  const auto word = daemon.receive();
  ASSERT_TRUE(word);
  EXPECT_EQ(word->kind, Kind::claim);
  EXPECT_EQ(word->site, kSite);
  EXPECT_EQ(word->interface, 1U);
  EXPECT_EQ(word->generation, 3U);
  daemon.send({.kind = Kind::applied, .site = kSite, .epoch = 9, .generation = 3});
  // The probe may overtake kaidod's word, so ask until it is there.
  auto reply = from.ask(probe);
  for (int i = 0; i < kLimit && reply.applied_epoch == 0; ++i) reply = from.ask(probe);
  EXPECT_EQ(reply.applied_epoch, 9U);
  EXPECT_EQ(reply.applied_generation, 3U);
}

TEST_F(ServerTest, AClaimOfATransportToComePassesToKaidodAndBack) {
  const auto from = prober(kSiteAddress);
  const auto daemon = kaidod();
  auto says = claim(3);
  says.transport = 15;
  const stamp::Probe probe{.sequence = 4, .claim = says, .room = 4};
  EXPECT_TRUE(from.ask(probe).kaido);
  const auto word = daemon.receive();
  ASSERT_TRUE(word);
  EXPECT_EQ(word->transport, 15);
  auto applied = *word;
  applied.kind = Kind::applied;
  daemon.send(applied);
  // The probe may overtake kaidod's word, so ask until it is there.
  auto reply = from.ask(probe);
  for (int i = 0; i < kLimit && reply.applied_epoch == 0; ++i) reply = from.ask(probe);
  EXPECT_EQ(reply.applied_generation, 3U);
}

TEST_F(ServerTest, KaidodIsToldOfASilence) {
  const auto from = prober(kSiteAddress);
  const auto daemon = kaidod();
  (void)from.ask({.claim = claim(3, 100)});
  EXPECT_EQ(daemon.receive()->kind, Kind::claim);
  const auto word = daemon.receive();
  ASSERT_TRUE(word);
  EXPECT_EQ(word->kind, Kind::silent);
  EXPECT_EQ(word->site, kSite);
}

TEST_F(ServerTest, TheNewestKaidodWinsAndHearsOfTheSitesThatAreThere) {
  const auto from = prober(kSiteAddress);
  (void)from.ask({.claim = claim(3)});
  const auto first = kaidod();
  EXPECT_EQ(first.receive()->generation, 3U);
  const auto second = kaidod();
  EXPECT_EQ(second.receive()->generation, 3U);
  EXPECT_FALSE(first.receive());
  const auto third = kaidod();
  EXPECT_EQ(third.receive()->generation, 3U);
}

TEST_F(ServerTest, AKaidodThatDoesNotReadHoldsNothingUpAndHearsTheLatest) {
  const auto from = prober(kSiteAddress);
  const auto daemon = kaidod();
  constexpr std::uint32_t kMany = 3000;  // more than its socket holds
  for (std::uint32_t i = 1; i <= kMany; ++i) (void)from.ask({.sequence = i, .claim = claim(i)});
  std::uint32_t count = 0;
  std::uint32_t last = 0;
  while (last != kMany) {
    const auto word = daemon.receive();
    ASSERT_TRUE(word);
    EXPECT_GT(word->generation, last);
    last = word->generation;
    ++count;
  }
  EXPECT_LT(count, kMany);
}

TEST_F(ServerTest, AKaidodThatSpeaksNonsenseIsLeft) {
  const auto daemon = kaidod();
  const auto other = kaidod();
  // The first is left for the second; the second for its nonsense.
  EXPECT_FALSE(daemon.receive());
  const auto from = prober(kSiteAddress);
  (void)from.ask({.claim = claim(1)});
  EXPECT_TRUE(other.receive());
  other.send_raw("nonsense");
  EXPECT_FALSE(other.receive());
  EXPECT_EQ(kaidod().receive()->generation, 1U);
}

TEST(UdpSocket, KeepsTheLargerQueueThatSystemdHasMade) {
  auto socket = open_udp({.address = *IpAddress::parse("::1"), .port = 0});
  const int large = 4 << 20;
  if (setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUFFORCE, &large, sizeof(large)) != 0)
    GTEST_SKIP() << "not allowed here";
  const Descriptor same(dup(socket.get()));
  Sessions sessions(Seed{});
  const Udp udp(std::move(socket), sessions);
  int size = 0;
  socklen_t length = sizeof(size);
  ASSERT_EQ(getsockopt(same.get(), SOL_SOCKET, SO_RCVBUF, &size, &length), 0);
  EXPECT_EQ(size, 2 * large);  // the kernel doubles what it is told
}

}  // namespace
}  // namespace kaido::reflector
