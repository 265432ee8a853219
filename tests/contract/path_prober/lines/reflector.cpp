#include "lines/reflector.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <optional>
#include <stdexcept>

#include "kaido/ntp_clock.hpp"

namespace kaido::test {
namespace {

struct Packet {
  alignas(cmsghdr) std::array<std::byte, 128> control{};
  sockaddr_in6 peer{};
  iovec vector{};
  msghdr header{};
  explicit Packet(std::span<std::byte> bytes) : vector{bytes.data(), bytes.size()} {
    header = {.msg_name = &peer,
              .msg_namelen = sizeof(peer),
              .msg_iov = &vector,
              .msg_iovlen = 1,
              .msg_control = control.data(),
              .msg_controllen = control.size()};
  }
};

std::optional<in6_pktinfo> information(const msghdr& header) {
  const auto* const message = CMSG_FIRSTHDR(&header);
  if (message == nullptr || message->cmsg_type != IPV6_PKTINFO) return std::nullopt;
  in6_pktinfo value{};
  std::memcpy(&value, CMSG_DATA(message), sizeof(value));
  return value;
}

}  // namespace

Reflector::Reflector(const Namespace& hub, std::uint16_t port) : fd_(-1) {
  hub.run([&] { fd_ = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); });
  const int on = 1;
  const int size = 4 * 1024 * 1024;
  sockaddr_in6 any{};
  any.sin6_family = AF_INET6;
  any.sin6_port = htons(port);
  if (fd_ < 0 || setsockopt(fd_, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on)) != 0 ||
      setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0 ||
      bind(fd_, reinterpret_cast<const sockaddr*>(&any), sizeof(any)) != 0)
    throw std::runtime_error("no reflector");
}

Reflector::~Reflector() { close(fd_); }

std::vector<Reflector::Heard> Reflector::read() {
  std::vector<Heard> all;
  std::array<std::byte, stamp::kMaximumSize> buffer{};
  while (true) {
    Packet packet(buffer);
    const auto got = recvmsg(fd_, &packet.header, 0);
    if (got < 0) return all;
    const auto bytes = std::span(buffer).first(static_cast<std::size_t>(got));
    const auto probe = stamp::parse_probe(bytes);
    const auto arrived = information(packet.header);
    if (!probe || !arrived) continue;
    all.push_back({.from = *IpAddress::from_bytes(&packet.peer.sin6_addr, 16),
                   .port = ntohs(packet.peer.sin6_port),
                   .to = *IpAddress::from_bytes(&arrived->ipi6_addr, 16),
                   .interface = arrived->ipi6_ifindex,
                   .probe = *probe,
                   .packet = {bytes.begin(), bytes.end()}});
  }
}

stamp::Reply Reflector::honest(const Heard& heard) {
  const auto time = stamp::ntp_now();
  return {.sequence = sessions_[heard.from]++,
          .sent = time,
          .received = time,
          .sender_sequence = heard.probe.sequence,
          .sender_sent = heard.probe.sent,
          .sender_ttl = 255,
          .ssid = heard.probe.ssid,
          .kaido = true,
          .applied_epoch = heard.probe.claim ? heard.probe.claim->epoch : 0,
          .applied_generation = heard.probe.claim ? heard.probe.claim->generation : 0};
}

void Reflector::answer(const Heard& heard, const stamp::Reply& reply) const {
  auto bytes = heard.packet;
  stamp::reflect(bytes, reply);
  for (unsigned i = 0; i < 4; ++i)  // a liar's word too
    bytes[24 + i] = static_cast<std::byte>(reply.sender_sequence >> (24 - (8 * i)));
  Packet packet(bytes);
  packet.peer.sin6_family = AF_INET6;
  packet.peer.sin6_port = htons(heard.port);
  std::memcpy(&packet.peer.sin6_addr, heard.from.bytes().data(), 16);
  in6_pktinfo by{};
  std::memcpy(&by.ipi6_addr, heard.to.bytes().data(), 16);
  by.ipi6_ifindex = heard.interface;
  packet.header.msg_controllen = CMSG_SPACE(sizeof(by));
  auto* const message = CMSG_FIRSTHDR(&packet.header);
  message->cmsg_level = IPPROTO_IPV6;
  message->cmsg_type = IPV6_PKTINFO;
  message->cmsg_len = CMSG_LEN(sizeof(by));
  std::memcpy(CMSG_DATA(message), &by, sizeof(by));
  sendmsg(fd_, &packet.header, 0);
}

}  // namespace kaido::test
