#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "network.hpp"

namespace lab {

// What arrived of a stream of numbered packets.
class Arrivals {
 public:
  // `now` is when the packet was read, `sent` when it was sent.
  void add(std::uint64_t number, Clock::time_point sent, Clock::time_point now);

  // The figures as the members of a JSON object. `settled` is how many of the packets were sent so
  // long ago that they count as lost when they are not here.
  std::string json(std::uint64_t sent, std::uint64_t settled, Clock::time_point started,
                   Clock::time_point now, Nanoseconds interval) const;

  std::uint64_t lost(std::uint64_t settled) const;
  // The longest time without a packet, less the interval. A silence that still lasts counts.
  Nanoseconds outage(Clock::time_point started, Clock::time_point now, Nanoseconds interval) const;

 private:
  std::vector<bool> seen_;
  std::uint64_t received_ = 0;
  std::uint64_t duplicates_ = 0;
  std::uint64_t reordered_ = 0;
  Nanoseconds longest_gap_{};
  Nanoseconds shortest_delay_ = Nanoseconds::max();
  Nanoseconds longest_delay_{};
  Clock::time_point last_{};
};

// A stream of small UDP packets, one each interval, both ways between two ends. Not thread-safe;
// owns its two sockets. Send errors (no route for a while) count as packets sent and lost.
class UdpStream {
 public:
  UdpStream(const End& client, const End& server, Nanoseconds interval, Clock::time_point now);

  int client_socket() const { return client_.get(); }
  int server_socket() const { return server_.get(); }

  void send_due(Clock::time_point now);  // both ways, every packet whose time has come
  void receive();                        // whatever has arrived at either end
  void stop() { sending_ = false; }

  // {"up": {…}, "down": {…}}; up is client to server.
  std::string json(Clock::time_point now) const;
  std::uint64_t lost(Clock::time_point now) const;
  Nanoseconds outage(Clock::time_point now) const;

 private:
  std::uint64_t settled(Clock::time_point now) const;
  // Silence after the last packet sent is none.
  Clock::time_point watched_until(Clock::time_point now) const;

  Descriptor client_;
  Descriptor server_;
  Nanoseconds interval_;
  Clock::time_point started_;
  bool sending_ = true;
  std::uint64_t sent_ = 0;  // in each direction
  Arrivals up_;
  Arrivals down_;
};

}  // namespace lab
