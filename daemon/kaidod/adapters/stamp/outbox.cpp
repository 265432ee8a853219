#include "adapters/stamp/outbox.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

namespace kaido::stamp_prober {

void Envelope::address(const IpAddress& source, const IpAddress& destination, std::uint16_t port,
                       unsigned interface) {
  const bool v4 = source.is_v4();
  in_pktinfo information4{};
  in6_pktinfo information6{};
  if (v4) {
    to_.v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    std::memcpy(&to_.v4.sin_addr, destination.bytes().data(), 4);
    information4.ipi_ifindex = static_cast<int>(interface);
    std::memcpy(&information4.ipi_spec_dst, source.bytes().data(), 4);
  } else {
    to_.v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    std::memcpy(&to_.v6.sin6_addr, destination.bytes().data(), 16);
    information6.ipi6_ifindex = interface;
    std::memcpy(&information6.ipi6_addr, source.bytes().data(), 16);
  }
  to_length_ = v4 ? sizeof(to_.v4) : sizeof(to_.v6);
  const std::size_t size = v4 ? sizeof(information4) : sizeof(information6);
  cmsghdr header{};
  header.cmsg_len = CMSG_LEN(size);
  header.cmsg_level = v4 ? IPPROTO_IP : IPPROTO_IPV6;
  header.cmsg_type = v4 ? IP_PKTINFO : IPV6_PKTINFO;
  control_.fill(std::byte{0});
  std::memcpy(control_.data(), &header, sizeof(header));
  std::memcpy(&control_[CMSG_LEN(0)], v4 ? static_cast<const void*>(&information4) : &information6,
              size);
  control_length_ = CMSG_SPACE(size);
}

void Envelope::attach(msghdr& header, std::vector<std::byte>& payload) {
  vector_ = {.iov_base = payload.data(), .iov_len = payload.size()};
  header = {.msg_name = &to_,
            .msg_namelen = to_length_,
            .msg_iov = &vector_,
            .msg_iovlen = 1,
            .msg_control = control_.data(),
            .msg_controllen = control_length_};
}

void Outbox::flush(int fd, const OnSent& on_sent, const OnRefused& on_refused) {
  std::array<mmsghdr, kBatch> messages{};
  std::size_t tried_again = kBatch;
  for (std::size_t done = 0; done < count_;) {
    for (std::size_t i = done; i < count_; ++i)
      items_[i].envelope.attach(messages[i].msg_hdr, items_[i].payload);
    const auto before = std::chrono::steady_clock::now();
    const int sent = sendmmsg(fd, &messages[done], static_cast<unsigned>(count_ - done), 0);
    const int code = errno;
    if (sent > 0) {
      // One after the other, each in about the same time.
      const auto share = (std::chrono::steady_clock::now() - before) / sent;
      for (int i = 0; i < sent; ++i) on_sent(items_[done++], before + (i * share));
      continue;
    }
    if (on_refused(items_[done], code) && std::exchange(tried_again, done) != done) continue;
    ++done;
  }
  count_ = 0;
}

}  // namespace kaido::stamp_prober
