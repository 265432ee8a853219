// Packets per second of the reflector against a bare echo with recvmmsg and sendmmsg, over the
// loopback of a namespace. Each has its queue filled and is timed until it has answered all of it,
// by the processor's time, so that neither the sender of the probes nor whatever else the machine
// does is what is measured. The probes are
// those of four sites with twelve paths each: claim, and room for what was heard on each path.
// Prints one line of JSON; exit 0 within the mark, 1 beyond it, 77 where there are no namespaces.
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "reflector/server.hpp"
#include "unit/reflector/own_namespace.hpp"

namespace kaido::reflector {
namespace {

constexpr double kMark = 0.8;
constexpr int kRounds = 41;
constexpr int kBurstsPerRound = 100;
constexpr std::uint8_t kSites = 4;
constexpr std::uint8_t kPaths = 12;
constexpr std::uint32_t kPerPath = 2;  // probes in a burst
constexpr std::size_t kBurst = std::size_t{kSites} * kPaths * kPerPath;

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

in6_addr address(std::uint8_t site, std::uint8_t path) {
  in6_addr inner{};
  inner.s6_addr[0] = 0xfd;
  inner.s6_addr[7] = site;
  inner.s6_addr[13] = 1;
  inner.s6_addr[15] = path;
  return inner;
}

std::vector<in6_addr> addresses() {
  std::vector<in6_addr> all;
  for (std::uint8_t site = 1; site <= kSites; ++site)
    for (std::uint8_t path = 1; path <= kPaths; ++path) all.push_back(address(site, path));
  return all;
}

/// The senders' sockets, one for each path, connected to one server.
class Senders {
 public:
  explicit Senders(std::uint16_t port) {
    for (std::uint8_t site = 1; site <= kSites; ++site)
      for (std::uint8_t path = 1; path <= kPaths; ++path) add(site, path, port);
    stamp::encode({.sequence = 1,
                   .claim = stamp::Claim{.epoch = 1, .generation = 1, .hold = 60'000},
                   .room = kPaths},
                  0, packet_);
  }
  void send() const {
    for (std::uint32_t i = 0; i < kPerPath; ++i)
      for (const auto& socket : sockets_)
        require(::send(socket.get(), packet_.data(), packet_.size(), 0) > 0, "send");
  }
  /// All have been answered, or it throws.
  void receive() {
    for (std::uint32_t i = 0; i < kPerPath; ++i)
      for (const auto& socket : sockets_)
        require(recv(socket.get(), answer_.data(), answer_.size(), 0) ==
                    static_cast<ssize_t>(packet_.size()),
                "a probe was not answered");
  }

 private:
  void add(std::uint8_t site, std::uint8_t path, std::uint16_t port) {
    auto& socket = sockets_.emplace_back(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    to.sin6_addr = address(site, path);
    require(bind(socket.get(), reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 0, "bind");
    // The loopback may deliver a little later when the processor is busy.
    const timeval limit{.tv_sec = 5, .tv_usec = 0};
    setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    to.sin6_addr = in6addr_loopback;
    to.sin6_port = htons(port);
    require(connect(socket.get(), reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 0, "connect");
  }

  std::vector<Descriptor> sockets_;
  std::vector<std::byte> packet_;
  std::array<std::byte, 2048> answer_{};
};

/// What can be had at most: no look at the packet, no times, no addresses.
class BareEcho {
 public:
  BareEcho() : socket_(open_udp({.address = *IpAddress::parse("::1"), .port = 0})) {
    for (std::size_t i = 0; i < Udp::kBatch; ++i) {
      parts_[i] = {.iov_base = buffers_[i].data(), .iov_len = buffers_[i].size()};
      auto& header = messages_[i].msg_hdr;
      header.msg_name = &peers_[i];
      header.msg_namelen = sizeof(sockaddr_in6);
      header.msg_iov = &parts_[i];
      header.msg_iovlen = 1;
    }
  }
  [[nodiscard]] std::uint16_t port() const {
    sockaddr_in6 own{};
    socklen_t size = sizeof(own);
    getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&own), &size);
    return ntohs(own.sin6_port);
  }
  void answer() {
    for (std::size_t left = kBurst; left > 0;) {
      const int count =
          recvmmsg(socket_.get(), messages_.data(), Udp::kBatch, MSG_DONTWAIT, nullptr);
      if (count < 0 && errno == EAGAIN) continue;
      require(count > 0, "recvmmsg");
      for (int i = 0; i < count; ++i)
        parts_.at(static_cast<std::size_t>(i)).iov_len =
            messages_.at(static_cast<std::size_t>(i)).msg_len;
      require(sendmmsg(socket_.get(), messages_.data(), static_cast<unsigned>(count), 0) == count,
              "sendmmsg");
      for (int i = 0; i < count; ++i)
        parts_.at(static_cast<std::size_t>(i)).iov_len = buffers_[0].size();
      left -= static_cast<std::size_t>(count);
    }
  }

 private:
  Descriptor socket_;
  std::array<std::array<std::byte, 2048>, Udp::kBatch> buffers_{};
  std::array<sockaddr_in6, Udp::kBatch> peers_{};
  std::array<iovec, Udp::kBatch> parts_{};
  std::array<mmsghdr, Udp::kBatch> messages_{};
};

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// Packets per second of one round.
template <typename Answer>
double measure(Senders& senders, Answer answer) {
  double spent = 0;
  for (int i = 0; i < kBurstsPerRound; ++i) {
    senders.send();
    const auto begin = processor_seconds();
    answer();
    spent += processor_seconds() - begin;
    senders.receive();
  }
  return static_cast<double>(kBurst) * kBurstsPerRound / spent;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

int run() {
  if (!enter_own_namespace(addresses())) {
    fmt::print(stderr, "bench-stamp: no network namespace can be made here\n");
    return 77;
  }
  const auto path =
      std::filesystem::temp_directory_path() / fmt::format("bench-stamp-{}", getpid());
  Server server(
      {.udp = open_udp({.address = *IpAddress::parse("::"), .port = 0}), .link = open_link(path)});
  std::filesystem::remove(path);
  BareEcho echo;
  Senders to_server(server.port());
  Senders to_echo(echo.port());
  const auto reflect = [&server] {
    for (const auto all = server.answered() + kBurst; server.answered() < all;) server.turn();
  };
  std::vector<double> reflector_rates;
  std::vector<double> echo_rates;
  std::vector<double> ratios;  // of neighbours in time: a busy machine slows both
  for (int round = 0; round < kRounds; ++round) {
    echo_rates.push_back(measure(to_echo, [&echo] { echo.answer(); }));
    reflector_rates.push_back(measure(to_server, reflect));
    ratios.push_back(reflector_rates.back() / echo_rates.back());
  }
  const double ratio = median(ratios);
  const bool passed = ratio >= kMark;
  fmt::print(
      R"({{"bench":"reflector_pps","passed":{},"ratio":{:.2f},"at_least":{},"reflector_kpps":{:.0f},"echo_kpps":{:.0f}}})"
      "\n",
      passed, ratio, kMark, median(reflector_rates) / 1000, median(echo_rates) / 1000);
  return passed ? 0 : 1;
}

}  // namespace
}  // namespace kaido::reflector

int main() {
  try {
    return kaido::reflector::run();
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench-stamp: {}\n", error.what());
    return 1;
  }
}
