#include "core/tunnels/machine.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/addressing.hpp"
#include "core/desired/desired.hpp"
#include "core/overloaded.hpp"
#include "core/tunnels/ike_failure.hpp"

namespace kaido {
namespace {

/// At one look: each costs the kernel a Diffie-Hellman, and all of a hub may end together.
constexpr std::size_t kRenewals = 100;

/// One event's handling: the state, the time, and what comes out.
class Step {
 public:
  Step(GatewayState& state, Instant now) : state_(state), now_(now) {}

  Actions take() && { return std::move(actions_); }

  void on(const Configured& event);
  void on(const UplinksObserved& event);
  void on(const IkeEvent& event) {
    std::visit([this](const auto& e) { on(e); }, event);
  }
  void on(const CharonUp&) {}  // the engine lists the SAs; IkeListed follows
  void on(const CharonTouched&) {}
  void on(const CharonDown& event);
  void on(const IkeListed& event);
  void on(const IkeInitiated& event);
  void on(const IkeSaUp& event);
  void on(const IkeSaDown& event);
  void on(const ChildSaUp& event);
  void on(const ChildSaDown&) {}  // a rekey, or the end of an SA that IkeSaDown reports as well
  void on(const IkeLogLine& event);
  void on(const WireGuardObserved& event);
  void on(const TunnelsEnabled& event);
  void on(const Guarded& event);
  void on(const TornDown&);
  void on(const TunnelDead& event);
  void on(const Tick&);

 private:
  Tunnel* find_ike(const std::string& connection);
  [[nodiscard]] std::optional<Error> obstacle(const Tunnel& tunnel) const;
  [[nodiscard]] bool has_session(const Tunnel& tunnel) const {
    return tunnel.transport == Transport::ikev2 ? !tunnel.sas.empty() : tunnel.handshake_fresh;
  }
  void judge(Tunnel& tunnel);
  void judge_idle(Tunnel& tunnel);
  void wait(Tunnel& tunnel, Error reason);
  void lose_patience(Tunnel& tunnel);
  void judge_all();
  void attempt(Tunnel& tunnel);
  void fail(Tunnel& tunnel, Error why);
  void enter(Tunnel& tunnel, TunnelState next);
  void changed(const Tunnel& tunnel) {
    actions_.emplace_back(TunnelChanged{static_cast<std::size_t>(&tunnel - state_.tunnels.data())});
  }
  void terminate(std::vector<std::uint32_t>& sas) {
    for (const auto id : sas) actions_.emplace_back(TerminateIke{id});
    sas.clear();
  }
  void replace_changed_connections();
  void route_anew(const std::map<std::string, std::string>& routed);
  /// True: its session has ended, for certain and not only by a clock that was set.
  bool observe_peer(Tunnel& tunnel, const ObservedWireGuardPeer* peer, std::int64_t wall_time);

  GatewayState& state_;
  Instant now_;
  Actions actions_;
};

/// Whose silence it is when nothing at all was heard of an attempt.
Error silence(const Tunnel& tunnel, const state::Connecting& attempt) {
  if (tunnel.transport != Transport::ikev2) return {Condition::tunnel_no_handshake, ""};
  if (attempt.ordered) return {Condition::tunnel_no_answer, ""};
  return {Condition::charon_absent, "it has not begun to connect"};
}

std::vector<Tunnel> tunnels_of(const Model& model) {
  std::vector<Tunnel> tunnels;
  const auto add = [&](std::size_t owner, std::uint8_t slot, Transport transport) {
    Tunnel tunnel;
    tunnel.owner = static_cast<std::uint32_t>(owner);
    tunnel.slot = slot;
    tunnel.transport = transport;
    tunnel.state = state::Waiting{};
    tunnels.push_back(std::move(tunnel));
  };
  if (model.is_hub()) {
    for (std::size_t i = 0; i < model.sites.size(); ++i)
      for (const auto& slot : model.sites[i].slots) {
        if (model.sites[i].ikev2) add(i, slot.number, Transport::ikev2);
        if (model.sites[i].wireguard && slot.wireguard_key)
          add(i, slot.number, Transport::wireguard);
      }
  } else {
    for (std::size_t i = 0; i < model.slots.size(); ++i)
      for (const auto transport : model.hubs.at(model.slots[i].hub).transports)
        add(i, model.slots[i].number, transport);
  }
  tunnels.shrink_to_fit();
  return tunnels;
}

std::size_t fingerprint(const IkeConnection& c) {
  std::string all = c.local_id + '\n' + c.remote_id + '\n' + c.certificate_der;
  if (c.force_encap) all += "\nudp";
  for (const auto* list :
       {&c.local_addrs, &c.remote_addrs, &c.authority_der, &c.ike_proposals, &c.esp_proposals}) {
    all += '\n';
    for (const auto& item : *list) all.append(item).push_back(',');
  }
  return std::hash<std::string>{}(all);
}

void index_sites(GatewayState& state) {
  auto& index = state.sites_by_name;
  index.resize(state.model.sites.size());
  for (std::uint32_t i = 0; i < index.size(); ++i) index[i] = i;
  std::ranges::sort(index, {}, [&](std::uint32_t i) { return state.model.sites[i].name; });
}

void Step::on(const Configured& event) {
  std::unordered_map<std::string, Tunnel> before;
  std::map<std::string, std::string> routed;  // by tunnel, by their names
  for (const auto& [name, routing] : state_.routing)
    if (routing.tunnel && *routing.tunnel < state_.tunnels.size())
      routed[name] = tunnel_name(state_, state_.tunnels[*routing.tunnel]);
  for (auto& tunnel : state_.tunnels)
    before.emplace(tunnel_name(state_, tunnel), std::move(tunnel));
  state_.model = event.model;
  state_.disabled = event.disabled;
  state_.torn_down = false;
  state_.uplinks = in_order(state_.model, state_.uplinks);
  state_.tunnels = tunnels_of(state_.model);
  index_sites(state_);
  for (auto& tunnel : state_.tunnels) {
    auto node = before.extract(tunnel_name(state_, tunnel));
    if (node.empty()) {
      tunnel.since = now_;
      continue;
    }
    const auto owner = tunnel.owner;
    tunnel = std::move(node.mapped());
    tunnel.owner = owner;
  }
  state_.sizes.assign(state_.tunnels.size(), {});
  route_anew(routed);
  // SAs of connections that are gone are ended by IkeControl::apply.
  judge_all();
  actions_.emplace_back(Reconcile{});
}

/// What was decided stays, at the tunnels' new indices.
void Step::route_anew(const std::map<std::string, std::string>& routed) {
  auto before = std::exchange(state_.routing, {});
  if (routed.empty()) return;
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < state_.tunnels.size(); ++i)
    index.emplace(tunnel_name(state_, state_.tunnels[i]), i);
  for (const auto& [name, tunnel] : routed) {
    const auto found = index.find(tunnel);
    if (found == index.end()) continue;
    auto& routing = state_.routing[name] = before[name];
    routing.tunnel = found->second;
  }
}

void Step::on(const UplinksObserved& event) {
  if (event.uplinks == state_.uplinks && event.surroundings == state_.surroundings) return;
  state_.uplinks = event.uplinks;
  state_.surroundings = event.surroundings;
  judge_all();
  actions_.emplace_back(Reconcile{});
}

void Step::on(const CharonDown&) {
  state_.charon_up = false;
  for (auto& tunnel : state_.tunnels) {
    if (tunnel.transport != Transport::ikev2) continue;
    tunnel.sas.clear();
    tunnel.retiring.clear();
    tunnel.attempt_sa = 0;
  }
  judge_all();
}

void Step::on(const IkeListed& event) {
  state_.charon_up = true;
  for (auto& tunnel : state_.tunnels)
    if (tunnel.transport == Transport::ikev2) {
      tunnel.sas.clear();
      tunnel.retiring.clear();
    }
  for (const auto& sa : event.sas) {
    auto* tunnel = find_ike(sa.connection);
    if (tunnel == nullptr) continue;
    if (sa.carries_traffic()) {
      tunnel->sas.push_back(sa.unique_id);
    } else if (!state_.model.is_hub() && sa.state != "DELETING") {
      actions_.emplace_back(TerminateIke{sa.unique_id});  // half-open, of an earlier life
    }
  }
  judge_all();
}

void Step::on(const IkeInitiated& event) {
  auto* tunnel = find_ike(event.connection);
  if (tunnel == nullptr) return;
  auto* connecting = std::get_if<state::Connecting>(&tunnel->state);
  if (!event.refusal) {
    if (connecting != nullptr) connecting->ordered = true;
    return;
  }
  if (event.refusal->condition != Condition::charon_refused) return;  // CharonDown tells
  if (connecting != nullptr) return fail(*tunnel, *event.refusal);
  tunnel->retiring.clear();  // what was to take their place does not come
  tunnel->last_failure = event.refusal;
  changed(*tunnel);
}

void Step::on(const IkeSaUp& event) {
  if (auto* tunnel = find_ike(event.connection)) tunnel->attempt_sa = event.unique_id;
}

void Step::on(const ChildSaUp& event) {
  auto* tunnel = find_ike(event.connection);
  if (tunnel == nullptr || std::ranges::count(tunnel->sas, event.unique_id) > 0) return;
  tunnel->sas.push_back(event.unique_id);
  if (!tunnel->retiring.empty()) {
    for (const auto id : tunnel->retiring) std::erase(tunnel->sas, id);
    terminate(tunnel->retiring);
  }
  judge(*tunnel);
}

void Step::on(const IkeSaDown& event) {
  auto* tunnel = find_ike(event.connection);
  if (tunnel == nullptr) return;
  const bool had_session = !tunnel->sas.empty();
  std::erase(tunnel->sas, event.unique_id);
  std::erase(tunnel->retiring, event.unique_id);
  if (had_session && tunnel->sas.empty() && !tunnel->last_failure)
    tunnel->last_failure = Error{Condition::tunnel_failed, "the security association has ended"};
  judge(*tunnel);
}

void Step::on(const IkeLogLine& event) {
  auto* tunnel = find_ike(event.connection);
  if (tunnel == nullptr) return;
  auto* connecting = std::get_if<state::Connecting>(&tunnel->state);
  if (connecting != nullptr && event.unique_id != 0) tunnel->attempt_sa = event.unique_id;
  const auto error = classify_ike_log(event.text);
  if (!error) return;
  if (connecting != nullptr) {
    connecting->evidence = error;
    // Without an answer charon still tries; anything else is the other side's (or our) last word.
    if (error->condition != Condition::tunnel_no_answer) {
      fail(*tunnel, *error);
      return lose_patience(*tunnel);
    }
  }
  if (tunnel->last_failure != error) {
    tunnel->last_failure = error;
    changed(*tunnel);
  }
}

bool Step::observe_peer(Tunnel& tunnel, const ObservedWireGuardPeer* peer, std::int64_t wall_time) {
  const auto seen = peer == nullptr ? 0 : peer->last_handshake;
  const bool was_fresh = tunnel.handshake_fresh;
  const bool watched = now_ - tunnel.since >= std::chrono::seconds(kHandshakeLifetime);
  if (seen != 0 && seen != tunnel.last_handshake) {
    // The kernel stamps a handshake with a clock that may be set. Set back, it lies "in the
    // future".
    Duration age = std::chrono::seconds(std::max<std::int64_t>(0, wall_time - seen));
    // Newer than at the last look: made since then, whatever the clock says. From here on its age
    // is told by the steady clock.
    if (tunnel.looked_at != Instant{} && seen > tunnel.last_handshake)
      age = std::min(age, now_ - tunnel.looked_at);
    tunnel.handshake_at = now_ - age;
  }
  tunnel.last_handshake = seen;
  tunnel.looked_at = now_;
  tunnel.handshake_fresh =
      seen != 0 && now_ - tunnel.handshake_at < std::chrono::seconds(kHandshakeLifetime);
  judge(tunnel);
  return seen != 0 && !tunnel.handshake_fresh && (was_fresh || watched);
}

void Step::on(const WireGuardObserved& event) {
  const auto& model = state_.model;
  std::unordered_map<std::string_view, const ObservedWireGuardPeer*> peers;
  const auto view = [](const WireGuardKey& key) {
    return std::string_view(reinterpret_cast<const char*>(key.data()), key.size());
  };
  bool moved = false;
  std::size_t renewed = 0;
  peers.reserve(event.device->peers.size());
  for (const auto& peer : event.device->peers) peers.emplace(view(peer.peer.public_key), &peer);
  for (auto& tunnel : state_.tunnels) {
    if (tunnel.transport != Transport::wireguard) continue;
    if (site_device(Transport::wireguard, tunnel.slot) != event.device->name) continue;
    const auto* key = peer_key(model, tunnel);
    const auto found = key == nullptr ? peers.end() : peers.find(view(*key));
    const auto* peer = found == peers.end() ? nullptr : found->second;
    const bool ended = observe_peer(tunnel, peer, event.wall_time);
    if (ended && model.is_hub() && tunnel.over() && renewed++ < kRenewals)
      actions_.emplace_back(RenewPeer{event.device->name, *key});
    std::optional<IpAddress> outer;
    if (peer != nullptr && peer->peer.endpoint) outer = peer->peer.endpoint->address;
    moved |= std::exchange(tunnel.outer, outer) != outer;
  }
  // The routes of those that are reached in fragments follow them.
  if (moved &&
      std::ranges::any_of(state_.routing, [](const auto& entry) { return entry.second.fragments; }))
    actions_.emplace_back(Reconcile{});
}

void Step::on(const TunnelsEnabled& event) {
  for (const auto& name : event.names) {
    if (event.enabled) {
      state_.disabled.erase(name);
    } else {
      state_.disabled.insert(name);
    }
  }
  judge_all();
  actions_.emplace_back(Reconcile{});
}

void Step::on(const Guarded& event) {
  state_.unguarded = event.unguarded;
  judge_all();
}

void Step::on(const TornDown&) {
  state_.torn_down = true;
  state_.unguarded = Error{Condition::torn_down, ""};
  for (auto& tunnel : state_.tunnels) {
    tunnel.sas.clear();
    tunnel.retiring.clear();
    tunnel.attempt_sa = 0;
    tunnel.last_handshake = 0;
    tunnel.handshake_fresh = false;
    judge(tunnel);
  }
}

/// First a new key, which also tells whether IKE answers; then another association; then another
/// encapsulation, since a line may drop protocol 50 and let UDP pass. From there on the last two by
/// turns, so that what is kept is what worked last.
void Step::on(const TunnelDead& event) {
  auto& tunnel = state_.tunnels.at(event.index);
  if (tunnel.transport != Transport::ikev2 || tunnel.sas.empty() || state_.model.is_hub()) return;
  const auto& slot = state_.model.slots.at(tunnel.owner);
  const auto& endpoint = state_.model.hubs.at(slot.hub).endpoints.at(slot.endpoint);
  // Over IPv4 it is UDP anyway: the uplink's VRF address is masqueraded.
  const bool other_way = endpoint.address.family() == Family::v6 && event.attempt % 2 == 1;
  const auto how = event.attempt == 1 ? Repair::rekey
                   : other_way        ? Repair::encapsulation
                                      : Repair::anew;
  actions_.emplace_back(TunnelRepaired{event.index, how});
  if (how == Repair::encapsulation) {
    tunnel.force_encap = !tunnel.force_encap;
    return replace_changed_connections();
  }
  for (const auto id : tunnel.sas)
    if (how == Repair::rekey)
      actions_.emplace_back(RekeyIke{id, connection_name(state_.model, slot)});
    else
      actions_.emplace_back(TerminateIke{id});
}

void Step::on(const Tick&) {
  for (auto& tunnel : state_.tunnels) judge(tunnel);
}

Tunnel* Step::find_ike(const std::string& connection) {
  const auto slot = connection_slot(connection);
  if (slot == 0) return nullptr;
  const auto matches = [&](const Tunnel& tunnel) {
    if (tunnel.slot != slot || tunnel.transport != Transport::ikev2) return false;
    const auto& model = state_.model;
    return connection == (model.is_hub() ? connection_name(model.sites.at(tunnel.owner), slot)
                                         : connection_name(model, model.slots.at(tunnel.owner)));
  };
  auto begin = state_.tunnels.begin();
  auto end = state_.tunnels.end();
  if (state_.model.is_hub()) {
    const auto name =
        std::string_view(connection)
            .substr(kConnectionPrefix.size(), connection.rfind("-s") - kConnectionPrefix.size());
    const auto& index = state_.sites_by_name;
    const auto site = std::ranges::lower_bound(index, name, {}, [&](std::uint32_t i) {
      return std::string_view(state_.model.sites[i].name);
    });
    if (site == index.end() || state_.model.sites[*site].name != name) return nullptr;
    begin = std::ranges::lower_bound(state_.tunnels, *site, {}, &Tunnel::owner);
    end = std::upper_bound(begin, state_.tunnels.end(), *site,
                           [](std::uint32_t owner, const Tunnel& t) { return owner < t.owner; });
  }
  const auto found = std::find_if(begin, end, matches);
  return found == end ? nullptr : &*found;
}

/// What keeps the tunnel from being tried at all.
std::optional<Error> Step::obstacle(const Tunnel& tunnel) const {
  if (state_.torn_down) return Error{Condition::torn_down, ""};
  if (tunnel.transport == Transport::ikev2 && !state_.charon_up)
    return Error{Condition::charon_absent, state_.model.ike_socket};
  if (state_.model.is_hub()) return std::nullopt;
  const auto& slot = state_.model.slots.at(tunnel.owner);
  const auto& endpoint = state_.model.hubs.at(slot.hub).endpoints.at(slot.endpoint);
  return unusable(state_.model.uplinks.at(slot.uplink), state_.uplinks.at(slot.uplink),
                  endpoint.address.family());
}

/// Looks at the level, whatever the edge was: where should this tunnel be now?
void Step::judge(Tunnel& tunnel) {
  if (!state_.disabled.empty() && state_.disabled.contains(tunnel_name(state_, tunnel))) {
    terminate(tunnel.sas);
    if (!std::holds_alternative<state::Disabled>(tunnel.state)) enter(tunnel, state::Disabled{});
    return;
  }
  if (auto reason = obstacle(tunnel)) return wait(tunnel, std::move(*reason));
  if (has_session(tunnel)) {
    if (!tunnel.up()) enter(tunnel, state::Up{});
    return;
  }
  // What an earlier kaidod left running had its firewall; nothing new is made without.
  if (state_.unguarded) return wait(tunnel, *state_.unguarded);
  judge_idle(tunnel);
  lose_patience(tunnel);
}

void Step::wait(Tunnel& tunnel, Error reason) {
  const auto* waiting = std::get_if<state::Waiting>(&tunnel.state);
  if (waiting == nullptr || waiting->reason != reason)
    enter(tunnel, state::Waiting{std::move(reason)});
}

void Step::lose_patience(Tunnel& tunnel) {
  if (tunnel.troubled || !tunnel.trying()) return;
  tunnel.troubled = now_ - tunnel.trying_since >= kPatience || tunnel.failures >= kPatientFailures;
}

/// Nothing is in the way, and there is no session.
void Step::judge_idle(Tunnel& tunnel) {
  if (state_.model.is_hub()) {
    if (!std::holds_alternative<state::Listening>(tunnel.state)) enter(tunnel, state::Listening{});
    return;
  }
  std::visit(overloaded{
                 [&](const state::Disabled&) { attempt(tunnel); },
                 [&](const state::Waiting&) { attempt(tunnel); },
                 [&](const state::Listening&) { attempt(tunnel); },
                 [&](const state::Up&) {
                   fail(tunnel,
                        tunnel.last_failure.value_or(Error{tunnel.transport == Transport::ikev2
                                                               ? Condition::tunnel_failed
                                                               : Condition::tunnel_no_handshake,
                                                           ""}));
                 },
                 [&](const state::Connecting& connecting) {
                   if (now_ < connecting.deadline) return;
                   fail(tunnel, connecting.evidence.value_or(silence(tunnel, connecting)));
                 },
                 [&](const state::BackOff& back_off) {
                   if (now_ >= back_off.until) attempt(tunnel);
                 },
             },
             TunnelState(tunnel.state));
}

void Step::judge_all() {
  replace_changed_connections();
  for (auto& tunnel : state_.tunnels) judge(tunnel);
}

/// A connection that is now another one gets a second SA first; the old one ends when it is up.
void Step::replace_changed_connections() {
  if (state_.model.is_hub()) return;
  for (auto& tunnel : state_.tunnels) {
    if (tunnel.transport != Transport::ikev2) continue;
    const auto wanted = site_connection(state_, tunnel);
    if (!wanted) continue;
    const auto print = fingerprint(*wanted);
    const bool differs = tunnel.connection_print != 0 && tunnel.connection_print != print;
    tunnel.connection_print = print;
    if (!differs || tunnel.sas.empty() || !state_.charon_up) continue;
    tunnel.retiring = tunnel.sas;
    actions_.emplace_back(InitiateIke{wanted->name});
  }
}

void Step::attempt(Tunnel& tunnel) {
  const auto& slot = state_.model.slots.at(tunnel.owner);
  if (tunnel.transport == Transport::ikev2) {
    actions_.emplace_back(InitiateIke{connection_name(state_.model, slot)});
  } else {
    actions_.emplace_back(PokeWireGuard{site_device(Transport::wireguard, slot.number)});
  }
  tunnel.attempt_sa = 0;
  enter(tunnel, state::Connecting{now_ + kConnectTimeout, std::nullopt});
}

void Step::fail(Tunnel& tunnel, Error why) {
  tunnel.last_failure = std::move(why);
  ++tunnel.failures;
  if (tunnel.attempt_sa != 0) actions_.emplace_back(TerminateIke{tunnel.attempt_sa});
  tunnel.attempt_sa = 0;
  if (tunnel.transport == Transport::wireguard && !tunnel.up()) {
    enter(tunnel, state::Connecting{now_ + kConnectTimeout, tunnel.last_failure});
    return;  // the kernel goes on trying by itself
  }
  const double random = std::uniform_real_distribution<double>(0, 1)(state_.random);
  enter(tunnel, state::BackOff{now_ + back_off(tunnel.failures, random)});
}

void Step::enter(Tunnel& tunnel, TunnelState next) {
  const bool was_up = tunnel.up();
  const bool was_trying = tunnel.trying();
  const bool same = tunnel.state.index() == next.index();
  tunnel.state = std::move(next);
  if (!same) tunnel.since = now_;
  if (tunnel.trying()) {
    if (!was_trying) tunnel.trying_since = now_;
  } else {
    tunnel.troubled = false;
    if (!std::holds_alternative<state::Listening>(tunnel.state)) {
      tunnel.failures = 0;
      tunnel.last_failure.reset();
    }
  }
  changed(tunnel);
  if (was_up != tunnel.up() || std::holds_alternative<state::Disabled>(tunnel.state))
    actions_.emplace_back(Reconcile{});
}

}  // namespace

Actions step(GatewayState& state, const Event& event, Instant now) {
  Step handling(state, now);
  std::visit([&](const auto& e) { handling.on(e); }, event);
  return std::move(handling).take();
}

std::optional<Instant> next_deadline(const GatewayState& state) {
  std::optional<Instant> next;
  const auto consider = [&](Instant at) { next = next ? std::min(*next, at) : at; };
  if (state.model.is_hub()) return next;
  for (const auto& tunnel : state.tunnels) {
    if (const auto* connecting = std::get_if<state::Connecting>(&tunnel.state))
      consider(connecting->deadline);
    if (tunnel.trying() && !tunnel.troubled) consider(tunnel.trying_since + kPatience);
    if (const auto* waiting = std::get_if<state::BackOff>(&tunnel.state)) consider(waiting->until);
  }
  return next;
}

const WireGuardKey* peer_key(const Model& model, const Tunnel& tunnel) {
  if (!model.is_hub()) {
    const auto& slot = model.slots.at(tunnel.owner);
    const auto& key =
        slot.wireguard_key ? slot.wireguard_key : model.hubs.at(slot.hub).wireguard_key;
    return key ? &*key : nullptr;
  }
  const auto& slots = model.sites.at(tunnel.owner).slots;
  const auto slot = std::ranges::find(slots, tunnel.slot, &SiteSlot::number);
  if (slot == slots.end()) return nullptr;
  const auto& key = slot->wireguard_key;
  return key ? &*key : nullptr;
}

std::string tunnel_name(const GatewayState& state, const Tunnel& tunnel) {
  const auto& model = state.model;
  if (model.is_hub())
    return tunnel_name(model.sites.at(tunnel.owner), tunnel.slot, tunnel.transport);
  return tunnel_name(model, model.slots.at(tunnel.owner), tunnel.transport);
}

std::string tunnel_device(const GatewayState& state, const Tunnel& tunnel) {
  const auto& model = state.model;
  if (model.is_hub() && tunnel.transport == Transport::ikev2)
    return hub_ike_device(model.sites.at(tunnel.owner).number, tunnel.slot);
  return site_device(tunnel.transport, tunnel.slot);
}

std::vector<std::size_t> match_tunnels(const GatewayState& state, std::string_view name) {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < state.tunnels.size(); ++i) {
    const auto full = tunnel_name(state, state.tunnels[i]);
    if (!full.starts_with(name)) continue;
    const auto next = full.size() == name.size() ? '/' : full[name.size()];
    if (next == '/' || next == ':') result.push_back(i);
  }
  return result;
}

}  // namespace kaido
