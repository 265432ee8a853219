#include "reflector/udp.hpp"

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <span>
#include <system_error>

#include "kaido/ntp_clock.hpp"

namespace kaido::reflector {
namespace {

constexpr int kHopLimit = 255;
constexpr int kReceiveQueue = 1 << 20;  // as far as net.core.rmem_max allows
constexpr std::uint16_t kFirstUnprivilegedPort = 1024;

void set(int fd, int level, int name, int value) {
  if (setsockopt(fd, level, name, &value, sizeof(value)) != 0)
    throw std::system_error(errno, std::system_category(), "option of the UDP socket");
}

// Whoever made the socket may have been allowed more than we are: that stays.
void make_queue(int fd) {
  int size = 0;
  socklen_t length = sizeof(size);
  if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, &length) != 0 || size < kReceiveQueue)
    set(fd, SOL_SOCKET, SO_RCVBUF, kReceiveQueue);
}

template <typename T>
void read_cmsg(const cmsghdr* message, T& value) {
  if (message->cmsg_len >= CMSG_LEN(sizeof(T))) std::memcpy(&value, CMSG_DATA(message), sizeof(T));
}

}  // namespace

Udp::Udp(Descriptor socket, Sessions& sessions)
    : socket_(std::move(socket)),
      sessions_(sessions),
      loopback_(if_nametoindex("lo")),
      buffers_(kBatch * kBuffer) {
  reply_.heard.reserve(stamp::kMaximumEntries);
  const int fd = socket_.get();
  set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  set(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
  set(fd, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
  // No packet may lower what is tried: a size is proved by packets, not by what ICMP says.
  set(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE);
  set(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, kHopLimit);
  // A reply comes from where its probe went, which is ours: the kernel need not look again.
  set(fd, IPPROTO_IPV6, IPV6_FREEBIND, 1);
  set(fd, SOL_SOCKET, SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE);
  make_queue(fd);
  prepare();
}

void Udp::prepare() {
  for (std::size_t i = 0; i < kBatch; ++i) {
    receive_parts_[i] = {.iov_base = buffers_.data() + i * kBuffer, .iov_len = kBuffer};
    auto& in = receive_[i].msg_hdr;
    in.msg_name = &peers_[i];
    in.msg_iov = &receive_parts_[i];
    in.msg_iovlen = 1;
    in.msg_control = receive_controls_[i].bytes.data();

    auto& out = send_[i].msg_hdr;
    out.msg_namelen = sizeof(sockaddr_in6);
    out.msg_iov = &send_parts_[i];
    out.msg_iovlen = 1;
    out.msg_control = send_controls_[i].bytes.data();
    // Not CMSG_SPACE: up to this length the kernel allocates nothing for it.
    out.msg_controllen = CMSG_LEN(sizeof(in6_pktinfo));
    auto* message = static_cast<cmsghdr*>(out.msg_control);
    message->cmsg_level = IPPROTO_IPV6;
    message->cmsg_type = IPV6_PKTINFO;
    message->cmsg_len = CMSG_LEN(sizeof(in6_pktinfo));
  }
}

std::uint16_t Udp::port() const {
  sockaddr_in6 own{};
  socklen_t size = sizeof(own);
  getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&own), &size);
  return ntohs(own.sin6_port);
}

void Udp::serve(Instant now) {
  for (auto& message : std::span(receive_).first(used_)) {
    message.msg_hdr.msg_namelen = sizeof(sockaddr_in6);
    message.msg_hdr.msg_controllen = sizeof(ReceiveControl);
  }
  const int count = recvmmsg(socket_.get(), receive_.data(), kBatch, MSG_DONTWAIT, nullptr);
  used_ = static_cast<std::size_t>(std::max(count, 0));
  reply_count_ = 0;
  for (std::size_t i = 0; i < used_; ++i) {
    if (!answer(i, now)) ++counts_.refused;
  }
  if (reply_count_ > 0) send();
}

Udp::Received Udp::read_control(const msghdr& header) const {
  Received received;
  // CMSG_NXTHDR wants it without const.
  auto* all = const_cast<msghdr*>(&header);
  for (auto* message = CMSG_FIRSTHDR(all); message != nullptr;
       message = CMSG_NXTHDR(all, message)) {
    if (message->cmsg_level == IPPROTO_IPV6 && message->cmsg_type == IPV6_PKTINFO) {
      read_cmsg(message, received.to);
    } else if (message->cmsg_level == IPPROTO_IPV6 && message->cmsg_type == IPV6_HOPLIMIT) {
      read_cmsg(message, received.hop_limit);
    } else if (message->cmsg_level == SOL_SOCKET && message->cmsg_type == SCM_TIMESTAMPING) {
      read_cmsg(message, received.time);  // the first of three: software
    }
  }
  if (received.time.tv_sec == 0) clock_gettime(CLOCK_REALTIME, &received.time);
  return received;
}

bool Udp::answer(std::size_t index, Instant now) {
  const auto& message = receive_[index];
  const auto& peer = peers_[index];
  const auto port = ntohs(peer.sin6_port);
  std::span packet(buffers_.data() + index * kBuffer, message.msg_len);
  if (port < kFirstUnprivilegedPort || packet.size() < stamp::kTwampProbeSize ||
      packet.size() > stamp::kMaximumSize || message.msg_hdr.msg_namelen != sizeof(peer))
    return false;
  if (packet.size() < stamp::kBaseSize) {
    // TWAMP Light: it gets the whole base packet, and its padding not back (RFC 8762 §4.6).
    packet = {packet.data(), stamp::kBaseSize};
    std::ranges::fill(packet.subspan<stamp::kTwampProbeSize>(), std::byte{});
  }
  const auto received = read_control(message.msg_hdr);
  if (IN6_IS_ADDR_MULTICAST(&received.to.ipi6_addr)) return false;
  auto probe = stamp::parse_probe(packet);
  // A fault in its TLVs: answered without them (RFC 8972 §4).
  if (!probe) probe = stamp::parse_probe(packet.first(stamp::kBaseSize));
  Arrival arrival{.port = port, .interface = received.to.ipi6_ifindex};
  std::memcpy(arrival.source.data(), &peer.sin6_addr, arrival.source.size());
  std::memcpy(arrival.destination.data(), &received.to.ipi6_addr, arrival.destination.size());
  sessions_.answer(arrival, *probe, now, reply_);
  reply_.received = stamp::ntp_from(received.time);
  reply_.sender_ttl = static_cast<std::uint8_t>(received.hop_limit);
  stamp::reflect(packet, reply_);
  add_reply(index, packet.size(), received);
  return true;
}

void Udp::add_reply(std::size_t index, std::size_t size, const Received& received) {
  auto to = received.to;
  // What came over the loopback is for an address of this machine: any route will do.
  if (to.ipi6_ifindex == loopback_) to.ipi6_ifindex = 0;
  send_parts_[reply_count_] = {.iov_base = receive_parts_[index].iov_base, .iov_len = size};
  auto& header = send_[reply_count_].msg_hdr;
  header.msg_name = &peers_[index];
  std::memcpy(CMSG_DATA(static_cast<cmsghdr*>(header.msg_control)), &to, sizeof(to));
  ++reply_count_;
}

void Udp::send() {
  const auto now = stamp::ntp_now();
  for (unsigned i = 0; i < reply_count_; ++i) {
    const auto& part = send_parts_[i];
    stamp::set_sent({static_cast<std::byte*>(part.iov_base), part.iov_len}, now);
  }
  unsigned done = 0;
  while (done < reply_count_) {
    const int sent = sendmmsg(socket_.get(), &send_[done], reply_count_ - done, MSG_DONTWAIT);
    if (sent > 0) {
      done += static_cast<unsigned>(sent);
      counts_.answered += static_cast<unsigned>(sent);
    } else if (errno == EAGAIN) {  // the queue is full: late replies would only measure the queue
      counts_.unsent += reply_count_ - done;
      return;
    } else if (errno != EINTR) {  // this one cannot go, the next may
      ++done;
      ++counts_.unsent;
    }
  }
}

}  // namespace kaido::reflector
