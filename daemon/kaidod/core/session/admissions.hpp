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
  friend bool operator==(const Admission&, const Admission&) = default;
};

struct Admissions {
  /// The store was read since the start. Until then what is in place stays, and nobody is added.
  bool known = false;
  std::map<WireGuardKey, Admission> peers;
  /// Addresses of the members' devices by group, whether they are admitted now or not: WireGuard
  /// lets nobody else speak with one, and so the firewall need not change with each login.
  std::map<std::string, std::vector<Prefix>> members;
  friend bool operator==(const Admissions&, const Admissions&) = default;
};

/// What should be in place at `now`. A session counts only while its user and device are there and
/// enabled, whatever it says itself; a device without a WireGuard key has no peer.
[[nodiscard]] Admissions admissions(const std::vector<Session>& sessions,
                                    const std::vector<Device>& devices,
                                    const std::vector<User>& users, WallTime now);
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
