#include <linux/genetlink.h>
#include <linux/time_types.h>
#include <linux/wireguard.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "adapters/netlink/wireguard_messages.hpp"

namespace kaido::netlink {
namespace {

std::optional<WireGuardKey> key_in(Bytes bytes) {
  if (bytes.size() != WG_KEY_LEN) return std::nullopt;
  return value_at_start<WireGuardKey>(bytes);
}

std::optional<SocketAddress> parse_endpoint(Bytes bytes) {
  const auto family = value_at_start<sa_family_t>(bytes);
  if (!family) return std::nullopt;
  std::optional<IpAddress> address;
  std::uint16_t port = 0;
  if (*family == AF_INET) {
    if (const auto in = value_at_start<sockaddr_in>(bytes)) {
      address = IpAddress::from_bytes(&in->sin_addr, sizeof(in->sin_addr));
      port = ntohs(in->sin_port);
    }
  } else if (*family == AF_INET6) {
    if (const auto in = value_at_start<sockaddr_in6>(bytes)) {
      address = IpAddress::from_bytes(&in->sin6_addr, sizeof(in->sin6_addr));
      port = ntohs(in->sin6_port);
    }
  }
  if (!address) return std::nullopt;
  return SocketAddress{*address, port};
}

std::optional<Prefix> parse_allowed_ip(Bytes bytes) {
  std::optional<IpAddress> address;
  std::optional<std::uint8_t> length;
  for_each_attribute(bytes, [&](const Attribute& attribute) {
    if (attribute.type == WGALLOWEDIP_A_IPADDR)
      address = IpAddress::from_bytes(attribute.data.data(), attribute.data.size());
    if (attribute.type == WGALLOWEDIP_A_CIDR_MASK) length = attribute.as<std::uint8_t>();
  });
  if (!address || !length || *length > address->bits()) return std::nullopt;
  return Prefix(*address, *length);
}

void take(ObservedWireGuardPeer& observed, const Attribute& attribute) {
  switch (attribute.type) {
    case WGPEER_A_ENDPOINT:
      observed.peer.endpoint = parse_endpoint(attribute.data);
      break;
    case WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL:
      observed.peer.persistent_keepalive = attribute.value_or<std::uint16_t>(0);
      break;
    case WGPEER_A_PRESHARED_KEY:
      if (attribute.data.size() == WG_KEY_LEN &&
          std::ranges::any_of(attribute.data, [](std::uint8_t byte) { return byte != 0; }))
        observed.peer.preshared_key.emplace(attribute.data);
      break;
    case WGPEER_A_LAST_HANDSHAKE_TIME:
      observed.last_handshake = attribute.value_or(__kernel_timespec{}).tv_sec;
      break;
    case WGPEER_A_RX_BYTES:
      observed.received = attribute.value_or<std::uint64_t>(0);
      break;
    case WGPEER_A_TX_BYTES:
      observed.sent = attribute.value_or<std::uint64_t>(0);
      break;
    case WGPEER_A_ALLOWEDIPS:
      for_each_attribute(attribute.data, [&](const Attribute& item) {
        if (const auto prefix = parse_allowed_ip(item.data))
          observed.peer.allowed_ips.push_back(*prefix);
      });
      break;
    default:
      break;
  }
}

void parse_peer(Bytes bytes, ObservedWireGuardDevice& device) {
  std::optional<WireGuardKey> key;
  for_each_attribute(bytes, [&](const Attribute& attribute) {
    if (attribute.type == WGPEER_A_PUBLIC_KEY) key = key_in(attribute.data);
  });
  if (!key) return;
  if (device.peers.empty() || device.peers.back().peer.public_key != *key)
    device.peers.emplace_back().peer.public_key = *key;
  auto& observed = device.peers.back();
  for_each_attribute(bytes, [&](const Attribute& attribute) { take(observed, attribute); });
}

}  // namespace

std::uint16_t parse_family(Bytes payload) {
  std::uint16_t family = 0;
  for_each_attribute(after_header<genlmsghdr>(payload), [&](const Attribute& attribute) {
    if (attribute.type == CTRL_ATTR_FAMILY_ID) family = attribute.value_or<std::uint16_t>(0);
  });
  return family;
}

void parse_device(Bytes payload, ObservedWireGuardDevice& device) {
  for_each_attribute(after_header<genlmsghdr>(payload), [&](const Attribute& attribute) {
    switch (attribute.type) {
      case WGDEVICE_A_IFNAME:
        device.name = attribute.text();
        break;
      case WGDEVICE_A_PRIVATE_KEY:
        if (attribute.data.size() == WG_KEY_LEN &&
            std::ranges::any_of(attribute.data, [](std::uint8_t byte) { return byte != 0; }))
          if (auto key = key_in(attribute.data)) {
            device.private_key.emplace(*key);
            wipe(*key);
          }
        break;
      case WGDEVICE_A_LISTEN_PORT:
        device.listen_port = attribute.value_or<std::uint16_t>(0);
        break;
      case WGDEVICE_A_FWMARK:
        device.fwmark = attribute.value_or<std::uint32_t>(0);
        break;
      case WGDEVICE_A_PEERS:
        for_each_attribute(attribute.data,
                           [&](const Attribute& peer) { parse_peer(peer.data, device); });
        break;
      default:
        break;
    }
  });
}

}  // namespace kaido::netlink
