#include "adapters/stamp/interfaces.hpp"

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace kaido::stamp_prober {
namespace {

/// A kernel older than these headers has fewer counters.
DevicePackets read_counters(netlink::Bytes bytes) {
  rtnl_link_stats64 counters{};
  std::memcpy(&counters, bytes.data(), std::min(bytes.size(), sizeof(counters)));
  return {.received = counters.rx_packets, .sent = counters.tx_packets};
}

DevicePackets read_answer(netlink::Bytes payload) {
  DevicePackets packets;
  netlink::for_each_attribute(netlink::after_header<if_stats_msg>(payload),
                              [&](const netlink::Attribute& attribute) {
                                if (attribute.type == IFLA_STATS_LINK_64)
                                  packets = read_counters(attribute.data);
                              });
  return packets;
}

}  // namespace

Interfaces::Interfaces() : control_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  auto socket = netlink::Socket::open(NETLINK_ROUTE);
  if (socket) netlink_ = std::move(*socket);
}

unsigned Interfaces::index(const std::string& device) const {
  ifreq request{};
  if (device.empty() || device.size() >= sizeof(request.ifr_name)) return 0;
  std::memcpy(request.ifr_name, device.data(), device.size());
  if (ioctl(control_.get(), SIOCGIFINDEX, &request) != 0) return 0;
  return static_cast<unsigned>(request.ifr_ifindex);
}

DevicePackets Interfaces::packets(unsigned index) {
  if (index == 0) return {};
  if (!netlink_) return {};
  netlink::Message question(RTM_GETSTATS, 0);
  auto& header = question.header<if_stats_msg>();
  header.ifindex = index;
  header.filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64);
  DevicePackets packets;
  const auto answered = netlink_->request(question, [&](std::uint16_t type, netlink::Bytes answer) {
    if (type == RTM_NEWSTATS) packets = read_answer(answer);
  });
  return answered ? packets : DevicePackets{};
}

}  // namespace kaido::stamp_prober
