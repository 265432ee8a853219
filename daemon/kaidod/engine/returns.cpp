#include "engine/returns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/addressing.hpp"
#include "core/desired/network_routes.hpp"
#include "core/overloaded.hpp"
#include "core/tunnels/sizes.hpp"

namespace kaido {
namespace {

stamp::Claim claim_of(const reflector::Message& message) {
  return {.epoch = message.epoch,
          .generation = message.generation,
          .hub = message.hub,
          .transport = message.transport,
          .slot = message.slot,
          .carries = message.carries != 0,
          .size = message.size,
          .fragments = message.fragments != 0,
          .outranks = message.outranks != 0,
          .hold = message.hold};
}

std::optional<std::size_t> find_tunnel(const Board& board, std::size_t site, int transport,
                                       std::uint8_t slot) {
  const auto [first, end] = tunnels_to_site(board.tunnels, static_cast<std::uint32_t>(site));
  for (auto i = first; i < end; ++i) {
    const auto& tunnel = board.tunnels[i];
    if (tunnel.slot == slot && static_cast<int>(tunnel.transport) + 1 == transport) return i;
  }
  return std::nullopt;
}

/// What the site says of sizes, within reason.
void limit(Routing& routing, const Board& board, const stamp::Claim& claim) {
  if (!routing.tunnel) return;
  const auto& tunnel = board.tunnels[*routing.tunnel];
  if (claim.size == 0 || claim.size >= tunnel_mtu(board, tunnel)) return;
  const auto outside = tunnel.outer ? tunnel.outer->family() : Family::v4;
  const auto least = inner_size(tunnel.transport, outside, kAlwaysPasses);
  routing.size = std::max(claim.size, static_cast<std::uint16_t>(least));
  routing.fragments = claim.fragments;
}

std::string describe_age(const SiteClaim& site, Instant at) {
  if (!site.claim) return "no claim has been heard";
  if (site.claim->epoch == 0) return "as the kernel had it";
  auto claim = describe(*site.claim);
  if (site.present) return claim;
  return fmt::format(
      "{}, silent for {} ms", claim,
      std::chrono::duration_cast<std::chrono::milliseconds>(at - site.silent_since).count());
}

}  // namespace

std::string Returns::why(const std::string& name) const {
  const auto& sites = board_.model.sites;
  const auto site = std::ranges::find(sites, name, &Site::name);
  const auto index = static_cast<std::size_t>(site - sites.begin());
  if (site == sites.end() || index >= claims_.sites.size()) return {};
  if (!heard_) return "the first that is up: no reflector has answered yet";
  return describe_age(claims_.sites[index], clock_.now());
}

Returns::Returns(const Ports& ports, const Board& board, Routes& own, Log& log,
                 Conditions& conditions, Listener& listener)
    : source_(ports.claims),
      board_(board),
      own_(own),
      log_(log),
      conditions_(conditions),
      listener_(listener),
      keys_(ports.seals),
      clock_(ports.clock),
      timer_(ports.clock.make_timer()) {}

/// What the kernel has for a site stands for its claim.
void Returns::adopt(const KernelState& observed) {
  if (source_ == nullptr) return;
  const auto adopted = adopted_routing(board_, observed);
  for (std::size_t site = 0; site < claims_.sites.size(); ++site) {
    const auto found = adopted.find(board_.model.sites[site].name);
    if (found == adopted.end()) continue;
    const auto& routing = found->second;
    if (!routing.tunnel) continue;
    const auto& tunnel = board_.tunnels.at(*routing.tunnel);
    const stamp::Claim claim{
        .transport = static_cast<std::uint8_t>(static_cast<int>(tunnel.transport) + 1),
        .slot = tunnel.slot,
        .carries = routing.deliver,
        .size = routing.size,
        .fragments = routing.fragments,
        .outranks = routing.outranks};
    adopt_claim(claims_, site, claim, !routing.stale, clock_.now());
    choose(site);
  }
}

void Returns::begin_listening() {
  if (source_ == nullptr || std::exchange(listening_, true)) return;
  expect_all();
  source_->start([this](const ClaimEvent& event) { on_event(event); });
}

Result<std::string> Returns::switch_network(const std::string& network, const std::string&) {
  return failure(Condition::not_found, network + " (networks: )");
}

void Returns::expect_all() {
  expected_ = clock_.now() + kSpeaksUp;
  arm();
}

/// Claims stay with their sites' numbers.
void Returns::configured(const std::vector<std::string>& names) {
  own_.by_name = renumbered(own_.by_name, names, board_.tunnels);
  const auto& sites = board_.model.sites;
  claims_.own_number = board_.model.gateway.number;
  std::vector<SiteClaim> kept(sites.size());
  std::map<std::uint16_t, std::size_t> by_number;
  chosen_.assign(sites.size(), {});
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (const auto old = by_number_.find(sites[i].number); old != by_number_.end())
      kept[i] = claims_.sites[old->second];
    by_number[sites[i].number] = i;
    if (const auto routing = own_.by_name.find(sites[i].name); routing != own_.by_name.end())
      chosen_[i] = routing->second;
  }
  claims_.sites = std::move(kept);
  by_number_ = std::move(by_number);
  choose_all();
}

void Returns::on_event(const ClaimEvent& event) {
  std::visit(overloaded{
                 [this](const ReflectorUp&) {
                   conditions_.clear_all("reflector");
                   reflector_back();
                   if (!std::exchange(heard_, true)) expect_all();
                 },
                 [this](const ReflectorDown&) {
                   conditions_.clear("reflector", Condition::reflector_outdated);
                   conditions_.raise("reflector", {Condition::reflector_absent, ""}, clock_.now());
                   if (heard_) reflector_away();  // else it has until `expected_` to come
                 },
                 [this](const ReflectorOutdated&) {
                   conditions_.raise("reflector", {Condition::reflector_outdated, ""},
                                     clock_.now());
                   reflector_away();
                 },
                 [this](const ClaimHeard& claim) { on_claim(claim); },
                 [this](const SiteSilent& silent) {
                   const auto site = find_site(silent.site);
                   if (!site || !mark_silent(claims_, *site, clock_.now())) return;
                   const auto& entry = claims_.sites[*site];
                   if (entry.claim) log(Message::site_silent, *site, describe(*entry.claim));
                   choose(*site);
                 },
             },
             event);
}

/// Sites that move meanwhile are announced by the hub that receives their probes.
void Returns::reflector_away() {
  kaido::reflector_away(claims_, clock_.now());
  choose_claimed();
}

void Returns::reflector_back() {
  kaido::reflector_back(claims_, clock_.now());
  choose_claimed();
}

void Returns::choose_claimed() {
  for (std::size_t i = 0; i < claims_.sites.size(); ++i)
    if (claims_.sites[i].claim) choose(i);
}

/// What a silent site still gets depends on the state of its tunnels.
void Returns::follow(const std::vector<TunnelChanged>& changes) {
  for (const auto& change : changes) {
    const auto site = board_.tunnels.at(change.index).site_index;
    const auto& entry = claims_.sites.at(site);
    if (entry.claim && !entry.present) choose(site);
  }
}

std::optional<std::size_t> Returns::find_site(const reflector::SiteKey& key) const {
  const auto& fleet = board_.model.gateway.fleet.address().bytes();
  if (!std::equal(key.begin(), key.begin() + 6, fleet.begin())) return std::nullopt;
  const auto found = by_number_.find(static_cast<std::uint16_t>(key[6] << 8 | key[7]));
  if (found == by_number_.end()) return std::nullopt;
  return found->second;
}

void Returns::on_claim(const ClaimHeard& heard) {
  const auto site = find_site(heard.message.site);
  if (!site) return;
  const auto* tunnel = tunnel_of(*site, heard);
  if (tunnel == nullptr) return refuse(*site, heard, "a source that does not belong to");
  if (!is_sealed(*site, *tunnel, heard.message))
    return refuse(*site, heard, "somebody without the slot's WireGuard key, by");
  follow_claim(*site, heard.message);
}

/// The tunnel whose inner address and interface it came from. The kernel lets this source in by its
/// own interface only; an interface of another kind (the LAN of the data centre) is not checked
/// there.
const Tunnel* Returns::tunnel_of(std::size_t site, const ClaimHeard& heard) const {
  const auto& fleet = board_.model.gateway.fleet;
  const auto number = board_.model.sites[site].number;
  const auto [first, end] = tunnels_to_site(board_.tunnels, static_cast<std::uint32_t>(site));
  for (auto i = first; i < end; ++i) {
    const auto& tunnel = board_.tunnels[i];
    if (tunnel.device == heard.device &&
        inner_address(fleet, number, tunnel.transport, tunnel.slot).bytes() == heard.message.source)
      return &tunnel;
  }
  return nullptr;
}

/// True, too, where there is no key to verify it with: a site that comes by IPsec alone.
bool Returns::is_sealed(std::size_t site, const Tunnel& tunnel, const reflector::Message& message) {
  const auto& model = board_.model;
  const auto& peer = tunnel.peer_key;
  if (!model.sites[site].wireguard || !peer || !board_.identities.hub_key) return true;
  if (message.sealed == 0) return false;
  const auto right = keys_.seal(
      claim_slot(model.gateway.fleet, model.sites[site].number, tunnel.slot),
      *board_.identities.hub_key, *peer, message.sequence, claim_of(message), message.room);
  return right && is_equal(*right, message.hmac);
}

void Returns::refuse(std::size_t site, const ClaimHeard& heard, const char* what) {
  log(Message::claim_refused, site,
      fmt::format("a claim from {} {}", what,
                  heard.device.empty() ? "any interface" : heard.device));
}

void Returns::follow_claim(std::size_t site, const reflector::Message& message) {
  const auto claim = claim_of(message);
  if (claim.slot != 0 && !find_tunnel(board_, site, claim.transport, claim.slot)) return;
  auto& entry = claims_.sites[site];
  const bool known = entry.claim && entry.claim->epoch == message.in_force_epoch &&
                     entry.claim->generation == message.in_force_generation;
  const auto unheard = std::chrono::milliseconds(known ? message.unheard : 0);
  const auto before = describe_age(entry, clock_.now());
  const auto verdict = apply_claim(claims_, site, claim, unheard, clock_.now());
  if (verdict == ClaimVerdict::applied) choose(site);
  if (verdict == ClaimVerdict::older || verdict == ClaimVerdict::tie)
    log(Message::claim_outdone, site,
        fmt::format("{} {} the {}", describe(claim),
                    verdict == ClaimVerdict::tie ? "contradicts" : "is older than", before));
  // Also when it is another one: the reflector says how long that has not been heard.
  if (verdict != ClaimVerdict::other_hub && entry.claim->epoch != 0)
    source_->applied(message.site, *entry.claim);
  if (entry.grace) arm();  // nothing else has an end
}

void Returns::log(Message message, std::size_t site, std::string text) {
  const auto& name = board_.model.sites[site].name;
  if (auto line = limit_.pass(message, name, std::move(text), clock_.now()))
    log_.write(message, name, std::move(*line));
}

void Returns::choose_all() {
  for (std::size_t i = 0; i < claims_.sites.size(); ++i) choose(i);
}

void Returns::choose(std::size_t site) {
  const auto& entry = claims_.sites[site];
  const auto tunnel = entry.claim
                          ? find_tunnel(board_, site, entry.claim->transport, entry.claim->slot)
                          : std::nullopt;
  const bool over = !tunnel || board_.tunnels[*tunnel].over();
  const auto wanted = return_route(entry, over, clock_.now());
  Routing routing{.deliver = wanted.deliver,
                  .announce = wanted.announce || wanted.stale,
                  .stale = wanted.stale,
                  .outranks = wanted.outranks};
  if (wanted.own && entry.claim) {
    routing.tunnel = tunnel;
    if (routing.tunnel) limit(routing, board_, *entry.claim);
  }
  if (chosen_[site] == routing) return;
  chosen_[site] = routing;
  own_.by_name[board_.model.sites[site].name] = routing;
  listener_.site_chosen(static_cast<std::uint32_t>(site));
}

void Returns::arm() {
  auto at = next_deadline(claims_);
  if (expected_) at = at ? std::min(*at, *expected_) : *expected_;
  if (!at) return;
  timer_->set(*at, [this] {
    std::vector<std::size_t> ended;
    for (std::size_t i = 0; i < claims_.sites.size(); ++i)
      if (const auto& grace = claims_.sites[i].grace; grace && *grace <= clock_.now())
        ended.push_back(i);
    end_graces(claims_, clock_.now());
    for (const auto site : ended) choose(site);
    if (expected_ && *expected_ <= clock_.now()) {
      expected_.reset();
      mark_adopted_silent(claims_, clock_.now());
      if (heard_) {
        own_.measured = true;
        listener_.claims_decide();
      }
      choose_all();
    }
    arm();
  });
}

}  // namespace kaido
