// Probes that go out by one system call.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <functional>
#include <vector>

#include "core/tunnels/tunnel.hpp"
#include "kaido/ip.hpp"

namespace kaido::stamp_prober {

/// Names the source address and the interface of one message, of either family.
struct Envelope {
  Envelope() = default;
  void address(const IpAddress& source, const IpAddress& destination, std::uint16_t port,
               unsigned interface);
  /// Points `header` at itself and at `payload`.
  void attach(msghdr& header, std::vector<std::byte>& payload);

 private:
  union {
    sockaddr_in6 v6{};
    sockaddr_in v4;
  } to_;
  socklen_t to_length_ = 0;
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(in6_pktinfo))> control_{};
  std::size_t control_length_ = 0;
  iovec vector_{};
};

/// Owns the buffers. One thread. Small, so that the time of each message is known well enough.
class Outbox {
 public:
  static constexpr std::size_t kBatch = 16;
  struct Item {
    std::size_t path = 0;
    std::uint32_t sequence = 0;
    std::vector<std::byte> payload;  ///< keeps its memory from probe to probe
    Envelope envelope;
  };
  [[nodiscard]] bool full() const { return count_ == kBatch; }
  /// To be filled in by the caller.
  Item& add() { return items_[count_++]; }

  /// Sends all and forgets them. `on_sent` is told of each that left, and when; `on_refused`, with
  /// errno, of each that could not: true means that its envelope is better now, to be tried again.
  using OnSent = std::function<void(const Item&, Instant)>;
  using OnRefused = std::function<bool(Item&, int)>;
  void flush(int fd, const OnSent& on_sent, const OnRefused& on_refused);

 private:
  std::array<Item, kBatch> items_;
  std::size_t count_ = 0;
};

}  // namespace kaido::stamp_prober
