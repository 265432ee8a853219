#include "adapters/stamp/icmp.hpp"

#include <algorithm>
#include <cstring>

namespace kaido::stamp_prober {
namespace {

struct Types {
  std::uint8_t request;
  std::uint8_t reply;
};
constexpr Types types(Family family) {
  return family == Family::v4 ? Types{8, 0} : Types{128, 129};
}

template <typename T>
void put(std::span<std::byte> out, std::size_t at, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    out[at + i] = static_cast<std::byte>(value >> (8 * (sizeof(T) - 1 - i)));
}
template <typename T>
T get(std::span<const std::byte> in, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = (value << 8U) | std::to_integer<std::uint64_t>(in[at + i]);
  return static_cast<T>(value);
}

// RFC 1071.
std::uint16_t checksum(std::span<const std::byte> bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += get<std::uint16_t>(bytes, i);
  if (bytes.size() % 2 == 1) sum += std::to_integer<std::uint32_t>(bytes.back()) << 8U;
  while (sum > 0xffff) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace

// type 1, code 1, checksum 2, identifier 2, sequence 2, cookie 8, target 4, sequence 4, zeros
void encode(const Echo& echo, const EchoKey& key, Family family, std::size_t size,
            std::vector<std::byte>& out) {
  out.assign(std::max(size, kEchoSize), std::byte{0});
  out[0] = std::byte{types(family).request};
  put(std::span(out), 4, key.identifier);
  put(std::span(out), 6, static_cast<std::uint16_t>(echo.sequence));
  put(std::span(out), 8, key.cookie);
  put(std::span(out), 16, echo.target);
  put(std::span(out), 20, echo.sequence);
  if (family == Family::v4) put(std::span(out), 2, checksum(out));
}

std::optional<Echo> parse_echo(std::span<const std::byte> message, const EchoKey& key,
                               Family family) {
  if (message.size() < kEchoSize) return std::nullopt;
  if (message[0] != std::byte{types(family).reply} || message[1] != std::byte{0})
    return std::nullopt;
  if (get<std::uint16_t>(message, 4) != key.identifier) return std::nullopt;
  if (get<std::uint64_t>(message, 8) != key.cookie) return std::nullopt;
  const Echo echo{.target = get<std::uint32_t>(message, 16),
                  .sequence = get<std::uint32_t>(message, 20)};
  if (get<std::uint16_t>(message, 6) != static_cast<std::uint16_t>(echo.sequence))
    return std::nullopt;
  return echo;
}

std::optional<Ipv4Packet> parse_ipv4(std::span<const std::byte> packet) {
  constexpr std::size_t kHeader = 20;
  if (packet.size() < kHeader || std::to_integer<unsigned>(packet[0]) >> 4U != 4)
    return std::nullopt;
  const std::size_t header = std::size_t{4} * (std::to_integer<unsigned>(packet[0]) & 0xfU);
  if (header < kHeader || packet.size() < header) return std::nullopt;
  return Ipv4Packet{.source = IpAddress::from_bytes(&packet[12], 4).value_or(IpAddress{}),
                    .destination = IpAddress::from_bytes(&packet[16], 4).value_or(IpAddress{}),
                    .payload = packet.subspan(header)};
}

}  // namespace kaido::stamp_prober
