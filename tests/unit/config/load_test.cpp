#include "config/load.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "config/keys.hpp"
#include "unit/config/folder.hpp"

namespace kaido::config {
namespace {

std::string told(const Loaded& loaded) {
  std::string text;
  if (!loaded)
    for (const auto& mistake : loaded.error()) text += mistake.to_string() + "\n";
  return text;
}

class Samples : public ::testing::Test {
 protected:
  Samples() {
    folder_.add_identity("osaka", {"s1.osaka.kaido.example", "s2.osaka.kaido.example"});
    folder_.add_identity("tokyo", {"tokyo.kaido.example"});
    folder_.write("wireguard/hub.key", to_base64(make_private_key()->reveal()) + "\n");
  }

  [[nodiscard]] Loaded load(const std::string& sample, bool create_keys = false) const {
    return load_text(read_text(std::filesystem::path(SAMPLES) / sample), folder_.file(),
                     {.create_keys = create_keys, .now = kNow});
  }

  Folder folder_;
};

TEST_F(Samples, TheBranchLoadsAsItsCommentsSay) {
  const auto loaded = load("branch.toml");
  ASSERT_TRUE(loaded) << told(loaded);
  EXPECT_EQ(loaded->model.gateway.name, "osaka");
  EXPECT_EQ(loaded->model.gateway.fleet.to_string(), "fd4b:6169:646f::/48");
  ASSERT_EQ(loaded->model.uplinks.size(), 2U);
  ASSERT_EQ(loaded->model.hubs.size(), 2U);
  EXPECT_FALSE(loaded->model.hubs[1].kaido);
  EXPECT_EQ(loaded->model.hubs[0].transports,
            (std::vector{Transport::ikev2, Transport::wireguard}));
  ASSERT_EQ(loaded->model.slots.size(), 3U);
  EXPECT_EQ(loaded->model.slots[1].endpoint, 1U);
  EXPECT_EQ(loaded->model.slots[2].hub, 1U);
  EXPECT_EQ(loaded->model.slots[2].wireguard_port, 51820);
  EXPECT_EQ(loaded->model.slots[2].addresses.at(0).to_string(), "10.99.1.2/32");
  EXPECT_EQ(loaded->model.networks[0].hubs, std::vector<std::size_t>{0});
  EXPECT_FALSE(loaded->identities.certificates->own_der.empty());
  EXPECT_EQ(loaded->identities.certificates->authority_der.size(), 1U);
  EXPECT_EQ(loaded->identities.not_after, kNow + 365 * kDay);
}

TEST_F(Samples, TheHubLoadsAsItsCommentsSay) {
  const auto loaded = load("hub.toml");
  ASSERT_TRUE(loaded) << told(loaded);
  EXPECT_TRUE(loaded->model.is_hub());
  ASSERT_EQ(loaded->model.sites.size(), 1U);
  EXPECT_EQ(loaded->model.sites[0].slots.size(), 2U);
  EXPECT_TRUE(loaded->model.sites[0].ikev2 && loaded->model.sites[0].wireguard);
  EXPECT_TRUE(loaded->identities.hub_key);
  EXPECT_EQ(loaded->model.endpoints.size(), 2U);
}

TEST_F(Samples, WithoutLeaveToMakeKeysASlotHasNone) {
  const auto loaded = load("branch.toml");
  ASSERT_TRUE(loaded) << told(loaded);
  EXPECT_TRUE(loaded->identities.slot_keys.empty());
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "wireguard/slot-1.key"));
}

TEST_F(Samples, MissingKeysAreMadeOnceAndForTheOwnerOnly) {
  std::filesystem::remove_all(folder_.path() / "wireguard");
  const auto first = load("branch.toml", true);
  ASSERT_TRUE(first) << told(first);
  const auto& keys = first->identities.slot_keys;
  ASSERT_EQ(keys.size(), 3U);
  EXPECT_FALSE(keys.at(1) == keys.at(3));
  struct stat status{};
  ASSERT_EQ(stat((folder_.path() / "wireguard/slot-3.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  ASSERT_EQ(stat((folder_.path() / "wireguard").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path() / "wireguard"))
    files += entry.is_regular_file() ? 1 : 0;
  EXPECT_EQ(files, 3U) << "a temporary file was left behind";
  const auto second = load("branch.toml", true);
  ASSERT_TRUE(second);
  EXPECT_TRUE(*first == *second);
}

TEST_F(Samples, NoKeyIsMadeForAFileThatIsRefused) {
  std::filesystem::remove_all(folder_.path() / "wireguard");
  const auto text = replaced(read_text(std::filesystem::path(SAMPLES) / "branch.toml"),
                             "wireguard_port = 51820", "wireguard_port = 0");
  EXPECT_FALSE(load_text(text, folder_.file(), {.create_keys = true, .now = kNow}));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "wireguard"));
}

TEST_F(Samples, WhatIsShownLoadsToTheSameModel) {
  for (const auto* sample : {"branch.toml", "hub.toml"}) {
    const auto loaded = load(sample);
    ASSERT_TRUE(loaded) << told(loaded);
    const auto text = show(loaded->model);
    const auto again = load_text(text, folder_.file(), {.now = kNow});
    ASSERT_TRUE(again) << told(again) << text;
    EXPECT_TRUE(*again == *loaded) << text;
    EXPECT_EQ(text.find(loaded->identities.private_key_pem.reveal_text().substr(30, 20)),
              std::string::npos);
  }
}

TEST_F(Samples, TheEntryThatASiteHandsOverIsAcceptedByTheHub) {
  const auto branch = load("branch.toml", true);
  ASSERT_TRUE(branch) << told(branch);
  const auto entry = site_entry(*branch, branch->model.hubs[0]);
  auto hub = read_text(std::filesystem::path(SAMPLES) / "hub.toml");
  hub = hub.substr(0, hub.find("[[site]]")) + entry;
  const auto loaded = load_text(hub, folder_.file(), {.now = kNow});
  ASSERT_TRUE(loaded) << told(loaded) << entry;
  ASSERT_EQ(loaded->model.sites.size(), 1U);
  const auto& site = loaded->model.sites[0];
  EXPECT_EQ(site.number, 7);
  EXPECT_EQ(site.domain, "osaka.kaido.example");
  ASSERT_EQ(site.slots.size(), 2U) << "slot 3 leads to another hub";
  EXPECT_EQ(site.slots[1].wireguard_key, public_key(branch->identities.slot_keys.at(2)));
}

TEST(Keys, ThePublicHalfIsTheOneOfRfc7748) {
  const auto secret = parse_wireguard_key("dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=");
  const auto expected = parse_wireguard_key("hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=");
  ASSERT_TRUE(secret && expected);
  EXPECT_EQ(public_key(WireGuardPrivateKey(*secret)), *expected);
}

TEST(Load, AFileThatIsNotThereIsOneMistakeWithoutALine) {
  const auto loaded = load_file("/nonexistent/kaido.toml", {.now = kNow});
  EXPECT_EQ(told(loaded),
            "/nonexistent/kaido.toml: /nonexistent/kaido.toml does not exist "
            "(write it; the samples in configs/ are a start)\n");
}

TEST(Load, TheFileIsReadWithItsOwnFolderAsTheStart) {
  const Folder folder;
  folder.add_identity("tokyo", {"tokyo.kaido.example"});
  folder.write("wireguard/hub.key", to_base64(make_private_key()->reveal()) + "\n");
  folder.write("kaido.toml", read_text(std::filesystem::path(SAMPLES) / "hub.toml"), 0644);
  const auto loaded = load_file(folder.file(), {.now = kNow});
  EXPECT_TRUE(loaded) << told(loaded);
}

}  // namespace
}  // namespace kaido::config
