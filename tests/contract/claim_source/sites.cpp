#include "sites.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace kaido::test {
namespace {

constexpr int kPatience = 10'000;  // ms
constexpr std::uint8_t kIkev2 = 1;
constexpr std::uint8_t kSlot = 3;

in6_addr address_of(const reflector::SiteKey& site) {
  in6_addr address{};
  std::memcpy(&address, site.data(), site.size());
  address.s6_addr[13] = kIkev2;
  address.s6_addr[15] = kSlot;
  return address;
}

}  // namespace

Sites::Sites() {
  where_.ip6("route add local fd4b:6169:646f::/48 dev lo\n");
  where_.run([this] { fd_ = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0); });
  const int on = 1;
  if (fd_ < 0 || setsockopt(fd_, IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof(on)) != 0)
    throw std::runtime_error("no socket for sites");
}

Sites::~Sites() { close(fd_); }

void Sites::send(const reflector::SiteKey& site, std::uint16_t port,
                 const std::optional<stamp::Claim>& claim) {
  std::vector<std::byte> packet;
  stamp::encode({.sequence = ++sequence_, .claim = claim, .room = 1}, 0, packet);
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_addr = in6addr_loopback;
  to.sin6_port = htons(port);
  const in6_pktinfo by{.ipi6_addr = address_of(site), .ipi6_ifindex = 0};
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(by))> control{};
  iovec part{packet.data(), packet.size()};
  msghdr header{.msg_name = &to,
                .msg_namelen = sizeof(to),
                .msg_iov = &part,
                .msg_iovlen = 1,
                .msg_control = control.data(),
                .msg_controllen = control.size()};
  auto* const message = CMSG_FIRSTHDR(&header);
  message->cmsg_level = IPPROTO_IPV6;
  message->cmsg_type = IPV6_PKTINFO;
  message->cmsg_len = CMSG_LEN(sizeof(by));
  std::memcpy(CMSG_DATA(message), &by, sizeof(by));
  if (sendmsg(fd_, &header, 0) < 0) throw std::runtime_error("a site cannot send");
}

stamp::Reply Sites::ask(const reflector::SiteKey& site, std::uint16_t port,
                        const std::optional<stamp::Claim>& claim) {
  send(site, port, claim);
  pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
  if (poll(&waiting, 1, kPatience) != 1) throw std::runtime_error("kaido-reflector is silent");
  std::array<std::byte, stamp::kMaximumSize> packet{};
  const auto size = recv(fd_, packet.data(), packet.size(), 0);
  const auto reply = stamp::parse_reply(std::span(packet).first(static_cast<std::size_t>(size)));
  if (!reply || reply->sender_sequence != sequence_) throw std::runtime_error("no answer to that");
  return *reply;
}

}  // namespace kaido::test
