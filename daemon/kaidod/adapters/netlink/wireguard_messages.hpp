// Pure: generic netlink messages of WireGuard to values and back (linux/wireguard.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/wireguard.hpp"
#include "wire/netlink/attributes.hpp"
#include "wire/netlink/message.hpp"

namespace kaido::netlink {

/// Generic netlink's CTRL_CMD_GETFAMILY for "wireguard".
[[nodiscard]] Message get_wireguard_family();
/// The family's id out of the answer; 0: malformed.
[[nodiscard]] std::uint16_t parse_family(Bytes payload);

[[nodiscard]] Message get_device(std::uint16_t family, const std::string& device);

/// Adds one message of a device's dump to `device`. A peer whose allowed IPs fill a message goes
/// on in the next one: it is joined.
void parse_device(Bytes payload, ObservedWireGuardDevice& device);

/// The change, cut into messages of at most `capacity` bytes each, to be sent in this order.
/// A private key comes last, in a message of its own.
[[nodiscard]] std::vector<Message> set_device(std::uint16_t family, const WireGuardChange& change,
                                              std::size_t capacity = 32UZ * 1024);

}  // namespace kaido::netlink
