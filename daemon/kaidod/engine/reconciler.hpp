// Brings the kernel to the desired state: reads, compares, writes the difference.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/desired/desired.hpp"
#include "engine/conditions.hpp"
#include "engine/log.hpp"
#include "engine/log_limit.hpp"
#include "ports/firewall.hpp"
#include "ports/network_stack.hpp"
#include "ports/store.hpp"
#include "ports/wireguard_control.hpp"

namespace kaido {

/// Owns nothing but what it has last seen; synchronous, on the engine's strand. Whatever fails
/// becomes a condition and is tried again by the next run.
class Reconciler {
 public:
  Reconciler(NetworkStack& stack, WireGuardControl& wireguard, Firewall& firewall, Store& store,
             Log& log, Conditions& conditions)
      : stack_(stack),
        wireguard_(wireguard),
        firewall_(firewall),
        store_(store),
        log_(log),
        conditions_(conditions) {}

  /// nullopt: the kernel could not be read (a condition says why).
  std::optional<KernelState> read(const GatewayState& state, Instant now);

  /// Moves everything that uses the choice's nexthop objects to the tunnel it uses now: one message
  /// for each family, however many prefixes.
  void switch_nexthops(const GatewayState& state, const std::string& choice, Instant now);
  /// Links, addresses, rules, nexthops, routes. True: something was changed or refused.
  bool kernel(const GatewayState& state, const KernelState& observed, Instant now);
  /// What was seen of each device, to `seen`; `correct`: and the difference is written. Only then
  /// is a failure a condition.
  void wireguard(const GatewayState& state, bool correct, Instant now,
                 const std::function<void(const ObservedWireGuardDevice&)>& seen);
  /// Removes these; those that are desired are there again after wireguard().
  void remove_peers(const std::string& device, const std::vector<WireGuardKey>& peers);
  /// Makes the kernel try a handshake on these devices now instead of at the next keepalive.
  void poke(const GatewayState& state, const std::set<std::string>& devices);
  /// `recheck`: somebody may have touched the table. Why it could not be loaded: the old one stays.
  std::optional<Error> firewall(const GatewayState& state, bool recheck, Instant now);
  /// The table was loaded, or found, and not removed since.
  [[nodiscard]] bool guarded() const { return !loaded_firewall_.empty(); }

  /// What is remembered of each uplink's device, for the first look at it.
  [[nodiscard]] std::vector<ObservedUplink> recall(const Model& model) const;

  /// Removes everything with Kaido's mark and gives back what was there before; one line for each
  /// change that was made, or the first error. What failed stays remembered for another try; the
  /// table stays for as long as a tunnel's device does.
  Result<std::vector<std::string>> remove_everything(Instant now);

  /// What the last run left undone: the first error.
  [[nodiscard]] const std::optional<Error>& trouble() const { return trouble_; }

  /// What is remembered across restarts; the engine changes `disabled`.
  Remembered remembered;
  void save(Instant now);

 private:
  void remember(const std::vector<KernelChange>& changes, const KernelState& observed,
                const GatewayState& state, Instant now);
  std::vector<ChangeFailure> apply(const std::vector<KernelChange>& changes, Instant now);
  void fill(const WireGuardDevice& device, const ObservedWireGuardDevice& observed, Instant now);
  void empty_device(const std::string& name);
  void report(const std::string& subject, const std::optional<Error>& error, Instant now);
  void save_firewall(Instant now);

  NetworkStack& stack_;
  WireGuardControl& wireguard_;
  Firewall& firewall_;
  Store& store_;
  Log& log_;
  LogLimit limit_;
  Conditions& conditions_;
  std::string loaded_firewall_;
  std::optional<std::size_t> saved_firewall_;  ///< a hash of what the store has
  std::optional<Error> trouble_;
  bool unsaved_ = false;  ///< the store refused `remembered`
};

}  // namespace kaido
