#include "adapters/stamp/inbox.hpp"

#include <linux/errqueue.h>

#include <algorithm>
#include <cstring>

namespace kaido::stamp_prober {
namespace {

template <typename T>
T data_of(const cmsghdr* message) {
  T value{};
  std::memcpy(&value, CMSG_DATA(message), sizeof(value));
  return value;
}

IpAddress address(const in6_addr& bytes) {
  return IpAddress::from_bytes(&bytes, sizeof(bytes)).value_or(IpAddress{});
}

std::optional<WallTime> wall_time(const timespec& time) {
  if (time.tv_sec == 0 && time.tv_nsec == 0) return std::nullopt;
  return WallTime(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

void take_control(msghdr header, Datagram& datagram) {
  for (auto* message = CMSG_FIRSTHDR(&header); message != nullptr;
       message = CMSG_NXTHDR(&header, message)) {
    if (message->cmsg_level == SOL_SOCKET && message->cmsg_type == SCM_TIMESTAMPING) {
      datagram.arrived = wall_time(data_of<scm_timestamping>(message).ts[0]);
    } else if (message->cmsg_level == IPPROTO_IPV6 && message->cmsg_type == IPV6_PKTINFO) {
      const auto information = data_of<in6_pktinfo>(message);
      datagram.destination = address(information.ipi6_addr);
      datagram.interface = information.ipi6_ifindex;
    }
  }
}

}  // namespace

// The pages of the buffers are touched when a packet needs them, so nothing is initialized.
Inbox::Inbox() : slots_(std::make_unique_for_overwrite<std::array<Slot, kBatch>>()) {
  for (std::size_t i = 0; i < kBatch; ++i) {
    auto& slot = (*slots_)[i];
    slot.vector = {.iov_base = slot.data.data(), .iov_len = slot.data.size()};
    headers_[i].msg_hdr.msg_iov = &slot.vector;
    headers_[i].msg_hdr.msg_iovlen = 1;
  }
}

std::size_t Inbox::read(int fd) {
  for (std::size_t i = 0; i < kBatch; ++i) {
    auto& header = headers_[i].msg_hdr;
    auto& slot = (*slots_)[i];
    header.msg_name = &slot.source;
    header.msg_namelen = sizeof(slot.source);
    header.msg_control = slot.control.data();
    header.msg_controllen = slot.control.size();
  }
  const int got = recvmmsg(fd, headers_.data(), kBatch, MSG_DONTWAIT, nullptr);
  return got < 0 ? 0 : static_cast<std::size_t>(got);
}

Datagram Inbox::at(std::size_t index) const {
  const auto& slot = (*slots_)[index];
  const auto& header = headers_[index];
  Datagram datagram;
  if ((header.msg_hdr.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0)
    datagram.payload = std::span(slot.data).first(header.msg_len);
  if (slot.source.sin6_family == AF_INET6) {
    datagram.source = address(slot.source.sin6_addr);
    datagram.port = ntohs(slot.source.sin6_port);
  }
  take_control(header.msg_hdr, datagram);
  return datagram;
}

}  // namespace kaido::stamp_prober
