// A hub's return routes: the sites' claims, as the reflector hands them on.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/board.hpp"
#include "core/failover/claims.hpp"
#include "engine/claim_keys.hpp"
#include "engine/conditions.hpp"
#include "engine/log.hpp"
#include "engine/log_limit.hpp"
#include "engine/ports.hpp"
#include "engine/route_runner.hpp"
#include "ports/claim_source.hpp"
#include "ports/clock.hpp"

namespace kaido {

/// On the engine's strand. Owns Board::routes of a hub. A claim counts only when it came from the
/// inner address of one of the site's slots, by that slot's own interface, and with the right seal
/// where both ends have a WireGuard key for that slot, whatever the transport. While the reflector
/// does not answer, the last claims hold, below those of other hubs. Before it has ever answered
/// what the kernel had goes on; a site that it had nothing for is reached by the first tunnel that
/// is up, below other hubs as well.
class Returns final : public RouteRunner {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    /// Board::routes has it; it is to be written at once. `site`: index into Model::sites.
    virtual void site_chosen(std::uint32_t site) = 0;
    /// From now on a site that no claim was heard of has no route.
    virtual void claims_decide() = 0;
  };

  Returns(const Ports& ports, const Board& board, Routes& own, Log& log, Conditions& conditions,
          Listener& listener);

  void adopt(const KernelState& observed) override;
  void begin() override {}
  /// To claims. Not before what is heard can be written: a site is told at once that its claim is
  /// followed, and then sends its packets, and its other hubs theirs, as if it were. And the time
  /// in which every site that lives is heard begins here.
  void begin_listening() override;
  void configured(const std::vector<std::string>& names) override;
  void uplinks_changed() override {}
  void follow(const std::vector<TunnelChanged>& changes) override;
  /// What is removed is not forgotten: the claims go on.
  void stop() override { own_.by_name.clear(); }
  bool leave(const std::set<std::string>&) override { return false; }
  bool leave_for(const Model&) override { return false; }
  Result<std::string> switch_network(const std::string& network, const std::string& path) override;
  [[nodiscard]] std::string why(const std::string& site) const override;
  void explain(NetworkReport&) const override {}
  [[nodiscard]] std::vector<PathReport> paths() const override { return {}; }

 private:
  void on_event(const ClaimEvent& event);
  void on_claim(const ClaimHeard& claim);
  [[nodiscard]] const Tunnel* tunnel_of(std::size_t site, const ClaimHeard& claim) const;
  [[nodiscard]] bool is_sealed(std::size_t site, const Tunnel& tunnel,
                               const reflector::Message& message);
  void refuse(std::size_t site, const ClaimHeard& claim, const char* what);
  void follow_claim(std::size_t site, const reflector::Message& message);
  void log(Message message, std::size_t site, std::string text);
  void reflector_away();
  void reflector_back();
  void expect_all();
  [[nodiscard]] std::optional<std::size_t> find_site(const reflector::SiteKey& key) const;
  void choose(std::size_t site);
  void choose_all();
  void choose_claimed();
  void arm();

  ClaimSource* source_;
  const Board& board_;
  Routes& own_;
  Log& log_;
  Conditions& conditions_;
  Listener& listener_;
  ClaimsState claims_;
  std::vector<Routing> chosen_;  ///< by site
  std::map<std::uint16_t, std::size_t> by_number_;
  bool listening_ = false;
  bool heard_ = false;               ///< the reflector
  std::optional<Instant> expected_;  ///< until then every site that lives is heard
  ClaimKeys keys_;
  LogLimit limit_;
  Clock& clock_;
  std::unique_ptr<Clock::Timer> timer_;
};

}  // namespace kaido
