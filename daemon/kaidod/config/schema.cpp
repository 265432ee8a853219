#include "config/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace kaido::config {
namespace {

using S = Section;
using T = Type;

constexpr double kTenths = 10;
constexpr std::string_view kTransports = "ikev2|wireguard";
constexpr std::string_view kBothTransports = R"(["ikev2", "wireguard"])";
constexpr std::string_view kWeakHelp =
    "extra proposals, offered last: weaker than Kaido's own, only for a peer that has no better";

// clang-format off
constexpr std::array kKeys{
  Key{.section = S::root, .name = "gateway", .type = T::table, .required = true, .inner = S::gateway, .help = "this machine"},
  Key{.section = S::root, .name = "identity", .type = T::table, .inner = S::identity, .help = "how it proves itself in IKE"},
  Key{.section = S::root, .name = "wireguard", .type = T::table, .inner = S::wireguard, .help = "its WireGuard keys"},
  Key{.section = S::root, .name = "ike", .type = T::table, .inner = S::ike, .help = "where charon listens"},
  Key{.section = S::root, .name = "probing", .type = T::table, .roles = kSite, .inner = S::probing, .help = "how often paths are asked"},
  Key{.section = S::root, .name = "uplink", .type = T::table, .list = true, .roles = kSite, .inner = S::uplink, .help = "a way out to the internet"},
  Key{.section = S::root, .name = "hub", .type = T::table, .list = true, .roles = kSite, .inner = S::hub, .help = "a gateway that accepts tunnels"},
  Key{.section = S::root, .name = "slot", .type = T::table, .list = true, .roles = kSite, .inner = S::slot, .help = "one (uplink, hub endpoint)"},
  Key{.section = S::root, .name = "network", .type = T::table, .list = true, .inner = S::network, .help = "destinations behind hubs"},
  Key{.section = S::root, .name = "endpoint", .type = T::table, .list = true, .roles = kHub, .inner = S::endpoint, .help = "an address where sites reach this hub"},
  Key{.section = S::root, .name = "site", .type = T::table, .list = true, .roles = kHub, .inner = S::site, .help = "a gateway that may enter"},
  Key{.section = S::root, .name = "people", .type = T::table, .roles = kHub, .inner = S::people, .help = "who logs in here, and how"},
  Key{.section = S::root, .name = "group", .type = T::table, .list = true, .roles = kHub, .inner = S::group, .help = "people who reach the same networks"},

  Key{.section = S::gateway, .name = "name", .type = T::name, .required = true, .help = "its name in the fleet"},
  Key{.section = S::gateway, .name = "role", .type = T::choice, .required = true, .words = "branch|hub", .help = "what it is"},
  Key{.section = S::gateway, .name = "number", .type = T::number, .required = true, .min = 1, .max = 65535, .help = "unique in the fleet"},
  Key{.section = S::gateway, .name = "fleet", .type = T::prefix, .required = true, .help = "the fleet's ULA /48 (RFC 4193); inner addresses come out of it"},
  Key{.section = S::gateway, .name = "loopback", .type = T::address, .list = true, .preset = "[]", .help = "own addresses for the gateway's own traffic"},
  Key{.section = S::gateway, .name = "forward_between", .type = T::device, .list = true, .preset = "[]", .help = "devices of the inside between which packets are forwarded, too; all else that is not between a tunnel and what it is for is dropped"},
  Key{.section = S::gateway, .name = "own_traffic", .type = T::choice, .roles = kSite, .words = "uplink|tunnels", .preset = R"("uplink")", .help = "where goes what the gateway itself sends (time, names, updates) and no network takes; a branch whose clock is wrong gets no tunnel, and the right time only by an uplink"},

  Key{.section = S::identity, .name = "domain", .type = T::domain, .required = true, .help = "slot 3 proves itself as s3.DOMAIN, a hub as DOMAIN"},
  Key{.section = S::identity, .name = "certificate", .type = T::path, .required = true, .help = "X.509, PEM or DER"},
  Key{.section = S::identity, .name = "key", .type = T::path, .required = true, .help = "its private key, PEM or DER, mode 0600"},
  Key{.section = S::identity, .name = "authorities", .type = T::path, .list = true, .required = true, .help = "certificates of the trusted authorities"},

  Key{.section = S::wireguard, .name = "keys", .type = T::path, .roles = kSite, .preset = R"("wireguard")", .help = "folder of slot-1.key, slot-2.key …"},
  Key{.section = S::wireguard, .name = "private_key", .type = T::path, .roles = kHub, .help = "file with the hub's private key, mode 0600"},
  Key{.section = S::wireguard, .name = "base_port", .type = T::number, .roles = kHub, .min = 1, .max = 65534, .preset = "51800", .help = "slot 3 of every site comes in at base_port + 3"},

  Key{.section = S::ike, .name = "socket", .type = T::path, .preset = R"("/var/run/charon.vici")", .help = "charon's VICI socket"},

  Key{.section = S::probing, .name = "interval_ms", .type = T::number, .roles = kSite, .min = 10, .max = 1000, .preset = "50", .help = "between probes of the path in use and of two standbys: an outage is noticed after 3 of them at best"},
  Key{.section = S::probing, .name = "idle_interval_ms", .type = T::number, .roles = kSite, .min = 10, .max = 10000, .preset = "1250", .help = "the same, while no traffic but probes flows"},
  Key{.section = S::probing, .name = "slow_interval_ms", .type = T::number, .roles = kSite, .min = 10, .max = 60000, .preset = "5000", .help = "between probes of all other paths"},

  Key{.section = S::uplink, .name = "name", .type = T::name, .required = true, .help = "its name"},
  Key{.section = S::uplink, .name = "number", .type = T::number, .required = true, .min = 1, .max = 15, .help = "stable: names the VRF and its table"},
  Key{.section = S::uplink, .name = "kind", .type = T::choice, .words = "ethernet", .preset = R"("ethernet")", .help = "how it connects"},
  Key{.section = S::uplink, .name = "device", .type = T::device, .required = true, .help = "interface"},
  Key{.section = S::uplink, .name = "managed", .type = T::choice, .words = "none", .preset = R"("none")", .help = "none: addresses and links are observed, not made"},
  Key{.section = S::uplink, .name = "gateways", .type = T::address, .list = true, .preset = "[]", .help = "one per family at most; a family without one takes the device's default route"},
  Key{.section = S::uplink, .name = "probe_budget_mb", .type = T::number, .roles = kSite, .min = 0, .max = 1000000, .preset = "0", .help = "MB a month that measuring may cost on this uplink, for one that is paid by volume: once a day's share of it is used up paths are asked more rarely; 0: no limit"},

  Key{.section = S::hub, .name = "name", .type = T::name, .required = true, .help = "its name"},
  Key{.section = S::hub, .name = "number", .type = T::number, .required = true, .min = 1, .max = 65535, .help = "its gateway number"},
  Key{.section = S::hub, .name = "kaido", .type = T::flag, .preset = "true", .help = "false: plain swanctl and wg-quick"},
  Key{.section = S::hub, .name = "identity", .type = T::text, .help = "the IKE identity that it has to prove"},
  Key{.section = S::hub, .name = "loopback", .type = T::address, .list = true, .preset = "[]", .help = "its own addresses, reachable through every tunnel to it"},
  Key{.section = S::hub, .name = "transports", .type = T::choice, .list = true, .words = kTransports, .preset = kBothTransports, .help = "how to reach it"},
  Key{.section = S::hub, .name = "wireguard_public_key", .type = T::wireguard_key, .help = "its public key"},
  Key{.section = S::hub, .name = "wireguard_base_port", .type = T::number, .min = 1, .max = 65534, .preset = "51800", .help = "slot 3 meets it at this + 3"},
  Key{.section = S::hub, .name = "weak_ike_proposals", .type = T::proposal, .list = true, .preset = "[]", .help = kWeakHelp},
  Key{.section = S::hub, .name = "weak_esp_proposals", .type = T::proposal, .list = true, .preset = "[]", .help = kWeakHelp},
  Key{.section = S::hub, .name = "endpoint", .type = T::table, .list = true, .inner = S::hub_endpoint, .help = "an address of the hub"},

  Key{.section = S::hub_endpoint, .name = "name", .type = T::name, .required = true, .help = "its name"},
  Key{.section = S::hub_endpoint, .name = "address", .type = T::address, .required = true, .help = "IPv4 or IPv6"},
  Key{.section = S::hub_endpoint, .name = "carrier", .type = T::text, .preset = R"("")", .help = "for people only"},

  Key{.section = S::slot, .name = "number", .type = T::number, .required = true, .min = 1, .max = 255, .help = "stable: never changes its meaning"},
  Key{.section = S::slot, .name = "uplink", .type = T::name, .required = true, .help = "name of an [[uplink]]"},
  Key{.section = S::slot, .name = "endpoint", .type = T::text, .required = true, .help = "HUB/ENDPOINT"},
  Key{.section = S::slot, .name = "wireguard_port", .type = T::number, .min = 1, .max = 65535, .help = "instead of the hub's base port + number"},
  Key{.section = S::slot, .name = "wireguard_public_key", .type = T::wireguard_key, .help = "instead of the hub's, for plain hubs"},
  Key{.section = S::slot, .name = "addresses", .type = T::host_prefix, .list = true, .preset = "[]", .help = "own addresses inside this slot's tunnels"},
  Key{.section = S::slot, .name = "probe", .type = T::address, .help = "an address inside the tunnels that answers ICMP echo and is no other slot's; for hubs with kaido = false, whose paths are not measured without it"},
  Key{.section = S::slot, .name = "probe_transports", .type = T::choice, .list = true, .words = kTransports, .preset = kBothTransports, .help = "the tunnels by which it answers: a plain hub may let it into one only, or answer one by the other"},

  Key{.section = S::network, .name = "name", .type = T::name, .required = true, .help = "its name"},
  Key{.section = S::network, .name = "prefixes", .type = T::prefix, .list = true, .required = true, .help = "destinations"},
  Key{.section = S::network, .name = "hubs", .type = T::name, .list = true, .required = true, .roles = kSite, .help = "in order of preference"},
  Key{.section = S::network, .name = "devices", .type = T::device, .list = true, .roles = kHub, .preset = "[]", .help = "the hub's devices that face it: nothing speaks as this network by another one; empty: the device by which the hub's own route leads to the sender"},
  Key{.section = S::network, .name = "max_loss_percent", .type = T::decimal, .roles = kSite, .min = 1, .max = 500, .preset = "2", .help = "a path that loses more, in either direction, is used only when no other keeps within the limits"},
  Key{.section = S::network, .name = "max_delay_ms", .type = T::number, .roles = kSite, .min = 10, .max = 10000, .preset = "400", .help = "the same for its round trip"},
  Key{.section = S::network, .name = "min_size", .type = T::number, .roles = kSite, .min = 576, .max = 9000, .preset = "1280", .help = "the same for the largest packet that passes, in bytes"},

  Key{.section = S::endpoint, .name = "name", .type = T::name, .required = true, .help = "its name"},
  Key{.section = S::endpoint, .name = "address", .type = T::address, .required = true, .help = "IPv4 or IPv6"},
  Key{.section = S::endpoint, .name = "carrier", .type = T::text, .preset = R"("")", .help = "for people only"},

  Key{.section = S::site, .name = "name", .type = T::name, .required = true, .help = "its name"},
  Key{.section = S::site, .name = "number", .type = T::number, .required = true, .min = 1, .max = 65535, .help = "its gateway number"},
  Key{.section = S::site, .name = "domain", .type = T::domain, .required = true, .help = "slot 3 proves s3.DOMAIN"},
  Key{.section = S::site, .name = "prefixes", .type = T::prefix, .list = true, .preset = "[]", .help = "networks behind the site"},
  Key{.section = S::site, .name = "loopback", .type = T::address, .list = true, .preset = "[]", .help = "its own addresses"},
  Key{.section = S::site, .name = "transports", .type = T::choice, .list = true, .words = kTransports, .preset = kBothTransports, .help = "how it may enter"},
  Key{.section = S::site, .name = "weak_ike_proposals", .type = T::proposal, .list = true, .preset = "[]", .help = kWeakHelp},
  Key{.section = S::site, .name = "weak_esp_proposals", .type = T::proposal, .list = true, .preset = "[]", .help = kWeakHelp},
  Key{.section = S::site, .name = "groups", .type = T::name, .list = true, .preset = "[]", .help = "sites that have a group in common may speak with each other through this hub; others may not"},
  Key{.section = S::site, .name = "slots", .type = T::table, .list = true, .required = true, .inner = S::site_slot, .help = "its slots towards this hub"},

  Key{.section = S::site_slot, .name = "number", .type = T::number, .required = true, .min = 1, .max = 255, .help = "as the site numbers it"},
  Key{.section = S::site_slot, .name = "wireguard_public_key", .type = T::wireguard_key, .help = "the site's public key of this slot"},

  Key{.section = S::people, .name = "issuer", .type = T::text, .roles = kHub, .preset = R"("")", .help = "what authenticator apps show beside the code, 64 bytes at most, no ':'; empty: the gateway's name"},
  Key{.section = S::people, .name = "authorities", .type = T::path, .list = true, .required = true, .roles = kHub, .help = "certificates of the authorities that issue people's certificates"},
  Key{.section = S::people, .name = "revocations", .type = T::path, .list = true, .roles = kHub, .preset = "[]", .help = "their revocation lists (CRLs), PEM or DER"},
  Key{.section = S::people, .name = "revocation", .type = T::choice, .roles = kHub, .words = "relaxed|required", .preset = R"("relaxed")", .help = "required: a certificate whose authority has no fresh revocation list here is refused"},
  Key{.section = S::people, .name = "session_minutes", .type = T::number, .roles = kHub, .min = 5, .max = 10080, .preset = "720", .help = "how long one login lasts at most"},
  Key{.section = S::people, .name = "session_end", .type = T::time_of_day, .roles = kHub, .help = "when all sessions end, by this machine's local time, whenever they began"},
  Key{.section = S::people, .name = "addresses", .type = T::prefix, .list = true, .roles = kHub, .preset = "[]", .help = "what people's devices get an address from: IPv4 from /8 to /30, IPv6 from /48 to /120, one of each at most"},
  Key{.section = S::people, .name = "wireguard_port", .type = T::number, .roles = kHub, .min = 1, .max = 65535, .help = "where people's devices come in; none of base_port + 1 to base_port + 255, which are the sites'"},
  Key{.section = S::people, .name = "ikev2", .type = T::flag, .roles = kHub, .preset = "false", .help = "devices without a WireGuard key come in by IKEv2 with their certificate, while their session lives; needs addresses and [identity]"},

  Key{.section = S::group, .name = "name", .type = T::name, .required = true, .roles = kHub, .help = "its name"},
  Key{.section = S::group, .name = "networks", .type = T::name, .list = true, .required = true, .roles = kHub, .help = "names of each [[network]] that its members reach"},
  Key{.section = S::group, .name = "hours", .type = T::hours, .roles = kHub, .help = "when its members may be logged in, by this machine's local time; 22:00-06:00 goes on into the next day; without it: always"},
};
// clang-format on
static_assert(std::ranges::is_sorted(kKeys, {}, &Key::section));

struct Nouns {
  std::string_view one;
  std::string_view many;
};

Nouns nouns(Type type) {
  switch (type) {
    case T::number:
    case T::decimal:
      return {"a number", "numbers"};
    case T::flag:
      return {"true or false", "true or false"};
    case T::choice:
      return {"a word", "words"};
    case T::name:
      return {"a name", "names"};
    case T::text:
      return {"a string", "strings"};
    case T::domain:
      return {"a domain name", "domain names"};
    case T::path:
      return {"a file name", "file names"};
    case T::device:
      return {"an interface name", "interface names"};
    case T::address:
      return {"an IPv4 or IPv6 address", "IPv4 or IPv6 addresses"};
    case T::prefix:
      return {"a prefix such as 10.1.0.0/16", "prefixes such as 10.1.0.0/16"};
    case T::host_prefix:
      return {"an address such as 10.1.0.2/32", "addresses such as 10.1.0.2/32"};
    case T::wireguard_key:
      return {"44 characters of base64", "WireGuard keys"};
    case T::proposal:
      return {"a proposal such as aes128-sha256-modp2048",
              "proposals such as aes128-sha256-modp2048"};
    case T::time_of_day:
      return {R"(a time such as "04:00")", R"(times such as "04:00")"};
    case T::hours:
      return {R"(hours such as "mon-fri 08:00-20:00")", R"(hours such as "mon-fri 08:00-20:00")"};
    case T::table:
      return {"a table", "tables"};
  }
  return {"a value", "values"};
}

/// "ikev2|wireguard" -> `"ikev2" or "wireguard"`.
std::string alternatives(std::string_view words) {
  std::string text;
  while (!words.empty()) {
    const auto bar = words.find('|');
    if (!text.empty()) text += bar == std::string_view::npos ? " or " : ", ";
    text += fmt::format("\"{}\"", words.substr(0, bar));
    words = bar == std::string_view::npos ? std::string_view{} : words.substr(bar + 1);
  }
  return text;
}

}  // namespace

std::span<const Key> keys() { return kKeys; }

std::span<const Key> keys(Section section) {
  const auto range = std::ranges::equal_range(kKeys, section, {}, &Key::section);
  return {range.begin(), range.end()};
}

const Key* find_key(Section section, std::string_view name) {
  const auto all = keys(section);
  const auto found = std::ranges::find(all, name, &Key::name);
  return found == all.end() ? nullptr : &*found;
}

std::string_view title(Section section) {
  switch (section) {
    case S::root:
      return "the file";
    case S::gateway:
      return "[gateway]";
    case S::identity:
      return "[identity]";
    case S::wireguard:
      return "[wireguard]";
    case S::ike:
      return "[ike]";
    case S::probing:
      return "[probing]";
    case S::uplink:
      return "[[uplink]]";
    case S::hub:
      return "[[hub]]";
    case S::hub_endpoint:
      return "[[hub.endpoint]]";
    case S::slot:
      return "[[slot]]";
    case S::network:
      return "[[network]]";
    case S::endpoint:
      return "[[endpoint]]";
    case S::site:
      return "[[site]]";
    case S::site_slot:
      return "slots of [[site]]";
    case S::people:
      return "[people]";
    case S::group:
      return "[[group]]";
  }
  return "";
}

std::string expectation_of_item(const Key& key) {
  if (key.type == T::number) return fmt::format("a number from {} to {}", key.min, key.max);
  if (key.type == T::decimal)
    return fmt::format("a number from {:g} to {:g}", static_cast<double>(key.min) / kTenths,
                       static_cast<double>(key.max) / kTenths);
  if (key.type == T::choice) return alternatives(key.words);
  return std::string(nouns(key.type).one);
}

std::string expectation(const Key& key) {
  if (key.type == T::table) {
    if (!key.list) return fmt::format("a table, written [{}]", key.name);
    if (key.inner == S::site_slot) return "a list of tables, written slots = [{ number = 1 }]";
    return fmt::format("a list of tables, each written {}", title(key.inner));
  }
  if (!key.list) return expectation_of_item(key);
  if (key.type == T::choice) return fmt::format("a list of {}", alternatives(key.words));
  return fmt::format("a list of {}", nouns(key.type).many);
}

Roles roles_of(Role role) { return role == Role::hub ? kHub : kSite; }

std::int64_t preset_number(Section section, std::string_view name) {
  std::int64_t value = 0;
  const auto text = find_key(section, name)->preset;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

double preset_decimal(Section section, std::string_view name) {
  double value = 0;
  const auto text = find_key(section, name)->preset;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string preset_text(Section section, std::string_view name) {
  const auto text = find_key(section, name)->preset;
  return std::string(text.size() < 2 ? text : text.substr(1, text.size() - 2));
}

}  // namespace kaido::config
