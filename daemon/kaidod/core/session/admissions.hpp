// What living sessions put in place on a hub. No session, no admission; no admission, no handshake.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/firewall.hpp"
#include "core/session/people.hpp"
#include "core/session/settings.hpp"
#include "core/wireguard.hpp"

namespace kaido::session {

/// Of one session: its device's WireGuard peer.
struct Admission {
  std::string session;
  WallTime ends = 0;
  std::vector<IpAddress> addresses;
  std::optional<Secret> preshared_key;  ///< WireGuard's: of this session
  friend bool operator==(const Admission&, const Admission&) = default;
};

/// Of one session whose device has no WireGuard key: what an IKE connection is made of.
struct IkeAdmission {
  std::string session;
  WallTime ends = 0;
  std::vector<IpAddress> addresses;  ///< at least one
  std::string certificate;           ///< PEM
  std::vector<std::string> identities;
  std::vector<std::string> groups;  ///< of the person
  friend bool operator==(const IkeAdmission&, const IkeAdmission&) = default;
};
/// By connection_name().
using IkeAdmissions = std::map<std::string, IkeAdmission>;

struct Admissions {
  /// The store was read since the start. Until then what is in place stays, and nobody is added.
  bool known = false;
  std::map<WireGuardKey, Admission> peers;
  IkeAdmissions connections;
  /// Addresses of the members' devices by group, whether they are admitted now or not: WireGuard
  /// lets nobody else speak with one, and so the firewall need not change with each login.
  std::map<std::string, std::vector<Prefix>> members;
  friend bool operator==(const Admissions&, const Admissions&) = default;
};

/// What the store says, as one value.
struct Stored {
  std::vector<Session> sessions;  ///< that live
  std::vector<Device> devices;
  std::vector<User> users;
  std::map<std::string, Secret> preshared_keys;  ///< by session; see Session::preshared
};

/// What should be in place at `now`. A session counts only while its user and device are there and
/// enabled, whatever it says itself.
[[nodiscard]] Admissions admissions(const Stored& stored, WallTime now);
/// A device has one transport: WireGuard where it has a key, else IKEv2.
void admit(Admissions& admissions, const Session& session, const Device& device,
           const std::vector<std::string>& groups, const std::optional<Secret>& preshared_key);
/// "kaido-people-alice-laptop-0a1b2c3d": the end is the certificate's, so that a connection's name
/// tells which one was proved.
[[nodiscard]] std::string connection_name(const Device& device);
/// The next end; nullopt: of none.
[[nodiscard]] std::optional<WallTime> next_end(const Admissions& admissions);

[[nodiscard]] WireGuardPeer peer_of(const WireGuardKey& key, const Admission& admission);

/// The members as a firewall that was kept has them (sets of people_set()), for a start where the
/// store cannot be read: sessions go on.
[[nodiscard]] std::map<std::string, std::vector<Prefix>> members_of(const Settings& settings,
                                                                    const FirewallTable& kept);
/// "people2_": the sets of the second group, without their family.
[[nodiscard]] std::string people_set(std::size_t group);

}  // namespace kaido::session
