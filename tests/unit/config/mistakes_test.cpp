// A table of what people get wrong: each row changes a sample and states where the mistake is told
// and what has to be in the message.
#include <gtest/gtest.h>

#include <memory>

#include "unit/config/folder.hpp"

namespace kaido::config {
namespace {

struct Row {
  const char* name;
  const char* sample;
  const char* from;  ///< exactly once in the sample
  const char* to;
  std::vector<std::string> expected;  ///< each is a fragment of one mistake, in this order
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

std::vector<std::string> told(const Row& row) {
  const auto text = replaced(read_text(std::filesystem::path(DATA) / row.sample), row.from, row.to);
  const auto loaded = load_text(text, "k.toml", {.now = kNow, .read_files = false});
  std::vector<std::string> lines;
  if (!loaded)
    for (const auto& mistake : loaded.error()) lines.push_back(mistake.to_string());
  return lines;
}

class Mistake : public ::testing::TestWithParam<Row> {};

TEST_P(Mistake, IsToldWithItsPlaceAndARemedy) {
  const auto lines = told(GetParam());
  const auto& expected = GetParam().expected;
  for (std::size_t i = 0; i < std::max(lines.size(), expected.size()); ++i) {
    if (i >= lines.size())
      ADD_FAILURE() << "not told: " << expected[i];
    else if (i >= expected.size())
      ADD_FAILURE() << "told without need: " << lines[i];
    else
      EXPECT_NE(lines[i].find(expected[i]), std::string::npos)
          << "told: " << lines[i] << "\nexpected: " << expected[i];
  }
}

constexpr char kBranch[] = "branch.toml";
constexpr char kHub[] = "hub.toml";

const std::vector<Row> kShapes{
    {"UnknownKey",
     kBranch,
     "device = \"eth1\"",
     "devise = \"eth1\"",
     {"k.toml:22:1: [[uplink]] needs \"device\": an interface name",
      "k.toml:26:1: unknown key \"devise\" in [[uplink]] (did you mean \"device\"?)"}},
    {"KeyOfAnotherTable",
     kBranch,
     "kind = \"ethernet\"\ndevice = \"eth1\"",
     "authorities = []\ndevice = \"eth1\"",
     {"k.toml:25:1: unknown key \"authorities\" in [[uplink]] (it belongs in [identity])"}},
    {"UnknownTable",
     kBranch,
     "[wireguard]",
     "[wiregard]",
     {":16:2: unknown key \"wiregard\" in the file (did you mean \"wireguard\"?)"}},
    {"StrongProposalsAreNoOption",
     kBranch,
     "kaido = false  ",
     "ike_proposals = []\nkaido = false  ",
     {"unknown key \"ike_proposals\" in [[hub]] (did you mean \"weak_ike_proposals\"?)"}},
    {"NumberAsString",
     kBranch,
     "number = 7 ",
     "number = \"7\" ",
     {"k.toml:6:10: number: expected a number from 1 to 65535, found a string"}},
    {"NumberOutOfRange",
     kBranch,
     "number = 7 ",
     "number = 65536 ",
     {"k.toml:6:10: number: expected a number from 1 to 65535, found 65536"}},
    {"NumberWithFraction",
     kBranch,
     "number = 7 ",
     "number = 7.5 ",
     {":6:10: number: expected a number from 1 to 65535, found a number with a fraction"}},
    {"UplinkNumberOutOfRange",
     kBranch,
     "number = 2\nkind",
     "number = 16\nkind",
     {":32:10: number: expected a number from 1 to 15, found 16"}},
    {"StringAsNumber",
     kBranch,
     "name = \"osaka\"",
     "name = 5",
     {":4:8: name: expected a name, found a number"}},
    {"TextAsList",
     kBranch,
     "hubs = [\"tokyo\"]",
     "hubs = \"tokyo\"",
     {":87:8: hubs: expected a list of names, found a string"}},
    {"FlagAsString",
     kBranch,
     "kaido = false",
     "kaido = \"no\"",
     {":57:9: kaido: expected true or false, found a string"}},
    {"Date",
     kBranch,
     "device = \"eth1\"",
     "device = 2026-01-01",
     {":26:10: device: expected an interface name, found a date or time"}},
    {"TableAsList",
     kBranch,
     "[ike]",
     "[[ike]]",
     {":19:1: ike: expected a table, written [ike], found a list"}},
    {"UnknownRole",
     kBranch,
     "role = \"branch\"",
     "role = \"brunch\"",
     {":5:8: role: expected \"branch\" or \"hub\", found \"brunch\" (did you mean "
      "\"branch\"?)"}},
    {"UnknownTransport",
     kBranch,
     "transports = [\"wireguard\"]",
     "transports = [\"wiregard\"]",
     {":59:15: transports: expected \"ikev2\" or \"wireguard\", found \"wiregard\" (did you mean "
      "\"wireguard\"?)"}},
    {"SiteInABranch",
     kBranch,
     "[ike]",
     "[[site]]\nname = \"x\"\n[ike]",
     {":19:3: [[site]] is for a hub, and this gateway is a site"}},
    {"SlotInAHub",
     kHub,
     "[[site]]",
     "[[slot]]\nnumber = 1\n[[site]]",
     {"[[slot]] is for a site, and this gateway is a hub"}},
    {"BasePortOfABranch",
     kBranch,
     "keys = \"wireguard\"",
     "base_port = 5",
     {":17:1: \"base_port\" is for a hub, and this gateway is a site"}},
    {"BadAddress",
     kBranch,
     "\"203.0.113.1\"",
     "\"203.0.113.256\"",
     {":48:13: address: expected an IPv4 or IPv6 address, found \"203.0.113.256\""}},
    {"BadPrefix",
     kBranch,
     "\"10.60.0.0/24\"",
     "\"10.60.0.0/33\"",
     {":91:13: prefixes: expected a prefix such as 10.1.0.0/16, found \"10.60.0.0/33\" (a length "
      "from 0 to 32)"}},
    {"HostBits",
     kBranch,
     "\"fd50::/32\"",
     "\"fd50::1/32\"",
     {":86:29: prefixes: the prefix \"fd50::1/32\" has host bits (write \"fd50::/32\")"}},
    {"SlotAddressIsNoHost",
     kBranch,
     "\"10.99.1.2/32\"",
     "\"10.99.1.2/24\"",
     {":82:14: addresses: expected an address such as 10.1.0.2/32, found \"10.99.1.2/24\" (write "
      "\"10.99.1.2/32\")"}},
    {"LongDevice",
     kBranch,
     "\"eth1\"",
     "\"a-very-long-name\"",
     {":26:10: device: expected an interface name, found \"a-very-long-name\" (15 characters at "
      "most, this has 16)"}},
    {"DeviceWithSlash",
     kBranch,
     "\"eth1\"",
     "\"eth/1\"",
     {":26:10: device: expected an interface name, found \"eth/1\""}},
    {"ShortKeyIsNotShown",
     kBranch,
     "\"mSRtEZcd1sfrdzPAsiC+ZM85spHALYfKwkXjdqm7hjE=\"",
     "\"mSRtEZcd1sfrdzPAsiC\"",
     {":43:24: wireguard_public_key: expected 44 characters of base64, found 19 characters that "
      "are not such a key (as `wg pubkey` prints it)"}},
    {"KeyInsteadOfItsFile",
     kHub,
     "private_key = \"wireguard/hub.key\"",
     "private_key = \"mSRtEZcd1sfrdzPAsiC+ZM85spHALYfKwkXjdqm7hjE=\"",
     {":17:15: private_key: expected a file name, found text that is none (the name of a file"}},
    {"BadDomain",
     kBranch,
     "domain = \"osaka.kaido.example\"",
     "domain = \"osaka..example\"",
     {":11:10: domain: expected a domain name, found \"osaka..example\""}},
    {"BadName",
     kBranch,
     "name = \"osaka\"",
     "name = \"o/saka\"",
     {":4:8: name: expected a name, found \"o/saka\""}},
    {"MissingTable",
     kBranch,
     "[identity]",
     "[wireguard.x]",
     {"the file needs [identity]: a tunnel uses the transport ikev2",
      "unknown key \"x\" in [wireguard]"}},
    {"Syntax", kBranch, "name = \"osaka\"", "name = \"osaka", {":4:14: "}},
    {"SyntaxThatTomlPlusPlusAsserts",
     kBranch,
     "[ike]",
     "[\\ke]",
     {":19:2: Error while parsing key: expected bare key starting character"}},
    {"LettersOutsideOfAString", kBranch, "\"osaka\"", "オオサカ", {":4:8: Error while parsing"}},
    {"RoleOfLater",
     kBranch,
     "role = \"branch\"",
     "role = \"box\"",
     {":5:8: role: \"box\" is planned (use \"branch\")"}},
    {"DuplicateKey", kBranch, "role = \"branch\"", "role = \"branch\"\nrole = \"box\"", {":6:"}},
};

const std::vector<Row> kLimits{
    {"LossOutOfRange",
     kBranch,
     "hubs = [\"plain\"]",
     "hubs = [\"plain\"]\nmax_loss_percent = 50.5",
     {":93:20: max_loss_percent: expected a number from 0.1 to 50, found 50.5"}},
    {"LossIsNoNumber",
     kBranch,
     "hubs = [\"plain\"]",
     "hubs = [\"plain\"]\nmax_loss_percent = nan",
     {":93:20: max_loss_percent: expected a number from 0.1 to 50, found nan"}},
    {"LossAsString",
     kBranch,
     "hubs = [\"plain\"]",
     "hubs = [\"plain\"]\nmax_loss_percent = \"2%\"",
     {":93:20: max_loss_percent: expected a number from 0.1 to 50, found a string"}},
    {"SizeUnderWhatIPv4Promises",
     kBranch,
     "hubs = [\"plain\"]",
     "hubs = [\"plain\"]\nmin_size = 500",
     {":93:12: min_size: expected a number from 576 to 9000, found 500"}},
    {"ProbesTooFast",
     kBranch,
     "[ike]",
     "[probing]\ninterval_ms = 5\n[ike]",
     {":20:15: interval_ms: expected a number from 10 to 1000, found 5"}},
    {"IdleFasterThanBusy",
     kBranch,
     "[ike]",
     "[probing]\ninterval_ms = 500\nidle_interval_ms = 100\nslow_interval_ms = 400\n[ike]",
     {":21:20: idle_interval_ms: 100 is less than interval_ms, 500",
      ":22:20: slow_interval_ms: 400 is less than interval_ms, 500"}},
    {"ProbingOfAHub",
     kHub,
     "[[network]]",
     "[probing]\n[[network]]",
     {"[probing] is for a site, and this gateway is a hub"}},
    {"LimitsOfAHubsNetwork",
     kHub,
     "[[network]]",
     "[[network]]\nmin_size = 1280",
     {"\"min_size\" is for a site, and this gateway is a hub"}},
    {"ProbeOfAKaido",
     kBranch,
     "endpoint = \"tokyo/b\"",
     "endpoint = \"tokyo/b\"\nprobe = \"10.50.255.101\"",
     {":76:9: probe: hub tokyo is a Kaido, which is asked by itself (leave it out"}},
    {"ProbeIsOurOwn",
     kBranch,
     "endpoint = \"plain/a\"",
     "endpoint = \"plain/a\"\nprobe = \"10.99.1.2\"",
     {":81:9: probe: 10.99.1.2 is this gateway's own (an address of the hub"}},
    {"ProbeByNoTransport",
     kBranch,
     "endpoint = \"plain/a\"",
     "endpoint = \"plain/a\"\nprobe = \"10.99.1.1\"\nprobe_transports = []",
     {":82:20: probe_transports: expected at least one"}},
    {"ProbeIsLoopback",
     kBranch,
     "endpoint = \"plain/a\"",
     "endpoint = \"plain/a\"\nprobe = \"127.0.0.1\"",
     {":81:9: probe: 127.0.0.1 is this machine's own loopback"}},
};

const std::vector<Row> kMeanings{
    {"FleetIsNoUla",
     kBranch,
     "fd4b:6169:646f::/48",
     "2001:db8:1::/48",
     {":7:9: fleet: expected a /48 of fd00::/8 (RFC 4193), found 2001:db8:1::/48"}},
    {"FleetIsTooLong",
     kBranch,
     "fd4b:6169:646f::/48",
     "fd4b:6169:646f::/56",
     {":7:9: fleet: expected a /48 of fd00::/8"}},
    {"UplinkNameTwice",
     kBranch,
     "name = \"isp2\"",
     "name = \"isp1\"",
     {":31:8: name: isp1 is taken by another uplink (line 23)",
      ":74:10: there is no uplink named \"isp2\" (did you mean \"isp1\"?)"}},
    {"UplinkNumberTwice",
     kBranch,
     "number = 2\nkind",
     "number = 1\nkind",
     {":32:10: number: 1 is taken by another uplink (line 24)"}},
    {"DeviceTwice",
     kBranch,
     "\"eth2\"",
     "\"eth1\"",
     {":34:10: device: eth1 is taken by another uplink (line 26)"}},
    {"HubNumberTwice",
     kBranch,
     "number = 104",
     "number = 101",
     {":56:10: number: 101 is taken by another hub (line 39)"}},
    {"HubHasOurNumber",
     kBranch,
     "number = 104",
     "number = 7",
     {":56:10: number: 7 is this gateway's own (line 6)"}},
    {"SlotNumberTwice",
     kBranch,
     "number = 2\nuplink",
     "number = 1\nuplink",
     {":73:10: number: 1 is taken by another slot (line 68)"}},
    {"SlotOfTheSamePair",
     kBranch,
     "uplink = \"isp2\"\nendpoint = \"tokyo/b\"",
     "uplink = \"isp1\"\nendpoint = \"tokyo/a\"",
     {":75:12: slot 2 is the same uplink and endpoint as slot 1 (line 67)"}},
    {"UnknownUplink",
     kBranch,
     "uplink = \"isp2\"",
     "uplink = \"ips2\"",
     {":74:10: there is no uplink named \"ips2\" (did you mean \"isp2\"?)"}},
    {"UnknownHub",
     kBranch,
     "hubs = [\"plain\"]",
     "hubs = [\"plane\"]",
     {":92:9: there is no hub named \"plane\" (did you mean \"plain\"?)"}},
    {"UnknownEndpoint",
     kBranch,
     "\"tokyo/b\"",
     "\"tokyo/bb\"",
     {":75:12: there is no endpoint of hub tokyo named \"bb\" (did you mean \"b\"?)"}},
    {"EndpointWithoutHub",
     kBranch,
     "\"tokyo/b\"",
     "\"b\"",
     {":75:12: endpoint: expected HUB/ENDPOINT, found \"b\" (such as \"tokyo/a\")"}},
    {"NetworkWithoutHubs",
     kBranch,
     "hubs = [\"plain\"]",
     "hubs = []",
     {":92:8: hubs: a network needs at least one hub"}},
    {"HubTwiceInANetwork",
     kBranch,
     "hubs = [\"plain\"]",
     "hubs = [\"plain\", \"plain\"]",
     {":92:18: hub \"plain\" is listed twice"}},
    {"NetworkWithoutAWay",
     kBranch,
     "endpoint = \"plain/a\"",
     "endpoint = \"tokyo/a\"",
     {":80:12: slot 3 is the same uplink and endpoint as slot 1",
      ":92:8: hubs: no slot leads to any hub of network partner"}},
    {"HubWithoutKey",
     kBranch,
     "wireguard_public_key = \"zZnhdTwGKcwSnWDu3i2z0rYpkLGAPeVlBBEJMHHb3Ck=\"",
     "",
     {":54:1: hub plain needs \"wireguard_public_key\": wireguard is in its transports"}},
    {"HubWithoutIdentity",
     kBranch,
     "identity = \"tokyo.kaido.example\"",
     "",
     {":37:1: hub tokyo needs \"identity\": ikev2 is in its transports"}},
    {"HubWithoutTransports",
     kBranch,
     "transports = [\"wireguard\"]",
     "transports = []",
     {":59:14: transports: expected at least one"}},
    {"HubWithoutEndpoints",
     kBranch,
     "[[hub.endpoint]]\n  name = \"a\"\n  address = \"198.51.100.4\"",
     "",
     {":54:1: a hub needs at least one [[hub.endpoint]]", "there is no endpoint of hub plain"}},
    {"EndpointAddressTwice",
     kBranch,
     "\"2001:db8:b::1\"",
     "\"203.0.113.1\"",
     {":52:13: address: 203.0.113.1 is taken by another endpoint (line 48)"}},
    {"EndpointIsMulticast",
     kBranch,
     "\"2001:db8:b::1\"",
     "\"ff02::1\"",
     {":52:13: address: ff02::1 is a multicast address"}},
    // The device's default route serves the family that has no gateway here.
    {"GatewayOfOneFamilyOnly", kBranch, "uplink = \"isp2\"\n", "uplink = \"isp1\"\n", {}},
    {"TwoGatewaysOfAFamily",
     kBranch,
     "[\"192.168.1.1\"]",
     "[\"192.168.1.1\", \"192.168.1.2\"]",
     {":28:12: gateways: expected one IPv4 address at most"}},
    {"PortOutOfRange",
     kBranch,
     "wireguard_base_port = 51800",
     "wireguard_base_port = 65534",
     {":73:10: slot 2: its WireGuard port would be 65534 + 2 = 65536, past 65535"}},
    {"NetworksOverlap",
     kBranch,
     "\"10.60.0.0/24\"",
     "\"10.50.7.0/24\"",
     {":91:13: 10.50.7.0/24 of network partner overlaps 10.50.0.0/16 of network corp (line 86)"}},
    {"TheSamePrefixTwice",
     kBranch,
     "\"10.60.0.0/24\"",
     "\"10.60.0.0/24\", \"10.60.0.0/24\"",
     {":91:29: 10.60.0.0/24 of network partner overlaps 10.60.0.0/24 of network partner (line "
      "91)"}},
    {"NetworkCoversTheFleet",
     kBranch,
     "\"fd50::/32\"",
     "\"fd00::/8\"",
     {":86:29: fd00::/8 of network corp overlaps the fleet's fd4b:6169:646f::/48 (line 7)"}},
    {"NetworkCoversOurLoopback",
     kBranch,
     "\"10.60.0.0/24\"",
     "\"10.1.0.0/16\"",
     {":91:13: 10.1.0.0/16 of network partner overlaps this gateway's loopback 10.1.7.1/32 (line "
      "8)"}},
    {"LoopbackIsTheHubs",
     kBranch,
     "loopback = [\"10.1.7.1\"]",
     "loopback = [\"10.50.255.101\"]",
     {":41:13: 10.50.255.101/32, loopback of hub tokyo overlaps this gateway's loopback",
      ":86:13: 10.50.0.0/16 of network corp overlaps this gateway's loopback"}},
    {"ADefaultRouteOverlapsNothing", kBranch, "\"10.60.0.0/24\"", "\"0.0.0.0/0\", \"::/0\"", {}},
    {"BadLoopback",
     kBranch,
     "loopback = [\"10.1.7.1\"]",
     "loopback = [\"127.0.0.1\"]",
     {":8:13: loopback: 127.0.0.1 is this machine's own loopback"}},
    {"WeakProposalIsNone",
     kBranch,
     "kaido = false  ",
     "weak_ike_proposals = [\"aes128 sha1\"]\nkaido = false  ",
     {":57:23: weak_ike_proposals: expected a proposal such as"}},
    {"WeakProposalsByTheirName",
     kBranch,
     "kaido = false  ",
     "weak_ike_proposals = [\"aes128-sha1-modp1024\"]\nkaido = false  ",
     {}},
};

constexpr char kSecondSite[] = R"([[site]]
name = "nagoya"
number = 8
domain = "nagoya.kaido.example"
prefixes = ["10.1.8.0/24"]
transports = ["ikev2"]
slots = [{ number = 1 }]

[[site]]
name = "osaka")";

/// The sample's site, after another one that each row spoils.
Row second_site(const char* name, const char* from, const char* to,
                std::vector<std::string> expected) {
  static std::vector<std::unique_ptr<std::string>> kept;
  kept.push_back(std::make_unique<std::string>(replaced(kSecondSite, from, to)));
  return {name, kHub, "[[site]]\nname = \"osaka\"", kept.back()->c_str(), std::move(expected)};
}

const std::vector<Row> kHubs{
    second_site("TwoSites", "number = 8", "number = 8", {}),
    second_site("SiteNameTwice", "\"nagoya\"", "\"osaka\"",
                {":41:8: name: osaka is taken by another site (line 33)"}),
    second_site("SiteNumberTwice", "number = 8", "number = 7",
                {":42:10: number: 7 is taken by another site (line 34)"}),
    second_site("SiteHasOurNumber", "number = 8", "number = 101",
                {":34:10: number: 101 is this gateway's own (line 6)"}),
    second_site("SiteDomainTwice", "\"nagoya.kaido.example\"", "\"osaka.kaido.example\"",
                {":43:10: domain: osaka.kaido.example is taken by another site (line 35)"}),
    second_site(
        "SitesOverlap", "10.1.8.0/24", "10.1.0.0/16",
        {":44:13: 10.1.7.0/24 of site osaka overlaps 10.1.0.0/16 of site nagoya (line 36)"}),
    second_site(
        "SiteInOurNetwork", "10.1.8.0/24", "10.50.8.0/24",
        {":36:13: 10.50.8.0/24 of site nagoya overlaps 10.50.0.0/16 of network corp (line 30)"}),
    second_site("SiteHasOurLoopback", "10.1.8.0/24", "10.50.255.101/32",
                {":36:13: 10.50.255.101/32 of site nagoya overlaps"}),
    second_site("SiteInTheFleet", "10.1.8.0/24", "fd4b:6169:646f:7::/64",
                {":36:13: fd4b:6169:646f:7::/64 of site nagoya overlaps the fleet's"}),
    second_site("SlotWithoutKey", "\"ikev2\"", "\"wireguard\"",
                {":38:10: slot 1 of site nagoya needs \"wireguard_public_key\""}),
    second_site("SlotTwice", "{ number = 1 }", "{ number = 1 }, { number = 1 }",
                {":38:37: number: 1 is taken by another slot of this site (line 38)"}),
    second_site("SiteWithoutSlots", "[{ number = 1 }]", "[]",
                {":38:9: slots: site nagoya needs at least one"}),
    second_site("UnknownKeyInASlot", "{ number = 1 }", "{ number = 1, key = \"x\" }",
                {":38:24: unknown key \"key\" in slots of [[site]]"}),
    second_site("KeyOfAnotherSlot", "\"ikev2\"]\nslots = [{ number = 1 }]",
                "\"wireguard\"]\nslots = [{ number = 1, wireguard_public_key = "
                "\"xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\" }]",
                {":47:40: wireguard_public_key: another slot has this key (line 38)"}),
    {"HubWithoutItsKey",
     kHub,
     "private_key = \"wireguard/hub.key\"",
     "",
     {":16:1: [wireguard] needs \"private_key\": a site uses the transport wireguard"}},
    {"HubPortOutOfRange",
     kHub,
     "base_port = 51800",
     "base_port = 65534",
     {":40:14: slot 2: its WireGuard port would be 65534 + 2 = 65536, past 65535"}},
    {"HubsNetworkHasNoHubs",
     kHub,
     "[[network]]",
     "[[network]]\nhubs = [\"x\"]",
     {":29:1: \"hubs\" is for a site, and this gateway is a hub"}},
};

INSTANTIATE_TEST_SUITE_P(OfShape, Mistake, ::testing::ValuesIn(kShapes),
                         [](const auto& row) { return std::string(row.param.name); });
INSTANTIATE_TEST_SUITE_P(OfLimits, Mistake, ::testing::ValuesIn(kLimits),
                         [](const auto& row) { return std::string(row.param.name); });
INSTANTIATE_TEST_SUITE_P(OfMeaning, Mistake, ::testing::ValuesIn(kMeanings),
                         [](const auto& row) { return std::string(row.param.name); });
INSTANTIATE_TEST_SUITE_P(OfHubs, Mistake, ::testing::ValuesIn(kHubs),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Mistakes, AreAllToldAndInTheOrderOfTheFile) {
  const auto loaded =
      load_text("[gateway]\nname = 1\nrole = \"branch\"\nnumber = 0\nfleet = \"x\"\n", "k.toml",
                {.now = kNow, .read_files = false});
  ASSERT_FALSE(loaded);
  ASSERT_EQ(loaded.error().size(), 3U);
  EXPECT_EQ(loaded.error()[0].line, 2U);
  EXPECT_EQ(loaded.error()[1].line, 4U);
  EXPECT_EQ(loaded.error()[2].line, 5U);
}

TEST(Mistakes, PastFiftyAreCounted) {
  std::string text = "[gateway]\n";
  for (int i = 0; i < 2000; ++i) text += "nonsense" + std::to_string(i) + " = 1\n";
  const auto loaded = load_text(text, "k.toml", {.now = kNow, .read_files = false});
  ASSERT_FALSE(loaded);
  ASSERT_EQ(loaded.error().size(), 51U);
  EXPECT_EQ(loaded.error()[0].line, 2U);
  EXPECT_EQ(loaded.error().back().message, "and 1954 more mistakes");
}

TEST(Mistakes, AnEmptyFileNeedsAGateway) {
  const auto loaded = load_text("", "k.toml", {.now = kNow, .read_files = false});
  ASSERT_FALSE(loaded);
  ASSERT_EQ(loaded.error().size(), 1U);
  EXPECT_NE(loaded.error()[0].message.find("the file needs \"gateway\""), std::string::npos);
}

}  // namespace
}  // namespace kaido::config
