// What a gateway proves itself with: the content of the files that kaido.toml names.
//
// Read once, together with the configuration, so that what was checked is what is used. It changes
// by rotation and enrolment, the configuration (core/model.hpp) by its admin.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/certificates.hpp"
#include "core/model.hpp"
#include "core/wireguard.hpp"
#include "kaido/secret.hpp"

namespace kaido {

struct Validity {
  std::string what;       ///< "the certificate", "the authority "ca.crt""
  std::int64_t from = 0;  ///< seconds since 1970
  std::int64_t until = 0;
  friend bool operator==(const Validity&, const Validity&) = default;
};

struct Identities {
  SharedCertificates certificates;  ///< of IKE
  Secret private_key_pem;           ///< of the own certificate; empty: there is none
  std::int64_t not_after = 0;       ///< end of its validity, seconds since 1970; 0: there is none
  std::vector<Validity> validity;   ///< of the certificate and the authorities, people's too
  std::map<std::uint8_t, WireGuardPrivateKey> slot_keys;  ///< a site's, by slot number
  std::optional<WireGuardPrivateKey> hub_key;             ///< a hub's, for all of its devices
  std::string people_authorities_pem;      ///< certificates of [people]; empty: nobody logs in here
  std::string people_revocations_pem;      ///< CRLs of [people]; may be empty
  SharedCertificates people_certificates;  ///< of IKE with people: the own one, their authorities
  SharedRevocations people_revocations;    ///< the CRLs again

  /// nullptr: the slot has none.
  [[nodiscard]] const WireGuardPrivateKey* slot_key(std::uint8_t slot) const {
    const auto found = slot_keys.find(slot);
    return found == slot_keys.end() ? nullptr : &found->second;
  }
  friend bool operator==(const Identities&, const Identities&) = default;
};

/// All that a gateway runs with.
struct LoadedConfiguration {
  Model model;
  Identities identities;
  friend bool operator==(const LoadedConfiguration&, const LoadedConfiguration&) = default;
};

}  // namespace kaido
