// What [people] and [[group]] of a hub's configuration say: plain values, checked by config/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kaido/ip.hpp"

namespace kaido::session {

/// Times of the local day at which members may log in.
struct Hours {
  std::uint16_t from = 0;    ///< minutes since midnight, 0 to 1439
  std::uint16_t until = 0;   ///< the same, exclusive; not after `from`: on the next day
  std::uint8_t days = 0x7f;  ///< bit 0 is Monday, of the day on which it begins
  friend bool operator==(const Hours&, const Hours&) = default;
};

/// People who reach the same networks.
struct Group {
  std::string name;
  std::vector<std::string> networks;  ///< names of [[network]] that members reach
  std::optional<Hours> hours;         ///< nullopt: at any time
  friend bool operator==(const Group&, const Group&) = default;
};

struct Settings {
  std::string issuer;  ///< what authenticator apps show, 1 to 64 bytes without ':'
  std::vector<std::string> authority_files;   ///< the CAs of people's certificates, as configured
  std::vector<std::string> revocation_files;  ///< CRLs, as configured
  bool revocation_required = false;          ///< a certificate whose CA has no fresh CRL is refused
  std::uint32_t session_minutes = 720;       ///< the longest, 5 to 10080
  std::optional<std::uint16_t> session_end;  ///< minute of the local day at which all end
  std::vector<Prefix> addresses;  ///< pools that devices get an address from, one per family
  std::optional<std::uint16_t> wireguard_port;  ///< where people's devices come in; none: not
  bool ikev2 = false;         ///< devices without a WireGuard key come in by IKEv2
  std::vector<Group> groups;  ///< [[group]]
  friend bool operator==(const Settings&, const Settings&) = default;
};

}  // namespace kaido::session
