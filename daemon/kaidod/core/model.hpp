// What a gateway is told: the checked content of kaido.toml, as plain values.
//
// config/ builds it (and guarantees every range and cross-reference named here); everything else
// reads it. Vocabulary: see README.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/session/settings.hpp"
#include "core/wireguard.hpp"
#include "kaido/ip.hpp"

namespace kaido {

enum class Role : std::uint8_t { branch, hub };
enum class UplinkKind : std::uint8_t { ethernet };
/// Where goes what the gateway itself sends and no network takes.
enum class OwnTraffic : std::uint8_t { uplink, tunnels };
enum class Managed : std::uint8_t { none };
/// In order of preference where all else is equal.
enum class Transport : std::uint8_t { ikev2, wireguard };

[[nodiscard]] const char* to_string(Role role);
[[nodiscard]] const char* to_string(OwnTraffic own_traffic);
[[nodiscard]] const char* to_string(Transport transport);

struct Gateway {
  std::string name;
  Role role = Role::branch;
  std::uint16_t number = 0;         ///< 1 to 65535, unique in the fleet
  Prefix fleet;                     ///< the fleet's ULA, a /48 (RFC 4193)
  std::vector<IpAddress> loopback;  ///< own addresses as configured; see core/addressing.hpp
  /// Devices that are neither uplinks nor Kaido's, between which packets are forwarded.
  std::vector<std::string> forward_between;
  OwnTraffic own_traffic = OwnTraffic::uplink;  ///< a site's
  friend bool operator==(const Gateway&, const Gateway&) = default;
};

/// How it proves itself in IKE, by names; what the files hold is in core/identities.hpp.
struct Identity {
  std::string domain;  ///< IKE identity of a hub; sites use s<slot>.<domain>
  std::string certificate_file;
  std::string key_file;
  std::vector<std::string> authority_files;
  friend bool operator==(const Identity&, const Identity&) = default;
};

struct Uplink {
  std::string name;
  std::uint8_t number = 0;  ///< 1 to 15
  UplinkKind kind = UplinkKind::ethernet;
  Managed managed = Managed::none;
  std::string device;               ///< interface name, at most 15 characters
  std::vector<IpAddress> gateways;  ///< at most one per family; empty: the device's default routes
  std::uint32_t probe_budget_mb = 0;  ///< a month, for probes and answers; 0: any
  friend bool operator==(const Uplink&, const Uplink&) = default;
};

struct HubEndpoint {
  std::string name;
  IpAddress address;
  std::string carrier;  ///< for people only
  friend bool operator==(const HubEndpoint&, const HubEndpoint&) = default;
};

/// A hub as a site knows it.
struct Hub {
  std::string name;
  std::uint16_t number = 0;  ///< its gateway number
  bool kaido = true;         ///< false: plain swanctl and wg-quick, no inner addresses of the fleet
  std::string identity;      ///< IKE identity it has to prove (IDr, RFC 7296 §3.5)
  std::vector<IpAddress> loopback;
  std::vector<Transport> transports;
  std::optional<WireGuardKey> wireguard_key;    ///< public; set when transports has wireguard
  std::uint16_t wireguard_base_port = 51800;    ///< slot n meets it at base + n
  std::vector<std::string> weak_ike_proposals;  ///< extra, offered last; empty unless asked for
  std::vector<std::string> weak_esp_proposals;
  std::vector<HubEndpoint> endpoints;
  friend bool operator==(const Hub&, const Hub&) = default;
};

/// One (uplink, hub endpoint) of this site. Indices point into Model::uplinks, ::hubs, ::endpoints.
struct Slot {
  std::uint8_t number = 0;  ///< 1 to 255
  std::size_t uplink = 0;
  std::size_t hub = 0;
  std::size_t endpoint = 0;
  std::optional<std::uint16_t> wireguard_port;  ///< overrides base + number
  std::optional<WireGuardKey> wireguard_key;    ///< overrides the hub's, for plain hubs
  std::vector<Prefix> addresses;                ///< extra inner addresses (plain hubs)
  std::optional<IpAddress> probe;               ///< answers ICMP echo inside; plain hubs only
  /// Where `probe` answers by the tunnel that was asked; see probe_for().
  std::vector<Transport> probe_transports{Transport::ikev2, Transport::wireguard};

  /// Whom to ask in the tunnel of this transport; nullopt: nobody.
  [[nodiscard]] std::optional<IpAddress> probe_for(Transport transport) const;
  friend bool operator==(const Slot&, const Slot&) = default;
};

/// Destinations reached through hubs; on a hub, what it offers.
struct Network {
  std::string name;
  std::vector<Prefix> prefixes;
  std::vector<std::size_t> hubs;     ///< indices into Model::hubs, in order of preference
  std::vector<std::string> devices;  ///< a hub's that face it; empty: by the hub's own routes
  // a site's limits: a path outside of them carries the network only when none is inside
  double max_loss = 0.02;            ///< a share in each direction, 0.001 to 0.5
  std::uint16_t max_delay_ms = 400;  ///< round trip, 10 to 10000
  std::uint16_t min_size = 1280;     ///< bytes that an inner packet can have, 576 to 9000
  friend bool operator==(const Network&, const Network&) = default;
};

/// How often a site asks its paths, in milliseconds.
struct Probing {
  std::uint16_t interval_ms = 50;  ///< the path in use and two standbys; 10 to 1000
  std::uint16_t idle_interval_ms =
      1250;  ///< those, while no traffic flows; from interval_ms to 10000
  std::uint16_t slow_interval_ms = 5000;  ///< all others; from interval_ms to 60000
  friend bool operator==(const Probing&, const Probing&) = default;
};

struct SiteSlot {
  std::uint8_t number = 0;                    ///< 1 to 255
  std::optional<WireGuardKey> wireguard_key;  ///< the site's public key of this slot
  friend bool operator==(const SiteSlot&, const SiteSlot&) = default;
};

/// A site as a hub knows it.
struct Site {
  std::string name;
  std::uint16_t number = 0;
  std::string domain;  ///< it proves s<slot>.<domain>
  std::vector<Prefix> prefixes;
  std::vector<IpAddress> loopback;
  bool ikev2 = true;
  bool wireguard = true;
  std::vector<SiteSlot> slots;
  std::vector<std::string> weak_ike_proposals;
  std::vector<std::string> weak_esp_proposals;
  std::vector<std::string> groups;  ///< sites with a group in common may speak with each other
  friend bool operator==(const Site&, const Site&) = default;
};

struct Model {
  Gateway gateway;
  Identity identity;
  std::string ike_socket = "/var/run/charon.vici";  ///< charon's VICI socket, a path
  std::vector<Network> networks;

  // a site's view
  std::vector<Uplink> uplinks;
  std::vector<Hub> hubs;
  std::vector<Slot> slots;  ///< ascending by number
  Probing probing;
  std::string wireguard_keys = "wireguard";  ///< folder of the slots' keys, as configured

  // a hub's view
  std::vector<HubEndpoint> endpoints;
  std::string wireguard_key_file;  ///< of the hub's private key, as configured
  std::uint16_t wireguard_base_port = 51800;
  std::vector<Site> sites;                  ///< ascending by number
  std::optional<session::Settings> people;  ///< nullopt: no people log in here

  [[nodiscard]] bool is_hub() const { return gateway.role == Role::hub; }
  friend bool operator==(const Model&, const Model&) = default;
};

}  // namespace kaido
