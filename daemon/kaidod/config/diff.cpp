// What would change, one sentence each, in the configuration's own words.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "config/load.hpp"
#include "config/times.hpp"

namespace kaido::config {
namespace {

std::string word(const std::string& text) { return text.empty() ? "\"\"" : text; }
std::string word(bool flag) { return flag ? "true" : "false"; }
std::string word(Role role) { return to_string(role); }
std::string word(OwnTraffic own_traffic) { return to_string(own_traffic); }
std::string word(Transport transport) { return to_string(transport); }
std::string word(const IpAddress& address) { return address.to_string(); }
std::string word(const Prefix& prefix) { return prefix.to_string(); }
std::string word(const WireGuardKey& key) { return to_base64(key); }
template <std::unsigned_integral T>
std::string word(T number) {
  return fmt::to_string(number);
}
std::string word(const session::Hours& hours) { return to_text(hours); }
std::string word(double number) { return fmt::format("{:g}", number); }
template <typename T>
std::string word(const std::optional<T>& value) {
  return value ? word(*value) : "none";
}
template <typename T>
std::string word(const std::vector<T>& values) {
  std::string text = "[";
  for (const auto& value : values) text += (text.size() > 1 ? ", " : "") + word(value);
  return text + "]";
}

class Differ {
 public:
  Differ(const Model& running, const Identities& identities, const LoadedConfiguration& wanted)
      : a_(running), b_(wanted.model), own_a_(identities), own_b_(wanted.identities) {}

  std::vector<std::string> run() {
    gateway();
    parts("uplink", a_.uplinks, b_.uplinks, &Uplink::name, &Differ::uplink);
    parts("hub", a_.hubs, b_.hubs, &Hub::name, &Differ::hub);
    parts("slot", a_.slots, b_.slots, &Slot::number, &Differ::slot);
    parts("endpoint", a_.endpoints, b_.endpoints, &HubEndpoint::name, &Differ::endpoint);
    parts("network", a_.networks, b_.networks, &Network::name, &Differ::network);
    parts("site", a_.sites, b_.sites, &Site::name, &Differ::site);
    people();
    return std::move(found_);
  }

 private:
  template <typename T>
  void value(std::string_view subject, std::string_view key, const T& a, const T& b) {
    if (!(a == b)) found_.push_back(fmt::format("{}: {} {} -> {}", subject, key, word(a), word(b)));
  }

  /// For what must not be shown, or is too long to be.
  template <typename T>
  void hidden(std::string_view subject, std::string_view what, const T& a, const T& b) {
    if (!(a == b)) found_.push_back(fmt::format("{}: {} changed", subject, what));
  }

  /// Matches parts of both models by `identity`; `compare` tells the difference of two that match.
  template <typename Part, typename Id>
  void parts(const std::string& kind, const std::vector<Part>& a, const std::vector<Part>& b,
             Id Part::* identity,
             void (Differ::*compare)(const std::string&, const Part&, const Part&)) {
    std::unordered_map<Id, const Part*> before;
    // Ten thousand sites are mostly the same in the same order; only the others need the table.
    const bool same_order =
        a.size() == b.size() && std::ranges::equal(a, b, {}, identity, identity);
    if (!same_order)
      for (const auto& part : a) before.emplace(part.*identity, &part);
    for (std::size_t i = 0; i < b.size(); ++i) {
      const auto name = [&] { return fmt::format("{} {}", kind, b[i].*identity); };
      if (same_order) {
        (this->*compare)(kind, a[i], b[i]);
        continue;
      }
      const auto found = before.find(b[i].*identity);
      if (found == before.end()) {
        found_.push_back(name() + " added");
        continue;
      }
      (this->*compare)(kind, *found->second, b[i]);
      before.erase(found);
    }
    if (before.empty()) return;
    for (const auto& part : a)
      if (before.contains(part.*identity))
        found_.push_back(fmt::format("{} {} removed", kind, part.*identity));
  }

  void gateway() {
    const auto& a = a_.gateway;
    const auto& b = b_.gateway;
    value("gateway", "name", a.name, b.name);
    value("gateway", "role", a.role, b.role);
    value("gateway", "number", a.number, b.number);
    value("gateway", "fleet", a.fleet, b.fleet);
    value("gateway", "loopback", a.loopback, b.loopback);
    value("gateway", "forward_between", a.forward_between, b.forward_between);
    value("gateway", "own_traffic", a.own_traffic, b.own_traffic);
    value("identity", "domain", a_.identity.domain, b_.identity.domain);
    value("identity", "certificate", a_.identity.certificate_file, b_.identity.certificate_file);
    value("identity", "key", a_.identity.key_file, b_.identity.key_file);
    value("identity", "authorities", a_.identity.authority_files, b_.identity.authority_files);
    identities();
    value("wireguard", "keys", a_.wireguard_keys, b_.wireguard_keys);
    value("wireguard", "private_key", a_.wireguard_key_file, b_.wireguard_key_file);
    hidden("wireguard", "the private key", own_a_.hub_key, own_b_.hub_key);
    value("wireguard", "base_port", a_.wireguard_base_port, b_.wireguard_base_port);
    value("ike", "socket", a_.ike_socket, b_.ike_socket);
    value("probing", "interval_ms", a_.probing.interval_ms, b_.probing.interval_ms);
    value("probing", "idle_interval_ms", a_.probing.idle_interval_ms, b_.probing.idle_interval_ms);
    value("probing", "slow_interval_ms", a_.probing.slow_interval_ms, b_.probing.slow_interval_ms);
  }

  void identities() {
    const auto& a = *own_a_.certificates;
    const auto& b = *own_b_.certificates;
    hidden("identity", "the certificate", a.own_der, b.own_der);
    hidden("identity", "the private key", own_a_.private_key_pem, own_b_.private_key_pem);
    hidden("identity", "the authorities' certificates", a.authority_der, b.authority_der);
  }

  void uplink(const std::string& kind, const Uplink& a, const Uplink& b) {
    const auto subject = kind + " " + b.name;
    value(subject, "number", a.number, b.number);
    value(subject, "device", a.device, b.device);
    value(subject, "gateways", a.gateways, b.gateways);
    value(subject, "probe_budget_mb", a.probe_budget_mb, b.probe_budget_mb);
  }

  void endpoint(const std::string& kind, const HubEndpoint& a, const HubEndpoint& b) {
    const auto subject = kind + " " + b.name;
    value(subject, "address", a.address, b.address);
    value(subject, "carrier", a.carrier, b.carrier);
  }

  void hub(const std::string& kind, const Hub& a, const Hub& b) {
    const auto subject = kind + " " + b.name;
    value(subject, "number", a.number, b.number);
    value(subject, "kaido", a.kaido, b.kaido);
    value(subject, "identity", a.identity, b.identity);
    value(subject, "loopback", a.loopback, b.loopback);
    value(subject, "transports", a.transports, b.transports);
    value(subject, "wireguard_public_key", a.wireguard_key, b.wireguard_key);
    value(subject, "wireguard_base_port", a.wireguard_base_port, b.wireguard_base_port);
    value(subject, "weak_ike_proposals", a.weak_ike_proposals, b.weak_ike_proposals);
    value(subject, "weak_esp_proposals", a.weak_esp_proposals, b.weak_esp_proposals);
    parts(fmt::format("hub {}: endpoint", b.name), a.endpoints, b.endpoints, &HubEndpoint::name,
          &Differ::endpoint);
  }

  static std::string endpoint_of(const Model& model, const Slot& slot) {
    const auto& hub = model.hubs[slot.hub];
    return hub.name + "/" + hub.endpoints[slot.endpoint].name;
  }

  void slot(const std::string& kind, const Slot& a, const Slot& b) {
    const auto subject = fmt::format("{} {}", kind, b.number);
    value(subject, "uplink", a_.uplinks[a.uplink].name, b_.uplinks[b.uplink].name);
    value(subject, "endpoint", endpoint_of(a_, a), endpoint_of(b_, b));
    port(subject, a, b);
    value(subject, "wireguard_public_key", a.wireguard_key, b.wireguard_key);
    value(subject, "addresses", a.addresses, b.addresses);
    value(subject, "probe", a.probe, b.probe);
    value(subject, "probe_transports", a.probe_transports, b.probe_transports);
    const auto* key_a = own_a_.slot_key(a.number);
    const auto* key_b = own_b_.slot_key(b.number);
    if (key_a == nullptr || key_b == nullptr)
      hidden(subject, "its private WireGuard key", key_a == nullptr, key_b == nullptr);
    else
      hidden(subject, "its private WireGuard key", *key_a, *key_b);
  }

  /// A port is told as what it comes to, so that "none" need not be looked up.
  void port(const std::string& subject, const Slot& a, const Slot& b) {
    if (a.wireguard_port == b.wireguard_port) return;
    const auto effective = [](const Model& model, const Slot& slot) {
      const unsigned base = model.hubs[slot.hub].wireguard_base_port;
      return slot.wireguard_port ? unsigned{*slot.wireguard_port} : base + slot.number;
    };
    value(subject, "wireguard_port", effective(a_, a), effective(b_, b));
  }

  static std::vector<std::string> hub_names(const Model& model, const Network& network) {
    std::vector<std::string> names;
    names.reserve(network.hubs.size());
    for (const auto hub : network.hubs) names.push_back(model.hubs[hub].name);
    return names;
  }

  void network(const std::string& kind, const Network& a, const Network& b) {
    const auto subject = kind + " " + b.name;
    value(subject, "prefixes", a.prefixes, b.prefixes);
    value(subject, "hubs", hub_names(a_, a), hub_names(b_, b));
    value(subject, "devices", a.devices, b.devices);
    value(subject, "max_loss_percent", a.max_loss * 100, b.max_loss * 100);
    value(subject, "max_delay_ms", a.max_delay_ms, b.max_delay_ms);
    value(subject, "min_size", a.min_size, b.min_size);
  }

  static std::vector<Transport> transports(const Site& site) {
    std::vector<Transport> result;
    if (site.ikev2) result.push_back(Transport::ikev2);
    if (site.wireguard) result.push_back(Transport::wireguard);
    return result;
  }

  void site(const std::string& kind, const Site& a, const Site& b) {
    if (a == b) return;
    const auto subject = kind + " " + b.name;
    value(subject, "number", a.number, b.number);
    value(subject, "domain", a.domain, b.domain);
    value(subject, "prefixes", a.prefixes, b.prefixes);
    value(subject, "loopback", a.loopback, b.loopback);
    value(subject, "transports", transports(a), transports(b));
    value(subject, "weak_ike_proposals", a.weak_ike_proposals, b.weak_ike_proposals);
    value(subject, "weak_esp_proposals", a.weak_esp_proposals, b.weak_esp_proposals);
    value(subject, "groups", a.groups, b.groups);
    parts(fmt::format("site {}: slot", b.name), a.slots, b.slots, &SiteSlot::number,
          &Differ::site_slot);
  }

  void site_slot(const std::string& kind, const SiteSlot& a, const SiteSlot& b) {
    value(fmt::format("{} {}", kind, b.number), "wireguard_public_key", a.wireguard_key,
          b.wireguard_key);
  }

  void people() {
    if (a_.people && b_.people)
      settings(*a_.people, *b_.people);
    else if (a_.people || b_.people)
      found_.emplace_back(b_.people ? "people added" : "people removed");
    static const std::vector<session::Group> none;
    parts("group", a_.people ? a_.people->groups : none, b_.people ? b_.people->groups : none,
          &session::Group::name, &Differ::group);
  }

  void settings(const session::Settings& a, const session::Settings& b) {
    const auto end = [](const session::Settings& settings) {
      return settings.session_end ? time_of_day(*settings.session_end) : "none";
    };
    const auto revocation = [](const session::Settings& settings) {
      return std::string(settings.revocation_required ? "required" : "relaxed");
    };
    value("people", "issuer", a.issuer, b.issuer);
    value("people", "authorities", a.authority_files, b.authority_files);
    hidden("people", "the authorities' certificates", own_a_.people_authorities_pem,
           own_b_.people_authorities_pem);
    value("people", "revocations", a.revocation_files, b.revocation_files);
    hidden("people", "the revocation lists", own_a_.people_revocations_pem,
           own_b_.people_revocations_pem);
    value("people", "revocation", revocation(a), revocation(b));
    value("people", "session_minutes", a.session_minutes, b.session_minutes);
    value("people", "session_end", end(a), end(b));
    value("people", "addresses", a.addresses, b.addresses);
    value("people", "wireguard_port", a.wireguard_port, b.wireguard_port);
    value("people", "ikev2", word(a.ikev2), word(b.ikev2));
  }

  void group(const std::string& kind, const session::Group& a, const session::Group& b) {
    const auto subject = kind + " " + b.name;
    value(subject, "networks", a.networks, b.networks);
    value(subject, "hours", a.hours, b.hours);
  }

  const Model& a_;
  const Model& b_;
  const Identities& own_a_;
  const Identities& own_b_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> diff(const Model& running, const Identities& identities,
                              const LoadedConfiguration& wanted) {
  return Differ(running, identities, wanted).run();
}

}  // namespace kaido::config
