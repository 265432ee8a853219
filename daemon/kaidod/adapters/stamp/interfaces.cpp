#include "adapters/stamp/interfaces.hpp"

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>

namespace kaido::stamp_prober {
namespace {

struct Request {
  nlmsghdr header;
  if_stats_msg body;
};

// The counters in an answer, which begins with its header. The kernel is trusted, its lengths are
// looked at nevertheless.
std::optional<DevicePackets> parse(std::span<const std::byte> answer, std::uint32_t sequence) {
  nlmsghdr header{};
  constexpr std::size_t kAttributes = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(if_stats_msg));
  if (answer.size() < sizeof(header)) return std::nullopt;
  std::memcpy(&header, answer.data(), sizeof(header));
  if (header.nlmsg_seq != sequence || header.nlmsg_type != RTM_NEWSTATS) return std::nullopt;
  for (auto rest = answer.subspan(std::min(answer.size(), kAttributes));
       rest.size() >= sizeof(rtattr);) {
    rtattr attribute{};
    std::memcpy(&attribute, rest.data(), sizeof(attribute));
    if (attribute.rta_len < sizeof(attribute) || attribute.rta_len > rest.size()) break;
    rtnl_link_stats64 counters{};
    const std::size_t length = std::min(attribute.rta_len - RTA_LENGTH(0), sizeof(counters));
    if (attribute.rta_type == IFLA_STATS_LINK_64) {
      std::memcpy(&counters, &rest[RTA_LENGTH(0)], length);
      return DevicePackets{.received = counters.rx_packets, .sent = counters.tx_packets};
    }
    rest = rest.subspan(std::min<std::size_t>(rest.size(), RTA_ALIGN(attribute.rta_len)));
  }
  return std::nullopt;
}

}  // namespace

Interfaces::Interfaces()
    : control_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)),
      netlink_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)) {}

unsigned Interfaces::index(const std::string& device) const {
  ifreq request{};
  if (device.empty() || device.size() >= sizeof(request.ifr_name)) return 0;
  std::memcpy(request.ifr_name, device.data(), device.size());
  if (ioctl(control_.get(), SIOCGIFINDEX, &request) != 0) return 0;
  return static_cast<unsigned>(request.ifr_ifindex);
}

DevicePackets Interfaces::packets(unsigned index) {
  if (index == 0) return {};
  Request request{};
  request.header.nlmsg_len = sizeof(request);
  request.header.nlmsg_type = RTM_GETSTATS;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.header.nlmsg_seq = ++sequence_;
  request.body.ifindex = index;
  request.body.filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64);
  if (::send(netlink_.get(), &request, sizeof(request), 0) < 0) return {};
  std::array<std::byte, 4096> answer{};
  // Answers to earlier questions are left over only after a failure; they are skipped.
  while (true) {
    const auto got = recv(netlink_.get(), answer.data(), answer.size(), MSG_DONTWAIT);
    if (got < static_cast<ssize_t>(sizeof(nlmsghdr))) return {};
    nlmsghdr header{};
    std::memcpy(&header, answer.data(), sizeof(header));
    if (header.nlmsg_seq != sequence_) continue;
    return parse(std::span(answer).first(static_cast<std::size_t>(got)), sequence_)
        .value_or(DevicePackets{});
  }
}

}  // namespace kaido::stamp_prober
