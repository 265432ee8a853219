// Many packets in one system call.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "adapters/stamp/clocks.hpp"
#include "kaido/ip.hpp"
#include "kaido/stamp.hpp"

namespace kaido::stamp_prober {

struct Datagram {
  std::span<const std::byte> payload;  ///< until the next read; empty: it was longer than a probe
  IpAddress source;
  IpAddress destination;   ///< as far as the socket tells
  std::uint16_t port = 0;  ///< of the source
  unsigned interface = 0;  ///< that it came in by, as far as the socket tells
  std::optional<WallTime> arrived;
};

/// Owns the buffers. One thread.
class Inbox {
 public:
  static constexpr std::size_t kBatch = 32;
  Inbox();
  /// Non-blocking; how many came, at most kBatch.
  std::size_t read(int fd);
  [[nodiscard]] Datagram at(std::size_t index) const;

 private:
  static constexpr std::size_t kLength = stamp::kMaximumSize + 60;  // and an IPv4 header
  struct Slot {
    std::array<std::byte, kLength> data;
    alignas(cmsghdr) std::array<std::byte, 256> control;
    sockaddr_in6 source;
    iovec vector;
  };
  std::unique_ptr<std::array<Slot, kBatch>> slots_;
  std::array<mmsghdr, kBatch> headers_{};
};

}  // namespace kaido::stamp_prober
