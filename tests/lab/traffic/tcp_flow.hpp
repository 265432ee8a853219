#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "network.hpp"

namespace lab {

// A long TCP transfer at a steady pace (bits per second) from one end to the other. The client
// opens the connection in either direction; one that breaks is counted and opened again. Not
// thread-safe; owns its sockets.
class TcpFlow {
 public:
  enum class Direction { kUp, kDown };  // kUp: client to server

  TcpFlow(Direction direction, const End& client, const End& server, std::uint64_t rate,
          Clock::time_point now);

  void work(Clock::time_point now);  // connects, accepts, sends what is due, reads what arrived
  void stop() { sending_ = false; }
  std::vector<int> sockets() const;  // those that may become readable

  // {"bytes": …, "stall_ms": …, "flows_reset": …}
  std::string json(Clock::time_point now) const;
  std::uint64_t resets() const { return resets_; }
  // The longest time without a byte. A silence that still lasts counts.
  Nanoseconds stall(Clock::time_point now) const;

 private:
  bool established() const { return client_.valid() && server_.valid(); }
  void connect(Clock::time_point now);
  void accept(Clock::time_point now);
  void send_due(Clock::time_point now);
  void receive(Clock::time_point now);
  void broken(Clock::time_point now);

  Direction direction_;
  End client_end_;
  End server_end_;
  std::uint16_t port_;
  std::uint64_t rate_;
  Descriptor listener_;
  Descriptor client_;
  Descriptor server_;
  bool sending_ = true;
  Clock::time_point last_data_;
  Clock::time_point next_attempt_;
  Clock::time_point paced_since_;
  std::uint64_t paced_bytes_ = 0;
  std::uint64_t received_bytes_ = 0;
  std::uint64_t resets_ = 0;
  Nanoseconds longest_stall_{};
};

}  // namespace lab
