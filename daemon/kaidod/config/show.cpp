// From a model back to TOML: what `kaido config show` prints and what a site's admin hands over.
#include <fmt/format.h>

#include <algorithm>

#include "config/keys.hpp"
#include "config/load.hpp"
#include "config/schema.hpp"
#include "config/times.hpp"
#include "core/role.hpp"

namespace kaido::config {
namespace {

/// TOML's basic string.
std::string quote(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      result += {'\\', c};
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      result += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
    else
      result += c;
  }
  return result + '"';
}

template <typename Range, typename Convert>
std::string list(const Range& range, Convert convert) {
  std::string result = "[";
  for (const auto& item : range) {
    if (result.size() > 1) result += ", ";
    result += quote(convert(item));
  }
  return result + "]";
}

constexpr auto as_text = [](const auto& item) { return item.to_string(); };
constexpr auto as_is = [](const std::string& item) { return std::string_view(item); };
constexpr auto as_word = [](Transport transport) { return to_string(transport); };

/// Writes one table; the order and the alignment come from the schema, not from the caller.
class TableWriter {
 public:
  TableWriter(std::string& out, Section section, std::string_view indent = "")
      : out_(out), section_(section), indent_(indent) {}

  void set(std::string_view key, std::string value) { values_.emplace_back(key, std::move(value)); }

  ~TableWriter() {
    if (!out_.empty()) out_ += '\n';
    out_ += fmt::format("{}{}\n", indent_, title(section_));
    for (const auto& key : keys(section_)) {
      const auto found = std::ranges::find(values_, key.name, &Value::first);
      if (found != values_.end())
        out_ += fmt::format("{}{} = {}\n", indent_, key.name, found->second);
    }
  }
  TableWriter(const TableWriter&) = delete;
  TableWriter& operator=(const TableWriter&) = delete;

 private:
  using Value = std::pair<std::string_view, std::string>;
  std::string& out_;
  Section section_;
  std::string_view indent_;
  std::vector<Value> values_;
};

void write_gateway(std::string& out, const Gateway& gateway) {
  TableWriter table(out, Section::gateway);
  table.set("name", quote(gateway.name));
  table.set("role", quote(to_string(gateway.role)));
  table.set("number", fmt::to_string(gateway.number));
  table.set("fleet", quote(gateway.fleet.to_string()));
  table.set("loopback", list(gateway.loopback, as_text));
  table.set("forward_between", list(gateway.forward_between, as_is));
  if (gateway.role != Role::hub) table.set("own_traffic", quote(to_string(gateway.own_traffic)));
}

void write_identity(std::string& out, const Identity& identity) {
  if (identity.certificate_file.empty()) return;
  TableWriter table(out, Section::identity);
  table.set("domain", quote(identity.domain));
  table.set("certificate", quote(identity.certificate_file));
  table.set("key", quote(identity.key_file));
  table.set("authorities", list(identity.authority_files, as_is));
}

void write_wireguard(std::string& out, const Model& model) {
  TableWriter table(out, Section::wireguard);
  const auto private_key = [&] {
    if (const auto& file = model.wireguard_key_file; !file.empty())
      table.set("private_key", quote(file));
  };
  by_role(
      model,
      [&] {
        table.set("keys", quote(model.wireguard_keys));
        private_key();
      },
      [&] {
        private_key();
        table.set("base_port", fmt::to_string(model.wireguard_base_port));
      });
}

void write_probing(std::string& out, const Probing& probing) {
  TableWriter table(out, Section::probing);
  table.set("interval_ms", fmt::to_string(probing.interval_ms));
  table.set("idle_interval_ms", fmt::to_string(probing.idle_interval_ms));
  table.set("slow_interval_ms", fmt::to_string(probing.slow_interval_ms));
}

void write_single_tables(std::string& out, const Model& model) {
  write_gateway(out, model.gateway);
  write_identity(out, model.identity);
  write_wireguard(out, model);
  TableWriter(out, Section::ike).set("socket", quote(model.ike_socket));
  if (!model.is_hub()) write_probing(out, model.probing);
}

void write_endpoint(std::string& out, const HubEndpoint& endpoint, Section section,
                    std::string_view indent) {
  TableWriter table(out, section, indent);
  table.set("name", quote(endpoint.name));
  table.set("address", quote(endpoint.address.to_string()));
  table.set("carrier", quote(endpoint.carrier));
}

void write_uplink(std::string& out, const Uplink& uplink) {
  TableWriter table(out, Section::uplink);
  table.set("name", quote(uplink.name));
  table.set("number", fmt::to_string(uplink.number));
  table.set("kind", quote("ethernet"));
  table.set("device", quote(uplink.device));
  table.set("managed", quote("none"));
  table.set("gateways", list(uplink.gateways, as_text));
  table.set("probe_budget_mb", fmt::to_string(uplink.probe_budget_mb));
}

void write_hub(std::string& out, const Hub& hub) {
  {
    TableWriter table(out, Section::hub);
    table.set("name", quote(hub.name));
    table.set("number", fmt::to_string(hub.number));
    table.set("kaido", hub.kaido ? "true" : "false");
    if (!hub.identity.empty()) table.set("identity", quote(hub.identity));
    table.set("loopback", list(hub.loopback, as_text));
    table.set("transports", list(hub.transports, as_word));
    if (hub.wireguard_key) table.set("wireguard_public_key", quote(to_base64(*hub.wireguard_key)));
    table.set("wireguard_base_port", fmt::to_string(hub.wireguard_base_port));
    table.set("weak_ike_proposals", list(hub.weak_ike_proposals, as_is));
    table.set("weak_esp_proposals", list(hub.weak_esp_proposals, as_is));
  }
  for (const auto& endpoint : hub.endpoints)
    write_endpoint(out, endpoint, Section::hub_endpoint, "  ");
}

void write_slot(std::string& out, const Slot& slot, const Model& model) {
  const auto& hub = model.hubs[slot.hub];
  TableWriter table(out, Section::slot);
  table.set("number", fmt::to_string(slot.number));
  table.set("uplink", quote(model.uplinks[slot.uplink].name));
  table.set("endpoint", quote(hub.name + "/" + hub.endpoints[slot.endpoint].name));
  if (slot.wireguard_port) table.set("wireguard_port", fmt::to_string(*slot.wireguard_port));
  if (slot.wireguard_key) table.set("wireguard_public_key", quote(to_base64(*slot.wireguard_key)));
  table.set("addresses", list(slot.addresses, as_text));
  if (slot.probe) table.set("probe", quote(slot.probe->to_string()));
  if (slot.probe) table.set("probe_transports", list(slot.probe_transports, as_word));
}

void write_network(std::string& out, const Network& network, const Model& model) {
  TableWriter table(out, Section::network);
  table.set("name", quote(network.name));
  table.set("prefixes", list(network.prefixes, as_text));
  if (model.is_hub()) return table.set("devices", list(network.devices, as_is));
  table.set("hubs", list(network.hubs, [&](std::size_t hub) { return model.hubs[hub].name; }));
  table.set("max_loss_percent", fmt::format("{:g}", network.max_loss * 100));
  table.set("max_delay_ms", fmt::to_string(network.max_delay_ms));
  table.set("min_size", fmt::to_string(network.min_size));
}

std::string site_slots(const Site& site) {
  std::string result = "[\n";
  for (const auto& slot : site.slots) {
    result += fmt::format("  {{ number = {}", slot.number);
    if (slot.wireguard_key)
      result += fmt::format(", wireguard_public_key = {}", quote(to_base64(*slot.wireguard_key)));
    result += " },\n";
  }
  return result + "]";
}

void write_site(std::string& out, const Site& site) {
  std::vector<Transport> transports;
  if (site.ikev2) transports.push_back(Transport::ikev2);
  if (site.wireguard) transports.push_back(Transport::wireguard);
  TableWriter table(out, Section::site);
  table.set("name", quote(site.name));
  table.set("number", fmt::to_string(site.number));
  table.set("domain", quote(site.domain));
  table.set("prefixes", list(site.prefixes, as_text));
  table.set("loopback", list(site.loopback, as_text));
  table.set("transports", list(transports, as_word));
  table.set("weak_ike_proposals", list(site.weak_ike_proposals, as_is));
  table.set("weak_esp_proposals", list(site.weak_esp_proposals, as_is));
  table.set("groups", list(site.groups, as_is));
  table.set("slots", site_slots(site));
}

void write_people(std::string& out, const session::Settings& people) {
  TableWriter table(out, Section::people);
  table.set("issuer", quote(people.issuer));
  table.set("authorities", list(people.authority_files, as_is));
  table.set("revocations", list(people.revocation_files, as_is));
  table.set("revocation", quote(people.revocation_required ? "required" : "relaxed"));
  table.set("session_minutes", fmt::to_string(people.session_minutes));
  if (people.session_end) table.set("session_end", quote(time_of_day(*people.session_end)));
  table.set("addresses", list(people.addresses, as_text));
  if (people.wireguard_port) table.set("wireguard_port", fmt::to_string(*people.wireguard_port));
  table.set("ikev2", people.ikev2 ? "true" : "false");
}

void write_group(std::string& out, const session::Group& group) {
  TableWriter table(out, Section::group);
  table.set("name", quote(group.name));
  table.set("networks", list(group.networks, as_is));
  if (group.hours) table.set("hours", quote(to_text(*group.hours)));
}

}  // namespace

std::string show(const Model& model) {
  std::string out;
  write_single_tables(out, model);
  for (const auto& uplink : model.uplinks) write_uplink(out, uplink);
  for (const auto& hub : model.hubs) write_hub(out, hub);
  for (const auto& slot : model.slots) write_slot(out, slot, model);
  for (const auto& endpoint : model.endpoints) write_endpoint(out, endpoint, Section::endpoint, "");
  for (const auto& network : model.networks) write_network(out, network, model);
  for (const auto& site : model.sites) write_site(out, site);
  if (!model.people) return out;
  write_people(out, *model.people);
  for (const auto& group : model.people->groups) write_group(out, group);
  return out;
}

std::string site_entry(const LoadedConfiguration& loaded, const Hub& hub) {
  const auto& model = loaded.model;
  const auto has = [&](Transport transport) {
    return std::ranges::find(hub.transports, transport) != hub.transports.end();
  };
  Site site{.name = model.gateway.name,
            .number = model.gateway.number,
            .domain = model.identity.domain.empty() ? model.gateway.name : model.identity.domain,
            .prefixes = {},
            .loopback = model.gateway.loopback,
            .ikev2 = has(Transport::ikev2),
            .wireguard = has(Transport::wireguard),
            .slots = {},
            .weak_ike_proposals = hub.weak_ike_proposals,
            .weak_esp_proposals = hub.weak_esp_proposals};
  for (const auto& slot : model.slots) {
    if (model.hubs[slot.hub].name != hub.name) continue;
    site.slots.push_back({slot.number, std::nullopt});
    if (const auto* key = loaded.identities.slot_key(slot.number))
      site.slots.back().wireguard_key = public_key(*key);
  }
  std::string out = fmt::format(
      "# {} for the hub {}. In prefixes: the networks behind {}, as the hub should route them.",
      site.name, hub.name, site.name);
  write_site(out, site);
  return out;
}

}  // namespace kaido::config
