// A hub's return routes: the sites' claims, as the reflector hands them on.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/failover/claims.hpp"
#include "core/tunnels/machine.hpp"
#include "engine/claim_keys.hpp"
#include "engine/conditions.hpp"
#include "engine/log.hpp"
#include "engine/log_limit.hpp"
#include "ports/claim_source.hpp"
#include "ports/clock.hpp"

namespace kaido {

/// On the engine's strand. A claim counts only when it came from the inner address of one of the
/// site's slots, by that slot's own interface, and with the right seal where both ends have a
/// WireGuard key for that slot, whatever the transport. While the reflector does not answer, the
/// last claims hold, below those of other hubs. Before it has ever answered what the kernel had
/// goes on; a site that it had nothing for is reached by the first tunnel that is up, below other
/// hubs as well.
class Returns {
 public:
  Returns(Clock& clock, ClaimSource* source, const ClaimSeals& seals, Log& log,
          Conditions& conditions);

  /// A site's route is another one now; nullopt: none.
  std::function<void(const std::string& site, const Routing& routing)> on_route;
  /// Claims decide from now on.
  std::function<void()> on_first;

  /// `adopted`: what the kernel has for the sites.
  void start(const std::map<std::string, Routing>& adopted);
  /// Not before what is heard can be written: a site is told at once that its claim is followed,
  /// and then sends its packets, and its other hubs theirs, as if it were.
  void listen();
  void follow(const GatewayState& state);
  /// It is in another state.
  void tunnel_changed(const Tunnel& tunnel);
  [[nodiscard]] bool heard() const { return heard_; }
  /// Why a site's packets go where they go; empty: it is none of ours.
  [[nodiscard]] std::string why(const std::string& site) const;

 private:
  void on_event(const ClaimEvent& event);
  void on_claim(const ClaimHeard& claim);
  [[nodiscard]] const Tunnel* tunnel_of(std::size_t site, const ClaimHeard& claim) const;
  [[nodiscard]] bool is_sealed(std::size_t site, const Tunnel& tunnel,
                               const reflector::Message& message);
  void refuse(std::size_t site, const ClaimHeard& claim, const char* what);
  void follow_claim(std::size_t site, const reflector::Message& message);
  void log(Message message, std::size_t site, std::string text);
  void hear_nobody(bool deaf);
  void expect_all();
  [[nodiscard]] std::optional<std::size_t> find_site(const reflector::SiteKey& key) const;
  void put(std::size_t site);
  void arm();

  ClaimSource* source_;
  Log& log_;
  Conditions& conditions_;
  const GatewayState* state_ = nullptr;
  ClaimsState claims_;
  std::vector<Routing> put_;  ///< by site
  std::map<std::uint16_t, std::size_t> by_number_;
  std::vector<std::uint16_t> numbers_;  ///< of claims_.sites
  bool listening_ = false;
  bool heard_ = false;               ///< the reflector
  std::optional<Instant> expected_;  ///< until then every site that lives is heard
  ClaimKeys keys_;
  LogLimit limit_;
  Clock& clock_;
  std::unique_ptr<Clock::Timer> timer_;
};

}  // namespace kaido
