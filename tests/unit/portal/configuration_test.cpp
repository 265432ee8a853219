// The configuration for stock clients: the networks without the portal, all of them in the file,
// and as many as a code holds in the QR code.
#include "portal/configuration.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "kaido/qr/qr_code.hpp"
#include "portal/prefixes.hpp"

namespace kaido::portal {
namespace {

using Prefixes = std::vector<Prefix>;
using Addresses = std::vector<IpAddress>;

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }

bool covers(const Prefixes& prefixes, const IpAddress& one) {
  return std::ranges::any_of(prefixes, [&](const Prefix& each) { return each.contains(one); });
}

std::string joined(const Prefixes& prefixes) {
  std::string text;
  for (const auto& each : prefixes) text += (text.empty() ? "" : " ") + each.to_string();
  return text;
}

std::string without(std::string_view networks, const Addresses& holes) {
  return joined(portal::without(parse_prefixes(networks), holes));
}

/// The prefixes of the file's line.
Prefixes allowed_of(const std::string& file) {
  constexpr std::string_view kName = "AllowedIPs = ";
  const auto start = file.find(kName);
  if (start == std::string::npos) return {};
  auto line = file.substr(start + kName.size());
  line.resize(line.find('\n'));
  std::erase(line, ',');
  return parse_prefixes(line);
}

Answer answer_of(const std::string& networks) {
  return {.outcome = Outcome::admitted,
          .hub_key = "HUBKEY=",
          .port = 51'790,
          .addresses = "10.8.0.2/32 fd00:8::2/128",
          .networks = networks};
}

TEST(Prefixes, WithoutAnAddressAreTheRestOfThem) {
  EXPECT_EQ(without("192.0.2.0/30", {address("192.0.2.1")}), "192.0.2.0/32 192.0.2.2/31");
  EXPECT_EQ(without("192.0.2.1/32", {address("192.0.2.1")}), "");
  EXPECT_EQ(without("10.0.0.0/8 fd00::/8", {address("192.0.2.1")}), "10.0.0.0/8 fd00::/8");
  EXPECT_EQ(without("::/127", {address("::1"), address("192.0.2.1")}), "::/128");
  EXPECT_EQ(without("10.0.0.0/9 10.128.0.0/9 10.1.0.0/16", {}), "10.0.0.0/8");
  EXPECT_EQ(without("0.0.0.0/1 128.0.0.0/1 ::/0", {}), "0.0.0.0/0 ::/0");
  EXPECT_EQ(without("192.0.2.0/31", {address("192.0.2.0"), address("192.0.2.1")}), "");
}

TEST(Prefixes, OfAFullTunnelWithoutThePortalHaveOneForEachBit) {
  const auto rest = portal::without(parse_prefixes("0.0.0.0/0 ::/0"),
                                    Addresses{address("198.51.100.7"), address("2001:db8::7")});
  EXPECT_EQ(rest.size(), 32U + 128U);
  EXPECT_FALSE(covers(rest, address("198.51.100.7")));
  EXPECT_TRUE(covers(rest, address("198.51.100.6")));
  EXPECT_TRUE(covers(rest, address("198.51.100.8")));
  EXPECT_FALSE(covers(rest, address("2001:db8::7")));
  EXPECT_TRUE(covers(rest, address("2001:db8::8")));
}

TEST(Configuration, HasWhatAStockClientNeedsAndNoPrivateKey) {
  const Addresses portal{address("198.51.100.7")};
  const auto exported =
      export_configuration(answer_of("10.0.0.0/8"), "vpn.example.org", portal, "the key's place");
  EXPECT_EQ(exported.file,
            "[Interface]\n# the key's place\nAddress = 10.8.0.2/32, fd00:8::2/128\n\n[Peer]\n"
            "PublicKey = HUBKEY=\nEndpoint = vpn.example.org:51790\nAllowedIPs = 10.0.0.0/8\n"
            "PersistentKeepalive = 25\n");
  EXPECT_EQ(exported.for_qr.find('#'), std::string::npos);
  EXPECT_EQ(exported.left_out, 0U);
  const auto by_address = export_configuration(answer_of("10.0.0.0/8"), "2001:db8::7", portal, "");
  EXPECT_NE(by_address.file.find("Endpoint = [2001:db8::7]:51790\n"), std::string::npos);
  EXPECT_EQ(export_configuration({}, "vpn.example.org", portal, "").file, "");
}

TEST(Configuration, OfAFullTunnelFitsIntoAQrCodeWithALargerHoleAroundThePortal) {
  const Addresses portal{address("198.51.100.7"), address("2001:db8::7")};
  const auto exported =
      export_configuration(answer_of("0.0.0.0/0 ::/0"), "vpn.example.org", portal, "");
  EXPECT_GT(exported.file.size(), kQrCode);
  EXPECT_LE(exported.for_qr.size(), kQrCode);
  EXPECT_TRUE(QrCode::of(Secret(exported.for_qr)).has_value());
  const auto coarse = allowed_of(exported.for_qr);
  EXPECT_EQ(exported.all, 160U);
  EXPECT_EQ(coarse.size() + exported.left_out, exported.all);
  EXPECT_TRUE(covers(coarse, address("198.51.100.6"))) << "IPv4 needs no larger hole";
  EXPECT_TRUE(covers(coarse, address("2001:db9::1"))) << "the hole stays within the site";
  for (const auto& each : portal) EXPECT_FALSE(covers(coarse, each));
}

class World {
 public:
  explicit World(unsigned seed) : random_(seed) {}

  std::size_t number(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }
  IpAddress any(Family family) {
    std::array<std::uint8_t, 16> bytes{};
    const std::size_t size = family == Family::v4 ? 4 : 16;
    for (auto& byte : std::span(bytes).first(size)) byte = static_cast<std::uint8_t>(number(256));
    return {family, bytes};
  }
  Family family() { return number(2) == 0 ? Family::v4 : Family::v6; }
  /// Of a few sites close together, so that prefixes overlap, or of anywhere.
  Prefix prefix() {
    const auto of = family();
    const auto length = number(std::size_t{of == Family::v4 ? 33U : 129U});
    const auto base = number(3) == 0 ? any(of) : near_.at(number(near_.size()));
    return {base, static_cast<std::uint8_t>(std::min<std::size_t>(length, base.bits()))};
  }
  /// One of it: its first, its last, or any.
  IpAddress inside(const Prefix& prefix) {
    auto bytes = prefix.address().bytes();
    const auto filler = any(prefix.family()).bytes();
    const auto kind = number(3);
    for (std::size_t bit = prefix.length(); bit < prefix.address().bits(); ++bit) {
      const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
      const bool set = kind == 1 || (kind == 2 && (filler.at(bit / 8) & mask) != 0);
      if (set) bytes.at(bit / 8) = static_cast<std::uint8_t>(bytes.at(bit / 8) | mask);
    }
    return {prefix.family(), bytes};
  }

 private:
  std::mt19937 random_;
  std::array<IpAddress, 3> near_{address("198.51.100.7"), address("2001:db8:1::7"),
                                 address("10.20.30.40")};
};

/// Addresses beside each prefix and in it: where a mistake of one would show.
Addresses samples_of(World& world, const Prefixes& networks, const Addresses& portal) {
  Addresses samples;
  for (const auto& each : networks)
    for (int i = 0; i < 4; ++i) samples.push_back(world.inside(each));
  for (const auto& each : portal)
    for (std::uint8_t length = 0; length < each.bits(); ++length)
      samples.push_back(world.inside(Prefix(each, length)));
  for (int i = 0; i < 50; ++i) samples.push_back(world.any(world.family()));
  return samples;
}

TEST(Configuration, OfAnyNetworksCoversAllButThePortalAndAQrCodeNothingElse) {
  std::size_t shortened = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    World world(seed);
    Prefixes networks(1 + world.number(seed % 4 == 0 ? 200 : 8));
    for (auto& each : networks) each = world.prefix();
    Addresses portal(1 + world.number(2));
    for (auto& each : portal) each = world.inside(networks.front());
    const auto exported =
        export_configuration(answer_of(joined(networks)), "vpn.example.org", portal, "note");
    const auto whole = allowed_of(exported.file);
    const auto coarse = allowed_of(exported.for_qr);
    ASSERT_EQ(whole.size(), exported.all) << seed;
    ASSERT_LE(exported.for_qr.size(), kQrCode) << seed;
    ASSERT_EQ(coarse.size() + exported.left_out, exported.all) << seed;
    shortened += exported.left_out > 0 ? 1 : 0;
    for (const auto& each : portal) {
      ASSERT_FALSE(covers(whole, each)) << seed << ' ' << each.to_string();
      ASSERT_FALSE(covers(coarse, each)) << seed << ' ' << each.to_string();
    }
    for (const auto& each : samples_of(world, networks, portal)) {
      const bool wanted = covers(networks, each) && std::ranges::find(portal, each) == portal.end();
      ASSERT_EQ(covers(whole, each), wanted) << seed << ' ' << each.to_string();
      ASSERT_TRUE(wanted || !covers(coarse, each)) << seed << ' ' << each.to_string();
    }
    for (const auto& each : coarse)
      ASSERT_NE(std::ranges::find(whole, each), whole.end()) << seed << ' ' << each.to_string();
    if (exported.left_out == 0) {
      ASSERT_EQ(coarse, whole) << seed;
    }
  }
  EXPECT_GT(shortened, 50U) << "not enough of them were too long for a QR code";
}

}  // namespace
}  // namespace kaido::portal
