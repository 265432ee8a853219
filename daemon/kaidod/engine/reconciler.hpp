// Brings the kernel to the desired state: reads, compares, writes the difference.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/desired.hpp"
#include "engine/conditions.hpp"
#include "engine/log.hpp"
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
  /// Makes the kernel try a handshake on these devices now instead of at the next keepalive.
  void poke(const GatewayState& state, const std::set<std::string>& devices);
  /// `recheck`: somebody may have touched the table.
  void firewall(const GatewayState& state, bool recheck, Instant now);

  /// Removes everything with Kaido's mark; one line for each thing removed.
  std::vector<std::string> remove_everything(Instant now);

  /// Set when the last run left something undone.
  [[nodiscard]] bool incomplete() const { return incomplete_; }

  /// What is remembered across restarts; the engine changes `disabled`.
  Remembered remembered;
  void save(Instant now);

 private:
  void remember_before(const std::vector<KernelChange>& changes, const KernelState& observed,
                       const Model& model, Instant now);
  bool apply(const std::vector<KernelChange>& changes, Instant now);
  void fill(const WireGuardDevice& device, const ObservedWireGuardDevice& observed, Instant now);
  void empty_device(const std::string& name);
  void report(const std::string& subject, const std::optional<Error>& error, Instant now);

  NetworkStack& stack_;
  WireGuardControl& wireguard_;
  Firewall& firewall_;
  Store& store_;
  Log& log_;
  Conditions& conditions_;
  std::string loaded_firewall_;
  bool incomplete_ = false;
  bool unsaved_ = false;  ///< the store refused `remembered`
};

}  // namespace kaido
