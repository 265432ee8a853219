// IKE connections and security associations as values, in charon's terms (RFC 7296).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/certificates.hpp"
#include "kaido/ip.hpp"
#include "kaido/secret.hpp"

namespace kaido {

/// What a person's device is held to beside its identity and its authority.
struct IkePerson {
  std::string certificate;           ///< PEM: this one, and no other of the same name
  bool revocation_required = false;  ///< without a fresh list of its authority it is refused
  std::vector<IpAddress> addresses;  ///< that it gets, and that come out of its tunnel
  std::vector<Prefix> networks;      ///< that it may send to: at least one
  friend bool operator==(const IkePerson&, const IkePerson&) = default;
};

/// A connection that charon should know: one IKE SA with one child of the same name.
struct IkeConnection {
  std::string name;                       ///< starts with "kaido-"; the child has it too
  std::vector<std::string> local_addrs;   ///< empty: any
  std::vector<std::string> remote_addrs;  ///< empty: any (a hub, which only responds)
  std::string local_id;
  std::string remote_id;
  SharedCertificates certificates;  ///< the own one, and the peer's authorities
  std::uint32_t if_id = 0;
  bool force_encap = false;  ///< ESP in UDP even where no NAT asks for it
  std::vector<std::string> ike_proposals;
  std::vector<std::string> esp_proposals;
  std::uint32_t dpd_delay = 30;           ///< seconds
  std::uint32_t ike_rekey_time = 14400;   ///< seconds
  std::uint32_t child_rekey_time = 3600;  ///< seconds
  std::optional<IkePerson> person;        ///< nullopt: a gateway's
  friend bool operator==(const IkeConnection&, const IkeConnection&) = default;
};

struct IkeCredentials {
  SharedCertificates certificates;
  Secret private_key_pem;
  SharedRevocations revocations;
  friend bool operator==(const IkeCredentials&, const IkeCredentials&) = default;
};

/// Everything charon should hold of Kaido's. Connections named "kaido-…" that are not in here are
/// unloaded and their SAs ended; others are never touched.
struct IkeDesired {
  IkeCredentials credentials;
  std::vector<IkeConnection> connections;  ///< ascending by name
  /// Of what is not in here, connections whose names begin with this stay; empty: none does.
  std::string kept_prefix;
  friend bool operator==(const IkeDesired&, const IkeDesired&) = default;
};

struct ChildSa {
  std::string name;
  std::uint32_t unique_id = 0;
  std::string state;  ///< charon's word: INSTALLED, REKEYING …
  std::uint32_t if_id_in = 0;
  bool udp_encapsulated = false;
  std::string proposal;  ///< e.g. "AES_GCM_16-256/CURVE_25519", for people
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
};

struct IkeSa {
  std::string connection;
  std::uint32_t unique_id = 0;
  std::string state;  ///< ESTABLISHED, CONNECTING, DELETING …
  bool initiator = false;
  std::string local;  ///< "192.0.2.5[4500]"
  std::string remote;
  std::string proposal;
  std::int64_t established_seconds = 0;  ///< age
  std::vector<ChildSa> children;
  [[nodiscard]] bool carries_traffic() const;  ///< established, with an installed child
};

// Events, in the order charon reports them.
struct CharonUp {
  std::string version;
};
/// The connection to charon is gone; the port reconnects by itself.
struct CharonDown {
  std::string reason;
};
/// Someone else may have loaded or unloaded something.
struct CharonTouched {};
struct IkeSaUp {
  std::string connection;
  std::uint32_t unique_id = 0;
};
struct IkeSaDown {
  std::string connection;
  std::uint32_t unique_id = 0;
};
struct ChildSaUp {
  std::string connection;
  std::uint32_t unique_id = 0;
  std::uint32_t child_id = 0;
};
struct ChildSaDown {
  std::string connection;
  std::uint32_t unique_id = 0;
  std::uint32_t child_id = 0;
};
/// A line of charon's log about one of Kaido's connections.
struct IkeLogLine {
  std::string connection;
  std::uint32_t unique_id = 0;
  std::string text;
};
using IkeEvent = std::variant<CharonUp, CharonDown, CharonTouched, IkeSaUp, IkeSaDown, ChildSaUp,
                              ChildSaDown, IkeLogLine>;

}  // namespace kaido
