#pragma once

#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace lab {

using Clock = std::chrono::steady_clock;  // CLOCK_MONOTONIC: one clock for both ends
using Nanoseconds = std::chrono::nanoseconds;

double milliseconds(Nanoseconds time);

// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  int get() const { return number_; }
  bool valid() const { return number_ >= 0; }
  void reset() { *this = Descriptor(); }

 private:
  int number_ = -1;
};

// One end of the traffic: a network namespace (as `ip netns` names it) and an address in it.
struct End {
  std::string network_namespace;
  std::string address;
};

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

// Throws std::runtime_error when the text is no address.
SocketAddress socket_address(const std::string& address, std::uint16_t port);

// A non-blocking socket (SOCK_DGRAM or SOCK_STREAM) that lives in the end's namespace, bound to its
// address and port (0: any). The calling thread is in that namespace afterwards. Throws
// std::system_error.
Descriptor bound_socket(const End& end, std::uint16_t port, int type);

}  // namespace lab
