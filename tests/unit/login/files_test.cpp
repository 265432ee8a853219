// The settings, the session that is remembered, the configuration for wg-quick, the countdown.
#include <gtest/gtest.h>

#include "login/countdown.hpp"
#include "login/saved_session.hpp"
#include "login/settings.hpp"
#include "login/wg_quick.hpp"
#include "material.hpp"

namespace kaido::cli::login {
namespace {

Diagnostics mistakes_in(std::string_view text) {
  const auto settings = parse_settings(text, "/home/mika/login.toml");
  return settings ? Diagnostics() : settings.error();
}

TEST(LoginSettings, AreTakenFromTheFileAndPathsBeginAtItsFolder) {
  const auto settings = parse_settings(R"(hubs = ["https://a.example", "https://[::1]:8443"]
user = "mika"
certificate = "laptop.crt"
key = "/etc/laptop.key"
trust = "../ca.pem"
wireguard_key = "./wg.key"
)",
                                       "/home/mika/kaido/login.toml");
  ASSERT_TRUE(settings);
  ASSERT_EQ(settings->hubs.size(), 2U);
  EXPECT_EQ(settings->hubs[1].to_string(), "https://[::1]:8443");
  EXPECT_EQ(settings->user, "mika");
  EXPECT_EQ(settings->certificate, "/home/mika/kaido/laptop.crt");
  EXPECT_EQ(settings->key, "/etc/laptop.key");
  EXPECT_EQ(settings->trust, "/home/mika/ca.pem");
  EXPECT_EQ(settings->wireguard_key, "/home/mika/kaido/wg.key");
}

TEST(LoginSettings, MistakesHaveTheirPlaceAndAHint) {
  const auto mistakes = mistakes_in(
      "hubs = [\"https://a\", \"http://b\", 7]\nusr = \"mika\"\n  key = 1\ntrust = \"\"\n");
  ASSERT_EQ(mistakes.size(), 5U);
  EXPECT_EQ(mistakes[0].to_string(),
            "/home/mika/login.toml:1:22: \"http://b\" is no address of a hub "
            "(such as \"https://hub.example:8443\", without a path)");
  EXPECT_EQ(mistakes[1].column, 34U);
  EXPECT_EQ(mistakes[2].to_string(),
            "/home/mika/login.toml:2:1: unknown key \"usr\" (did you mean \"user\"?)");
  EXPECT_EQ(mistakes[3].to_string(),
            "/home/mika/login.toml:3:9: key: expected a string that is not empty, found a number");
  EXPECT_EQ(mistakes[4].line, 4U);
}

TEST(LoginSettings, AFileThatIsNoTomlSaysWhere) {
  const auto mistakes = mistakes_in("user = \"mika\"\nkey = \n");
  ASSERT_EQ(mistakes.size(), 1U);
  EXPECT_EQ(mistakes[0].file, "/home/mika/login.toml");
  EXPECT_EQ(mistakes[0].line, 2U);
}

TEST(LoginSettings, HubsAreAListAndNotTooMany) {
  EXPECT_EQ(mistakes_in("hubs = \"https://a\"").at(0).message,
            "hubs: expected a list of strings, found a string");
  std::string many = "hubs = [";
  for (int i = 0; i < 17; ++i) many += "\"https://a\",";
  EXPECT_EQ(mistakes_in(many + "]").at(0).message, "at most 16 hubs");
}

TEST(LoginSettings, AFileThatIsMissingSaysNothing) {
  const Folder folder;
  const auto settings = read_settings(folder / "login.toml");
  ASSERT_TRUE(settings);
  EXPECT_TRUE(settings->hubs.empty());
}

const SavedSession kSaved{.hub = {.host = "tokyo.example", .port = 8443},
                          .session = "4f1d2a9c",
                          .user = "美香",
                          .ends = 2'000,
                          .offset = -7,
                          .certificate = "/c \"x\".crt",
                          .key = "/k",
                          .trust = ""};

TEST(SavedSessions, ComeBackAsTheyWereAndOnlyTheOwnerReadsThem) {
  const Folder folder;
  const auto file = folder / "a/kaido/session.json";
  ASSERT_TRUE(save_session(file, kSaved));
  EXPECT_EQ(mode_of(file), 0600U);
  EXPECT_EQ(mode_of(file.parent_path()), 0700U);
  const auto loaded = load_session(file);
  ASSERT_TRUE(loaded && *loaded);
  EXPECT_EQ(**loaded, kSaved);
}

TEST(SavedSessions, AFileThatOthersCouldReadIsClosedByTheNextOne) {
  const Folder folder;
  const auto file = folder.write("session.json", "old", 0666);
  EXPECT_FALSE(load_session(file));
  ASSERT_TRUE(save_session(file, kSaved));
  EXPECT_EQ(mode_of(file), 0600U);
}

TEST(SavedSessions, AreNoneAfterTheyAreForgotten) {
  const Folder folder;
  const auto file = folder / "session.json";
  EXPECT_TRUE(forget_session(file));
  ASSERT_TRUE(save_session(file, kSaved));
  EXPECT_TRUE(forget_session(file));
  const auto loaded = load_session(file);
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(*loaded);
}

TEST(SavedSessions, ThatAreBrokenSaySo) {
  const Folder folder;
  const auto file = folder / "session.json";
  ASSERT_TRUE(save_session(file, kSaved));
  const auto good = read(file);
  for (const auto* key :
       {"version", "hub", "session", "user", "ends", "offset", "certificate", "key", "trust"}) {
    auto text = good;
    text.replace(text.find('"' + std::string(key) + '"') + 1, 1, "?");
    EXPECT_EQ(load_session(folder.write("session.json", text)).error().remedy,
              "Remove it and log in again")
        << key;
  }
  EXPECT_FALSE(load_session(folder.write("session.json", "")));
  EXPECT_FALSE(load_session(folder.write("session.json", "{\"version\":2}")));
}

TEST(SavedSessions, AreNotWrittenThroughALink) {
  const Folder folder;
  const auto target = folder.write("target", "stays", 0644);
  std::filesystem::create_symlink(target, folder / "session.json");
  EXPECT_FALSE(save_session(folder / "session.json", kSaved));
  EXPECT_EQ(read(target), "stays");
  EXPECT_EQ(mode_of(target), 0644U);
}

Session with_wireguard() {
  WireGuardKey hub_key{};
  hub_key.fill(1);
  return {.id = "4f",
          .ends = 2'000,
          .now = 1'000,
          .hub_key = hub_key,
          .port = 51'820,
          .addresses = {*Prefix::parse("10.8.0.2/32"), *Prefix::parse("fd00:8::2/128")},
          .networks = {*Prefix::parse("10.0.0.0/8"), *Prefix::parse("fd00::/16")}};
}

WireGuardPrivateKey own_key() {
  WireGuardKey bytes{};
  bytes.fill(0x40);
  return WireGuardPrivateKey(bytes);
}

TEST(WgQuick, GetsAWholeConfiguration) {
  const auto text =
      draw_wg_quick(with_wireguard(), *parse_url("https://tokyo.example:8443"), own_key());
  EXPECT_EQ(text.reveal_text(), R"(# Written by kaido login; the next login replaces it.
[Interface]
PrivateKey = QEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEA=
Address = 10.8.0.2/32, fd00:8::2/128

[Peer]
PublicKey = AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=
Endpoint = tokyo.example:51820
AllowedIPs = 10.0.0.0/8, fd00::/16
PersistentKeepalive = 25
)");
}

TEST(WgQuick, AnAddressOfIpv6AsEndpointIsInBrackets) {
  auto session = with_wireguard();
  session.networks.clear();
  const auto text = draw_wg_quick(session, *parse_url("https://[2001:db8::1]:8443"), own_key());
  EXPECT_TRUE(text.reveal_text().contains("\nEndpoint = [2001:db8::1]:51820\n"));
  EXPECT_FALSE(text.reveal_text().contains("AllowedIPs"));
}

TEST(WgQuick, ReplacesItsOwnFileAndNoOther) {
  const Folder folder;
  const auto text = draw_wg_quick(with_wireguard(), *parse_url("https://a"), own_key());
  ASSERT_TRUE(write_wg_quick(folder / "own.conf", text));
  EXPECT_EQ(mode_of(folder / "own.conf"), 0600U);
  std::filesystem::permissions(folder / "own.conf", static_cast<std::filesystem::perms>(0644));
  ASSERT_TRUE(write_wg_quick(folder / "own.conf", text));
  EXPECT_EQ(mode_of(folder / "own.conf"), 0600U);
  EXPECT_EQ(read(folder / "own.conf"), text.reveal_text());

  const auto other = folder.write("wg0.conf", "[Interface]\n");
  EXPECT_EQ(write_wg_quick(other, text).error().message,
            other.string() + " was not written by kaido login, and stays as it is");
  EXPECT_EQ(read(other), "[Interface]\n");
  std::filesystem::create_symlink(folder / "own.conf", folder / "link.conf");
  EXPECT_FALSE(write_wg_quick(folder / "link.conf", text));
  EXPECT_FALSE(write_wg_quick(folder.path(), text));
}

TEST(Countdown, WarnsOnceAQuarterOfAnHourBeforeTheHubsEnd) {
  // The hub's clock says 10'000 when one's own steady clock says 50.
  Countdown countdown(10'000, 50);
  EXPECT_EQ(countdown.left(11'000, 50), 1'000);
  EXPECT_EQ(countdown.look(11'000, 149), Warning::none);
  EXPECT_EQ(countdown.look(11'000, 150), Warning::soon);
  EXPECT_EQ(countdown.look(11'000, 151), Warning::none);
  EXPECT_EQ(countdown.look(11'000, 1'049), Warning::none);
  EXPECT_EQ(countdown.look(11'000, 1'050), Warning::over);
}

TEST(Countdown, BeginsAnewWhenTheSessionEndsLater) {
  Countdown countdown(10'000, 0);
  EXPECT_EQ(countdown.look(10'100, 0), Warning::soon);
  EXPECT_EQ(countdown.look(12'000, 1), Warning::none);
  EXPECT_EQ(countdown.look(12'000, 1'101), Warning::soon);
}

TEST(Countdown, PausesUntilThereIsSomethingToSay) {
  const Countdown countdown(10'000, 0);
  EXPECT_EQ(countdown.pause(11'000, 0), 100);
  EXPECT_EQ(countdown.pause(11'000, 100), 900);
  EXPECT_EQ(countdown.pause(11'000, 999), 1);
}

}  // namespace
}  // namespace kaido::cli::login
