#include "udp_stream.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <system_error>

namespace lab {
namespace {

constexpr std::uint16_t kPort = 5001;
constexpr std::size_t kPacketSize = 100;          // bytes of payload
constexpr auto kGrace = std::chrono::seconds(1);  // younger packets may still be on their way

struct Packet {
  std::uint64_t number;
  std::int64_t sent_ns;
};

void connect_to(const Descriptor& socket, const std::string& address) {
  const SocketAddress peer = socket_address(address, kPort);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&peer.storage), peer.size) != 0) {
    throw std::system_error(errno, std::generic_category(), "connect " + address);
  }
}

void send_packet(const Descriptor& socket, std::uint64_t number, Clock::time_point now) {
  std::array<char, kPacketSize> buffer{};
  const Packet packet{number, Nanoseconds(now.time_since_epoch()).count()};
  std::memcpy(buffer.data(), &packet, sizeof(packet));
  (void)!::send(socket.get(), buffer.data(), buffer.size(), 0);
}

void receive_all(const Descriptor& socket, Arrivals& arrivals) {
  std::array<char, kPacketSize> buffer{};
  for (;;) {
    const auto size = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (size < static_cast<ssize_t>(sizeof(Packet))) continue;  // an ICMP error, asynchronously
    Packet packet{};
    std::memcpy(&packet, buffer.data(), sizeof(packet));
    arrivals.add(packet.number, Clock::time_point(Nanoseconds(packet.sent_ns)), Clock::now());
  }
}

}  // namespace

void Arrivals::add(std::uint64_t number, Clock::time_point sent, Clock::time_point now) {
  if (number < seen_.size() && seen_[number]) {
    ++duplicates_;
    return;
  }
  if (number < seen_.size()) ++reordered_;
  if (number >= seen_.size()) seen_.resize(number + 1, false);
  seen_[number] = true;
  if (received_++ > 0) longest_gap_ = std::max(longest_gap_, Nanoseconds(now - last_));
  last_ = now;
  shortest_delay_ = std::min(shortest_delay_, Nanoseconds(now - sent));
  longest_delay_ = std::max(longest_delay_, Nanoseconds(now - sent));
}

std::uint64_t Arrivals::lost(std::uint64_t settled) const {
  const auto end =
      seen_.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(settled, seen_.size()));
  return settled - static_cast<std::uint64_t>(std::count(seen_.begin(), end, true));
}

Nanoseconds Arrivals::outage(Clock::time_point started, Clock::time_point now,
                             Nanoseconds interval) const {
  const Nanoseconds silence = now - (received_ > 0 ? last_ : started);
  // A path's delay passes before the first packet and, after the last one, before a report: only a
  // silence beyond that is an outage.
  const Nanoseconds delay = received_ > 0 ? longest_delay_ : Nanoseconds{};
  return std::max({longest_gap_ - interval, silence - delay - interval, Nanoseconds{}});
}

std::string Arrivals::json(std::uint64_t sent, std::uint64_t settled, Clock::time_point started,
                           Clock::time_point now, Nanoseconds interval) const {
  std::array<char, 320> text{};
  std::snprintf(
      text.data(), text.size(),
      "{\"sent\": %llu, \"received\": %llu, \"packets_lost\": %llu, \"outage_ms\": %.1f, "
      "\"reordered\": %llu, \"duplicates\": %llu, \"delay_ms_min\": %.2f, "
      "\"delay_ms_max\": %.2f}",
      static_cast<unsigned long long>(sent), static_cast<unsigned long long>(received_),
      static_cast<unsigned long long>(lost(settled)), milliseconds(outage(started, now, interval)),
      static_cast<unsigned long long>(reordered_), static_cast<unsigned long long>(duplicates_),
      received_ > 0 ? milliseconds(shortest_delay_) : 0.0, milliseconds(longest_delay_));
  return text.data();
}

UdpStream::UdpStream(const End& client, const End& server, Nanoseconds interval,
                     Clock::time_point now)
    : client_(bound_socket(client, kPort, SOCK_DGRAM)),
      server_(bound_socket(server, kPort, SOCK_DGRAM)),
      interval_(interval),
      started_(now) {
  connect_to(client_, server.address);
  connect_to(server_, client.address);
}

void UdpStream::send_due(Clock::time_point now) {
  for (; sending_ && started_ + interval_ * static_cast<std::int64_t>(sent_) <= now; ++sent_) {
    send_packet(client_, sent_, Clock::now());
    send_packet(server_, sent_, Clock::now());
  }
}

void UdpStream::receive() {
  receive_all(server_, up_);
  receive_all(client_, down_);
}

std::uint64_t UdpStream::settled(Clock::time_point now) const {
  const auto age = now - kGrace - started_;
  if (age < age.zero()) return 0;
  return std::min(sent_, static_cast<std::uint64_t>(age / interval_));
}

Clock::time_point UdpStream::watched_until(Clock::time_point now) const {
  if (sending_) return now;
  return std::min(now, started_ + interval_ * static_cast<std::int64_t>(sent_));
}

std::string UdpStream::json(Clock::time_point now) const {
  const auto last = watched_until(now);
  return "{\"up\": " + up_.json(sent_, settled(now), started_, last, interval_) +
         ", \"down\": " + down_.json(sent_, settled(now), started_, last, interval_) + "}";
}

std::uint64_t UdpStream::lost(Clock::time_point now) const {
  return up_.lost(settled(now)) + down_.lost(settled(now));
}

Nanoseconds UdpStream::outage(Clock::time_point now) const {
  const auto last = watched_until(now);
  return std::max(up_.outage(started_, last, interval_), down_.outage(started_, last, interval_));
}

}  // namespace lab
