#include <gtest/gtest.h>

#include "unit/config/folder.hpp"

namespace kaido::config {
namespace {

using Sentences = std::vector<std::string>;

LoadedConfiguration loaded_of(std::string_view text) {
  auto loaded = load_text(text, "kaido.toml", {.now = kNow, .read_files = false});
  if (!loaded) {
    for (const auto& mistake : loaded.error()) ADD_FAILURE() << mistake.to_string();
    return {};
  }
  return std::move(*loaded);
}

/// What the daemon that runs with `a` says of `b`.
Sentences diff(const LoadedConfiguration& a, const LoadedConfiguration& b) {
  return config::diff(a.model, a.identities, b);
}

std::string sample(const char* name) { return read_text(std::filesystem::path(SAMPLES) / name); }

TEST(Diff, SaysNothingAboutTheSameFile) {
  EXPECT_EQ(diff(loaded_of(sample("branch.toml")), loaded_of(sample("branch.toml"))), Sentences{});
}

TEST(Diff, NamesTheOptionAndBothValues) {
  auto text =
      replaced(sample("branch.toml"), "wireguard_port = 51820  ", "wireguard_port = 51821  ");
  text = replaced(text, R"("10.50.0.0/16", "fd50::/32")", R"("10.50.0.0/16")");
  text = replaced(text, R"(device = "eth2")", R"(device = "eth3")");
  EXPECT_EQ(diff(loaded_of(sample("branch.toml")), loaded_of(text)),
            (Sentences{"uplink isp2: device eth2 -> eth3", "slot 3: wireguard_port 51820 -> 51821",
                       "network corp: prefixes [10.50.0.0/16, fd50::/32] -> [10.50.0.0/16]"}));
}

TEST(Diff, TellsAPortThatIsNoLongerOverriddenAsWhatItBecomes) {
  const auto text = replaced(sample("branch.toml"), "wireguard_port = 51820", "");
  EXPECT_EQ(diff(loaded_of(sample("branch.toml")), loaded_of(text)),
            (Sentences{"slot 3: wireguard_port 51820 -> 51803"}));
}

TEST(Diff, NamesLimitsAndProbing) {
  auto text = replaced(sample("branch.toml"), "# max_loss_percent = 2 ", "max_loss_percent = 0.5 ");
  text = replaced(text, "# min_size = 1280", "min_size = 1400");
  text = replaced(text, "# [probing]", "[probing]");
  text = replaced(text, "# interval_ms = 50", "interval_ms = 10");
  text = replaced(text, "probe = \"10.99.1.1\"", "");
  EXPECT_EQ(diff(loaded_of(sample("branch.toml")), loaded_of(text)),
            (Sentences{"probing: interval_ms 50 -> 10", "slot 3: probe 10.99.1.1 -> none",
                       "network corp: max_loss_percent 2 -> 0.5",
                       "network corp: min_size 1280 -> 1400"}));
}

TEST(Diff, FollowsPartsByNameWhenTheOrderChanges) {
  const auto before = sample("hub.toml");
  const auto nagoya = R"(
[[site]]
name = "nagoya"
number = 3
domain = "nagoya.kaido.example"
transports = ["ikev2"]
slots = [{ number = 1 }]
)";
  EXPECT_EQ(diff(loaded_of(before), loaded_of(before + nagoya)), (Sentences{"site nagoya added"}));
  EXPECT_EQ(diff(loaded_of(before + nagoya), loaded_of(before)),
            (Sentences{"site nagoya removed"}));
}

TEST(Diff, NeverShowsASecret) {
  auto a = loaded_of(sample("hub.toml"));
  auto b = a;
  WireGuardKey bytes{};
  a.identities.hub_key.emplace(bytes);
  bytes[5] = 1;
  b.identities.hub_key.emplace(bytes);
  b.identities.private_key_pem = Secret("very secret");
  EXPECT_EQ(diff(a, b),
            (Sentences{"identity: the private key changed", "wireguard: the private key changed"}));
}

TEST(Diff, TellsThatAFileHoldsAnotherCertificate) {
  const auto a = loaded_of(sample("branch.toml"));
  auto b = a;
  b.identities.certificates = SharedCertificates({.own_der = "renewed", .authority_der = {}});
  EXPECT_EQ(diff(a, b), Sentences{"identity: the certificate changed"});
  b.identities.certificates = SharedCertificates({.own_der = "", .authority_der = {"new"}});
  EXPECT_EQ(diff(a, b), Sentences{"identity: the authorities' certificates changed"});
}

TEST(Diff, TellsThatASlotHasAnotherKeyOrNone) {
  auto a = loaded_of(sample("branch.toml"));
  auto b = a;
  WireGuardKey bytes{};
  a.identities.slot_keys.emplace(1, bytes);
  b.identities.slot_keys.emplace(1, bytes);
  EXPECT_EQ(diff(a, b), Sentences{});
  a.identities.slot_keys.emplace(3, bytes);
  EXPECT_EQ(diff(a, b), Sentences{"slot 3: its private WireGuard key changed"});
  bytes[5] = 1;
  b.identities.slot_keys.emplace(3, bytes);
  EXPECT_EQ(diff(a, b), Sentences{"slot 3: its private WireGuard key changed"});
}

}  // namespace
}  // namespace kaido::config
