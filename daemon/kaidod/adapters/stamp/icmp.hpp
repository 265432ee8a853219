// ICMP echo messages (RFC 792, RFC 4443 §4.1) with a payload that only this process can know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kaido/ip.hpp"

namespace kaido::stamp_prober {

inline constexpr std::size_t kEchoSize = 24;  ///< ICMP header and payload, without padding

/// Of one process: random, so that replies to others, and forged ones, are told apart.
struct EchoKey {
  std::uint16_t identifier = 0;
  std::uint64_t cookie = 0;
};
/// ICMP's sequence has 16 bits; the whole one travels in the payload.
struct Echo {
  std::uint32_t target = 0;
  std::uint32_t sequence = 0;
  friend bool operator==(const Echo&, const Echo&) = default;
};

/// An echo request of `size` bytes, at least kEchoSize. The kernel fills in ICMPv6's checksum.
void encode(const Echo& echo, const EchoKey& key, Family family, std::size_t size,
            std::vector<std::byte>& out);
/// From an echo reply, beginning with the ICMP header; nullopt: no answer to us.
[[nodiscard]] std::optional<Echo> parse_echo(std::span<const std::byte> message, const EchoKey& key,
                                             Family family);

struct Ipv4Packet {
  IpAddress source;
  IpAddress destination;
  std::span<const std::byte> payload;
};
/// What a raw IPv4 socket gives: a packet with its header.
[[nodiscard]] std::optional<Ipv4Packet> parse_ipv4(std::span<const std::byte> packet);

}  // namespace kaido::stamp_prober
