#include "adapters/stamp/sockets.hpp"

#include <linux/filter.h>
#include <linux/net_tstamp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <string>

namespace kaido::stamp_prober {
namespace {

constexpr int kHopLimit = 255;  // RFC 8762 §4.2.1, and an answer tells how many hops it took
constexpr int kReceiveBuffer = 4 * 1024 * 1024;
constexpr unsigned kNever = 0;
constexpr unsigned kAll = 0xffffffff;

struct Option {
  int level;
  int name;
  int value;
};

std::unexpected<Error> refused(const char* what) {
  const int code = errno;
  const auto condition =
      code == EPERM || code == EACCES ? Condition::permission_denied : Condition::kernel_refused;
  return failure(condition, std::string(what) + ": " + std::strerror(code));
}

Result<Descriptor> open_socket(int family, int type, int protocol,
                               std::span<const Option> options) {
  Descriptor opened(socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
  if (opened.get() < 0) return refused("open a socket for probes");
  for (const auto& option : options)
    if (setsockopt(opened.get(), option.level, option.name, &option.value, sizeof(int)) != 0)
      return refused("prepare a socket for probes");
  // Past the system's limit with CAP_NET_ADMIN, else up to it.
  const int size = kReceiveBuffer;
  if (setsockopt(opened.get(), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
    setsockopt(opened.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
  return opened;
}

bool filter(const Descriptor& socket, std::span<sock_filter> program) {
  const sock_fprog code{.len = static_cast<unsigned short>(program.size()),
                        .filter = program.data()};
  return setsockopt(socket.get(), SOL_SOCKET, SO_ATTACH_FILTER, &code, sizeof(code)) == 0;
}

bool hear_nothing(const Descriptor& socket) {
  std::array<sock_filter, 1> program{{{BPF_RET | BPF_K, 0, 0, kNever}}};
  return filter(socket, program);
}

// A raw IPv4 socket's packets begin with the IP header, those of an ICMPv6 one with ICMP's.
bool hear_replies(const Descriptor& socket, Family family, std::uint16_t identifier) {
  const bool v4 = family == Family::v4;
  const std::uint32_t reply = v4 ? 0 : ICMP6_ECHO_REPLY;
  std::array<sock_filter, 7> program{{
      {BPF_LDX | BPF_IMM, 0, 0, 0},
      {BPF_LD | BPF_B | BPF_IND, 0, 0, 0},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 3, reply},
      {BPF_LD | BPF_H | BPF_IND, 0, 0, 4},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, identifier},
      {BPF_RET | BPF_K, 0, 0, kAll},
      {BPF_RET | BPF_K, 0, 0, kNever},
  }};
  if (v4) program[0] = {BPF_LDX | BPF_B | BPF_MSH, 0, 0, 0};
  return filter(socket, program);
}

constexpr Option kArrivalTimes{SOL_SOCKET, SO_TIMESTAMPING,
                               SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE};
constexpr Option kUnfragmented6{IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE};
constexpr Option kDontFragment6{IPPROTO_IPV6, IPV6_DONTFRAG, 1};
constexpr Option kHops6{IPPROTO_IPV6, IPV6_UNICAST_HOPS, kHopLimit};
constexpr Option kTellArrival6{IPPROTO_IPV6, IPV6_RECVPKTINFO, 1};

}  // namespace

Result<Descriptor> open_stamp() {
  constexpr std::array kOptions{Option{IPPROTO_IPV6, IPV6_V6ONLY, 1},
                                kUnfragmented6,
                                kDontFragment6,
                                kHops6,
                                kTellArrival6,
                                kArrivalTimes};
  auto opened = open_socket(AF_INET6, SOCK_DGRAM, 0, kOptions);
  if (!opened) return opened;
  sockaddr_in6 any{};
  any.sin6_family = AF_INET6;
  if (bind(opened->get(), reinterpret_cast<const sockaddr*>(&any), sizeof(any)) != 0)
    return refused("bind a socket for probes");
  return opened;
}

Result<Descriptor> open_echo_receiver(Family family, std::uint16_t identifier) {
  constexpr std::array kOptions6{kTellArrival6, kArrivalTimes};
  constexpr std::array kOptions4{kArrivalTimes};
  auto opened = family == Family::v4 ? open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP, kOptions4)
                                     : open_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, kOptions6);
  if (opened && !hear_replies(*opened, family, identifier))
    return refused("filter a socket for echo replies");
  return opened;
}

Result<Descriptor> open_echo_sender(Family family) {
  constexpr std::array kOptions6{kUnfragmented6, kDontFragment6, kHops6};
  constexpr std::array kOptions4{Option{IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE},
                                 Option{IPPROTO_IP, IP_TTL, kHopLimit}};
  auto opened = family == Family::v4 ? open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP, kOptions4)
                                     : open_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, kOptions6);
  if (opened && !hear_nothing(*opened)) return refused("silence a socket for echo requests");
  return opened;
}

bool bind_to(const Descriptor& socket, unsigned interface) {
  const int index = static_cast<int>(interface);
  return setsockopt(socket.get(), SOL_SOCKET, SO_BINDTOIFINDEX, &index, sizeof(index)) == 0;
}

}  // namespace kaido::stamp_prober
