#include "engine/reconciler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "core/addressing.hpp"
#include "core/desired/difference.hpp"

namespace kaido {
namespace {

constexpr char kKernel[] = "kernel";
constexpr char kFirewall[] = "firewall";
constexpr char kWireGuard[] = "wireguard";

/// Beyond this many changes of one kind the log gets their number instead of each.
constexpr std::size_t kListed = 200;
/// That are written one by one: a site can make us change things for ever.
constexpr std::uint32_t kChangesAMinute = 1000;

bool has_failed(const std::vector<ChangeFailure>& failures, std::size_t index) {
  return std::ranges::find(failures, index, &ChangeFailure::index) != failures.end();
}

/// What was given back, or cannot be any more, is forgotten; the failed rest is for another try.
void keep_failed(Before& before, const std::vector<KernelChange>& changes,
                 const std::vector<ChangeFailure>& failures) {
  Before rest;
  for (const auto& failure : failures) {
    const auto& change = changes[failure.index];
    if (const auto* setting = std::get_if<SetSysctl>(&change)) {
      if (std::ranges::count(before.settings, setting->sysctl) > 0)
        rest.settings.push_back(setting->sysctl);
    } else if (const auto* given = std::get_if<ReplaceRoute>(&change)) {
      if (given->route.protocol == kRouteProtocol) continue;
      rest.routes.push_back(given->route);
      rest.devices.insert(given->route.device);
    }
  }
  before = std::move(rest);
}

bool tunnels_left(const std::vector<KernelChange>& changes,
                  const std::vector<ChangeFailure>& failures) {
  return std::ranges::any_of(failures, [&](const ChangeFailure& failure) {
    return std::holds_alternative<DeleteLink>(changes[failure.index]);
  });
}

}  // namespace

void Reconciler::report(const std::string& subject, const std::optional<Error>& error,
                        Instant now) {
  if (!error) return conditions_.clear_all(subject);
  if (!trouble_) trouble_ = error;
  conditions_.raise(subject, *error, now);
  conditions_.clear_others(subject, error->condition);
}

std::optional<KernelState> Reconciler::read(const GatewayState& state, Instant now) {
  trouble_.reset();
  auto towards = fragmented_peers(state);
  if (state.model.is_hub()) std::ranges::copy(anywhere(), std::back_inserter(towards));
  auto paths = sysctl_paths(state.model);
  std::ranges::move(advertisement_paths(remembered.before), std::back_inserter(paths));
  auto observed = stack_.read({.uplink_devices = uplink_devices(state.model),
                               .towards = std::move(towards),
                               .sysctl_paths = std::move(paths)});
  if (observed) return std::move(*observed);
  report(kKernel, observed.error(), now);
  return std::nullopt;
}

bool Reconciler::kernel(const GatewayState& state, const KernelState& observed, Instant now) {
  auto changes = reconcile(desired_kernel(state, observed), observed);
  remember(changes, observed, state, now);
  // Devices that are no uplinks any more have left their VRF by the changes so far.
  auto kept = remembered.before;
  auto leaving = split_off(kept, uplink_devices(state.model));
  std::ranges::move(give_back(leaving, observed).changes, std::back_inserter(changes));
  const auto failures = apply(changes, now);
  if (kept != remembered.before) {
    keep_failed(leaving, changes, failures);
    merge(kept, leaving);
    remembered.before = std::move(kept);
    save(now);
  }
  return !changes.empty();
}

void Reconciler::switch_nexthops(const GatewayState& state, const std::string& name, Instant now) {
  const auto changes = nexthop_changes(state, name);
  if (!changes.empty()) apply(changes, now);
}

/// The machine's own settings and routes, before Kaido's first touch; and what they taught.
void Reconciler::remember(const std::vector<KernelChange>& changes, const KernelState& observed,
                          const GatewayState& state, Instant now) {
  const auto before = remembered;
  note(remembered.before, changes, observed, uplink_devices(state.model));
  remembered.gateways.clear();
  for (const auto& uplink : state.uplinks)
    if (!uplink.learnt.empty()) remembered.gateways[uplink.device] = uplink.learnt;
  if (remembered != before || unsaved_) save(now);
}

std::vector<ObservedUplink> Reconciler::recall(const Model& model) const {
  std::vector<ObservedUplink> uplinks;
  for (const auto& uplink : model.uplinks) {
    const auto known = remembered.gateways.find(uplink.device);
    if (known != remembered.gateways.end())
      uplinks.push_back({.device = uplink.device, .learnt = known->second});
  }
  return in_order(model, uplinks);
}

void Reconciler::save(Instant now) {
  const auto saved = store_.save(remembered);
  unsaved_ = !saved;
  report("store", saved ? std::nullopt : std::optional(saved.error()), now);
}

std::vector<ChangeFailure> Reconciler::apply(const std::vector<KernelChange>& changes,
                                             Instant now) {
  const std::span all(changes);
  // A device loses its peers when what used it goes by another already.
  const auto first = std::ranges::find_if(
      all, [](const KernelChange& change) { return std::holds_alternative<DeleteLink>(change); });
  const auto before = static_cast<std::size_t>(first - all.begin());
  auto failures = stack_.apply(all.first(before));
  if (first != all.end()) {
    for (const auto& change : all.subspan(before))
      if (const auto* gone = std::get_if<DeleteLink>(&change)) empty_device(gone->name);
    for (auto& failure : stack_.apply(all.subspan(before)))
      failures.push_back({before + failure.index, std::move(failure.error)});
  }
  auto failed = failures.begin();
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (failed != failures.end() && failed->index == i) {
      log_.write(Message::kernel_refused, kKernel,
                 fmt::format("{}: {}", describe(changes[i]), failed->error.detail));
      ++failed;
    } else if (changes.size() <= kListed) {
      if (auto line = limit_.pass(Message::kernel_changed, kKernel, describe(changes[i]), now,
                                  kChangesAMinute))
        log_.write(Message::kernel_changed, kKernel, std::move(*line));
    }
  }
  if (changes.size() > kListed)
    log_.write(Message::kernel_changed, kKernel,
               fmt::format("{} changes", changes.size() - failures.size()));
  report(kKernel, failures.empty() ? std::nullopt : std::optional(failures.front().error), now);
  return failures;
}

/// Deleting a device with peers takes the kernel 18 ms a peer; removing them first does not.
void Reconciler::empty_device(const std::string& name) {
  const auto observed = wireguard_.read(name);
  if (!observed) return;
  std::vector<WireGuardKey> peers;
  for (const auto& peer : observed->peers) peers.push_back(peer.peer.public_key);
  remove_peers(name, peers);
}

void Reconciler::remove_peers(const std::string& device, const std::vector<WireGuardKey>& peers) {
  if (peers.empty()) return;
  WireGuardChange change{.device = device};
  for (const auto& peer : peers) {
    WireGuardPeer gone{.public_key = peer};
    change.peers.push_back({.peer = std::move(gone), .remove = true});
  }
  if (const auto written = wireguard_.write(change); !written)
    log_.write(Message::kernel_refused, device, written.error().detail);
}

void Reconciler::wireguard(const GatewayState& state, bool correct, Instant now,
                           const std::function<void(const ObservedWireGuardDevice&)>& seen) {
  std::optional<Error> trouble;
  std::vector<WireGuardDevice> desired;
  std::vector<std::string> names;
  if (correct) {
    desired = desired_wireguard(state);
    for (const auto& device : desired) names.push_back(device.name);
  } else {
    names = wireguard_devices(state);
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto observed = wireguard_.read(names[i]);
    if (!observed) {
      trouble = observed.error();
      continue;
    }
    if (correct) {
      const auto change = difference(desired[i], *observed);
      if (!change.empty()) {
        const auto written = wireguard_.write(change);
        if (!written) trouble = written.error();
        log_.write(written ? Message::wireguard_changed : Message::kernel_refused, names[i],
                   written ? fmt::format("{} peers written", change.peers.size())
                           : written.error().detail);
      }
    }
    seen(*observed);
  }
  // A look finds devices missing that were not made yet, and nothing of what could not be written.
  if (correct) report(kWireGuard, trouble, now);
}

void Reconciler::poke(const GatewayState& state, const std::set<std::string>& devices) {
  for (const auto& device : desired_wireguard(state)) {
    if (!devices.contains(device.name) || device.peers.empty()) continue;
    // A keepalive that is switched on is sent at once, and asks for a handshake (wireguard(8)).
    WireGuardChange change{.device = device.name};
    for (const bool on : {false, true}) {
      auto peer = device.peers.front();
      if (!on) peer.persistent_keepalive = 0;
      change.peers = {{.peer = std::move(peer), .set_keepalive = true, .update_only = true}};
      if (!wireguard_.write(change)) break;
    }
  }
}

std::optional<Error> Reconciler::firewall(const GatewayState& state, bool recheck, Instant now) {
  auto body = desired_firewall(state);
  if (!recheck && body == loaded_firewall_) return std::nullopt;
  const auto refused = [&](const Error& error) {
    report(kFirewall, error, now);
    return error;
  };
  const auto holds = firewall_.holds(body);
  if (!holds) return refused(holds.error());
  if (!*holds) {
    const auto replaced = firewall_.replace(body);
    if (!replaced) return refused(replaced.error());
    log_.write(Message::firewall_replaced, kFirewall, "table inet kaido");
  }
  loaded_firewall_ = std::move(body);
  report(kFirewall, std::nullopt, now);
  save_firewall(now);
  return std::nullopt;
}

/// For the time between the next boot and our next start (`kaidod --guard`).
void Reconciler::save_firewall(Instant now) {
  const std::hash<std::string> hash;
  if (!saved_firewall_)
    if (const auto saved = store_.load_firewall()) saved_firewall_ = hash(*saved);
  if (saved_firewall_ == hash(loaded_firewall_)) return;
  const auto saved = store_.save_firewall(loaded_firewall_);
  report("guard", saved ? std::nullopt : std::optional(saved.error()), now);
  if (saved) saved_firewall_ = hash(loaded_firewall_);
}

Result<std::vector<std::string>> Reconciler::remove_everything(Instant now) {
  trouble_.reset();
  const auto observed = stack_.read({.sysctl_paths = advertisement_paths(remembered.before)});
  if (!observed) {
    report(kKernel, observed.error(), now);
    return std::unexpected(observed.error());
  }
  auto changes = reconcile({}, *observed);
  auto back = give_back(remembered.before, *observed);
  std::ranges::move(back.changes, std::back_inserter(changes));

  std::vector<std::string> removed;
  const auto failures = apply(changes, now);
  for (std::size_t i = 0; i < changes.size(); ++i)
    if (!has_failed(failures, i)) removed.push_back(describe(changes[i]));
  for (const auto& route : back.lost)
    removed.push_back("no way any more, not given back: " + describe(ReplaceRoute{route}));
  keep_failed(remembered.before, changes, failures);
  remembered.gateways.clear();
  if (!tunnels_left(changes, failures)) {
    const auto gone = firewall_.remove();
    report(kFirewall, gone ? std::nullopt : std::optional(gone.error()), now);
    if (gone) removed.emplace_back("remove table inet kaido");
    loaded_firewall_.clear();
    const auto forgotten = store_.save_firewall({});
    report("guard", forgotten ? std::nullopt : std::optional(forgotten.error()), now);
    saved_firewall_.reset();
  }
  save(now);
  if (trouble_) return std::unexpected(*trouble_);
  return removed;
}

}  // namespace kaido
