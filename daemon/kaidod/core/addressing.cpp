#include "core/addressing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace kaido {
namespace {

constexpr std::uint32_t kUdpHeader = 8;

std::uint32_t ip_header(Family outer) { return outer == Family::v4 ? 20 : 40; }

IpAddress in_fleet(const Prefix& fleet, std::uint16_t gateway, std::uint16_t kind,
                   std::uint16_t number) {
  auto bytes = fleet.address().bytes();
  const auto put = [&bytes](std::size_t at, std::uint16_t value) {
    bytes.at(at) = static_cast<std::uint8_t>(value >> 8);
    bytes.at(at + 1) = static_cast<std::uint8_t>(value & 0xff);
  };
  put(6, gateway);
  put(12, kind);
  put(14, number);
  return {Family::v6, bytes};
}

/// What fits, without the floor of 1280.
std::uint32_t payload(Transport transport, Family outer, std::uint32_t underlay) {
  const std::uint32_t outside = ip_header(outer) + kUdpHeader;
  switch (transport) {
    case Transport::wireguard: {
      const auto overhead = outside + 32;
      return underlay > overhead ? underlay - overhead : 0;
    }
    case Transport::ikev2: {
      const auto overhead = outside + 8 + 8 + 16;  // SPI and sequence, IV, ICV
      if (underlay < overhead + 2) return 0;
      return (underlay - overhead) / 4 * 4 - 2;  // pad length and next header
    }
  }
  __builtin_unreachable();
}

}  // namespace

std::string vrf_device(std::uint8_t uplink) { return fmt::format("kd-vrf{}", uplink); }

IpAddress vrf_address(std::uint8_t uplink) { return {Family::v4, {169, 254, 210, uplink}}; }

std::string site_device(Transport transport, std::uint8_t slot) {
  return fmt::format("kd-{}{}", transport == Transport::ikev2 ? "ike" : "wg", slot);
}

std::string hub_ike_device(std::uint16_t site, std::uint8_t slot) {
  return fmt::format("kd-ike{}-{}", site, slot);
}

std::string hub_wireguard_device(std::uint8_t slot) {
  return site_device(Transport::wireguard, slot);
}

std::uint32_t if_id(std::uint16_t site, std::uint8_t slot) {
  return 0x4b000000U | static_cast<std::uint32_t>(site) << 8 | slot;
}

IpAddress pool_address(const Prefix& pool) {
  auto bytes = pool.address().bytes();
  bytes.at(pool.address().size() - 1U) |= 1U;  // a pool has two host bits at least
  return {pool.family(), bytes};
}

IpAddress own_address(const Prefix& fleet, std::uint16_t gateway) {
  return in_fleet(fleet, gateway, 0, 1);
}

IpAddress inner_address(const Prefix& fleet, std::uint16_t gateway, Transport transport,
                        std::uint8_t slot) {
  return in_fleet(fleet, gateway, transport == Transport::ikev2 ? 1 : 2, slot);
}

std::vector<Prefix> own_prefixes(const Prefix& fleet, std::uint16_t gateway,
                                 const std::vector<IpAddress>& loopback) {
  std::vector<Prefix> prefixes{Prefix(own_address(fleet, gateway))};
  for (const auto& address : loopback) prefixes.emplace_back(address);
  std::ranges::sort(prefixes);
  return prefixes;
}

std::string tunnel_name(const Model& model, const Slot& slot, Transport transport) {
  const auto& hub = model.hubs.at(slot.hub);
  return fmt::format("{}/{}:{}/{}", hub.name, hub.endpoints.at(slot.endpoint).name,
                     model.uplinks.at(slot.uplink).name, to_string(transport));
}

std::string tunnel_name(const Site& site, std::uint8_t slot, Transport transport) {
  return fmt::format("{}:{}/{}", site.name, slot, to_string(transport));
}

std::string connection_name(const Model& model, const Slot& slot) {
  const auto& hub = model.hubs.at(slot.hub);
  return fmt::format("{}{}-{}-s{}", kConnectionPrefix, hub.name,
                     hub.endpoints.at(slot.endpoint).name, slot.number);
}

std::string connection_name(const Site& site, std::uint8_t slot) {
  return fmt::format("{}{}-s{}", kConnectionPrefix, site.name, slot);
}

std::uint8_t connection_slot(std::string_view connection) {
  const auto mark = connection.rfind("-s");
  if (!connection.starts_with(kConnectionPrefix) || mark == std::string_view::npos) return 0;
  const auto digits = connection.substr(mark + 2);
  std::uint8_t slot = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), slot);
  return error == std::errc{} && end == digits.end() ? slot : 0;
}

std::string slot_identity(std::string_view domain, std::uint8_t slot) {
  return fmt::format("s{}.{}", slot, domain);
}

std::uint32_t tunnel_mtu(Transport transport, Family outer, std::uint32_t underlay) {
  return std::max(payload(transport, outer, underlay), kMinimumMtu);
}

std::uint32_t outer_size(Transport transport, Family outer, std::uint32_t inner) {
  // WireGuard pads to 16 bytes, ESP to 4 with two of its own.
  const auto padded =
      transport == Transport::wireguard ? (inner + 15) / 16 * 16 : (inner + 2 + 3) / 4 * 4 - 2;
  constexpr std::uint32_t kAny = 65000;  // a multiple of 4 is left inside
  const auto bytes = padded + kAny - payload(transport, outer, kAny);
  return outer == Family::v6 ? std::max(bytes, kMinimumMtu) : bytes;
}

std::uint32_t inner_size(Transport transport, Family outer, std::uint32_t bytes) {
  const auto size = payload(transport, outer, bytes);
  return transport == Transport::wireguard ? size / 16 * 16 : size;
}

}  // namespace kaido
