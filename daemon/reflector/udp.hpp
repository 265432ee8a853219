// The hot loop: probes in, replies out, many to a system call.
//
// Owns the UDP socket and the buffers of one batch; one thread; never blocks and allocates nothing
// after construction. T2 is the kernel's time of arrival, T3 is read just before the batch is sent.
// A reply leaves from the address and by the interface that its probe came to, unfragmented; one
// that cannot leave is dropped, and the next probe will show it. With a source given, IPv6 takes
// the interface as a wish only (it chooses among routes that are equal otherwise): what ties a
// reply to the tunnel of its probe is the hub's host route for each inner address.
//
// Not answered: what is no STAMP packet, what was sent to a multicast address, and what comes from
// a port under 1024: two reflectors must not be set talking to each other by a forged packet.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kaido/descriptor.hpp"
#include "reflector/sessions.hpp"

namespace kaido::reflector {

class Udp {
 public:
  static constexpr std::size_t kBatch = 64;

  /// Throws std::system_error when the socket cannot do what is needed.
  Udp(Descriptor socket, Sessions& sessions);

  [[nodiscard]] int fd() const { return socket_.get(); }
  [[nodiscard]] std::uint16_t port() const;
  /// Answers at most one batch.
  void serve(Instant now);

  struct Counts {
    std::uint64_t answered = 0;
    std::uint64_t refused = 0;  ///< not answered, see above
    std::uint64_t unsent = 0;   ///< the kernel would not send the reply
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  static constexpr std::size_t kBuffer = stamp::kMaximumSize + 1;  // more is seen to be too long
  struct Received {
    timespec time{};
    in6_pktinfo to{};
    int hop_limit = 0;
  };
  struct alignas(cmsghdr) ReceiveControl {
    std::array<std::byte, 160> bytes;
  };
  struct alignas(cmsghdr) SendControl {
    std::array<std::byte, CMSG_SPACE(sizeof(in6_pktinfo))> bytes;
  };

  void prepare();
  [[nodiscard]] Received read_control(const msghdr& header) const;
  bool answer(std::size_t index, Instant now);
  void add_reply(std::size_t index, std::size_t size, const Received& received);
  void send();

  Descriptor socket_;
  Sessions& sessions_;
  unsigned loopback_;
  Counts counts_;
  stamp::Reply reply_;
  std::vector<std::byte> buffers_;
  std::array<sockaddr_in6, kBatch> peers_{};
  std::array<iovec, kBatch> receive_parts_{};
  std::array<iovec, kBatch> send_parts_{};
  std::array<ReceiveControl, kBatch> receive_controls_{};
  std::array<SendControl, kBatch> send_controls_{};
  std::array<mmsghdr, kBatch> receive_{};
  std::array<mmsghdr, kBatch> send_{};
  std::size_t used_ = kBatch;  // of receive_, since it was last made ready
  unsigned reply_count_ = 0;
};

}  // namespace kaido::reflector
