// Logging in at a hub, from the device's files to the session that is remembered.
#include "login/desk.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "config/keys.hpp"
#include "fake_gateway.hpp"
#include "text_login.hpp"

namespace kaido::cli::login {
namespace {

constexpr char kCode[] = "271828";

class Desk : public testing::Test {
 protected:
  Desk() { use(issue({.kind = Kind::ec}, &authority)); }

  void use(const Issued& device) const {
    folder.write("laptop.crt", config::to_pem(*device.certificate), 0644);
    folder.write("laptop.key", config::to_pem(*device.key).reveal_text());
  }
  [[nodiscard]] Wanted wanted() const {
    return {.hubs = {gateway.url()},
            .user = "mika",
            .certificate = folder / "laptop.crt",
            .key = folder / "laptop.key",
            .trust = folder / "ca.pem",
            .wireguard_key = {},
            .write_config = {}};
  }
  [[nodiscard]] Around around() const {
    return {.code = [] { return Outcome<Secret>(Secret(std::string_view(kCode))); },
            .passphrase = [](const std::string&) { return std::optional<Secret>(); },
            .bring_up = [](const std::filesystem::path&) { return Outcome<void>(); },
            .take_down = [](const std::filesystem::path&) { return Outcome<void>(); },
            .session_file = folder / "session.json",
            .now = [] { return kHubNow - 100; },
            .timeouts = {.connect = std::chrono::seconds(20), .answer = std::chrono::seconds(20)}};
  }
  [[nodiscard]] Failure failure_of_login() const {
    const auto done = log_in(wanted(), around());
    return done ? Failure{.exit = Exit::fine, .code = "", .message = "logged in"} : done.error();
  }
  [[nodiscard]] SavedSession logged_in() const { return log_in(wanted(), around())->saved; }

  Folder folder;
  Issued authority = issue({.authority = true});
  std::filesystem::path trust =
      folder.write("ca.pem", config::to_pem(*authority.certificate), 0644);
  FakeGateway gateway{issue({}, &authority)};
};

TEST_F(Desk, ADeviceWithAnyKindOfKeySignsWhatItAsks) {
  for (const auto kind : {Kind::ec, Kind::rsa, Kind::ed25519}) {
    use(issue({.kind = kind}, &authority));
    const auto done = log_in(wanted(), around());
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_TRUE(gateway.signed_well());
  }
  const auto asked = boost::json::parse(gateway.asked().back()).as_object();
  EXPECT_EQ(asked.at("user"), "mika");
  EXPECT_EQ(asked.at("code"), kCode);
  EXPECT_EQ(asked.at("wireguard_key"), "");
}

TEST_F(Desk, AnAdmittedSessionIsRemembered) {
  const auto done = log_in(wanted(), around());
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_FALSE(done->not_kept);
  EXPECT_EQ(done->session.networks, std::vector{*Prefix::parse("10.0.0.0/8")});
  const auto saved = load_session(folder / "session.json");
  ASSERT_TRUE(saved && *saved);
  EXPECT_EQ(**saved, done->saved);
  EXPECT_EQ((*saved)->hub, gateway.url());
  EXPECT_EQ((*saved)->session, "4f1d2a9c");
  EXPECT_EQ((*saved)->ends, kHubEnds);
  EXPECT_EQ((*saved)->offset, 100);
  EXPECT_FALSE(read(folder / "session.json").contains(kCode));
}

TEST_F(Desk, TheWireGuardKeyIsSignedToo) {
  auto asked = wanted();
  asked.wireguard_key = folder / "wg.key";
  asked.write_config = folder / "kaido.conf";
  const auto done = log_in(asked, around());
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_FALSE(done->not_written);
  EXPECT_TRUE(gateway.signed_well());
  const auto own = load_wireguard_key(folder / "wg.key");
  ASSERT_TRUE(own);
  EXPECT_EQ(boost::json::parse(gateway.asked().back()).at("wireguard_key").as_string(),
            to_base64(public_key(*own)));
  const auto written = read(folder / "kaido.conf");
  EXPECT_TRUE(written.contains("\nPrivateKey = " + to_base64(own->reveal()) + '\n'));
  EXPECT_TRUE(written.contains("\nPublicKey = " + std::string(kHubKey) + '\n'));
  EXPECT_TRUE(written.contains("\nEndpoint = localhost:51820\n"));
  EXPECT_EQ(mode_of(folder / "kaido.conf"), 0600U);
}

TEST_F(Desk, TheSessionsPreSharedKeyIsInTheConfigurationAndNowhereElse) {
  const std::string secret = "c2VjcmV0IG9mIHRoaXMgc2Vzc2lvbiBvbmx5ISEhISE=";
  gateway.answer(admitted(kHubEnds, kHubKey, secret));
  auto asked = wanted();
  asked.wireguard_key = folder / "wg.key";
  asked.write_config = folder / "kaido.conf";
  ASSERT_TRUE(log_in(asked, around()));
  EXPECT_TRUE(read(folder / "kaido.conf").ends_with("\nPresharedKey = " + secret + '\n'));
  EXPECT_FALSE(read(folder / "session.json").contains(secret));
  gateway.answer(admitted(kHubEnds, kHubKey, "no key"));
  EXPECT_FALSE(log_in(asked, around()));
}

TEST_F(Desk, TheTunnelComesUpByTheConfigurationThatWasWritten) {
  auto asked = wanted();
  asked.wireguard_key = folder / "wg.key";
  asked.write_config = folder / "kaido.conf";
  asked.up = true;
  std::filesystem::path up;
  auto there = around();
  there.bring_up = [&](const std::filesystem::path& config) {
    EXPECT_TRUE(std::filesystem::exists(config));
    up = config;
    return Outcome<void>();
  };
  const auto done = log_in(asked, there);
  ASSERT_TRUE(done);
  EXPECT_EQ(up, folder / "kaido.conf");
  EXPECT_EQ((**load_session(folder / "session.json")).config, folder / "kaido.conf");
  there.bring_up = [](const std::filesystem::path&) -> Outcome<void> {
    return std::unexpected(Failure{Exit::failed, "", "no root", {}, {}});
  };
  const auto without = log_in(asked, there);
  ASSERT_TRUE(without) << "the session lives all the same";
  EXPECT_EQ(without->not_written->message, "no root");
  EXPECT_TRUE(without->saved.config.empty());
}

TEST_F(Desk, TheTunnelOfASessionThatIsOverGoesDownBeforeItIsForgotten) {
  auto asked = wanted();
  asked.wireguard_key = folder / "wg.key";
  asked.write_config = folder / "kaido.conf";
  asked.up = true;
  const auto done = log_in(asked, around());
  ASSERT_TRUE(done);
  gateway.answer(http(200, R"({"outcome":"ended"})"));
  auto there = around();
  there.take_down = [](const std::filesystem::path&) -> Outcome<void> {
    return std::unexpected(Failure{Exit::failed, "", "no root", {}, {}});
  };
  EXPECT_FALSE(of_session(done->saved, portal::Verb::state, there));
  EXPECT_TRUE(std::filesystem::exists(folder / "session.json")) << "to be tried again";
  std::filesystem::path down;
  there.take_down = [&](const std::filesystem::path& config) {
    down = config;
    return Outcome<void>();
  };
  const auto over = of_session(done->saved, portal::Verb::state, there);
  ASSERT_TRUE(over);
  EXPECT_FALSE(*over);
  EXPECT_EQ(down, folder / "kaido.conf");
  EXPECT_FALSE(std::filesystem::exists(folder / "session.json"));
}

TEST_F(Desk, NothingIsAskedForWhenTheConfigurationCouldNotBeWritten) {
  auto asked = wanted();
  asked.write_config = folder.write("wg0.conf", "[Interface]\n");
  const auto done = log_in(asked, around());
  ASSERT_FALSE(done);
  EXPECT_TRUE(gateway.asked().empty());
}

TEST_F(Desk, ASessionWithoutWireGuardLivesWithoutAConfiguration) {
  gateway.answer(admitted(kHubEnds, ""));
  auto asked = wanted();
  asked.wireguard_key = folder / "wg.key";
  asked.write_config = folder / "kaido.conf";
  const auto done = log_in(asked, around());
  ASSERT_TRUE(done);
  ASSERT_TRUE(done->not_written);
  EXPECT_EQ(done->not_written->message, text::hub_without_wireguard);
  EXPECT_FALSE(std::filesystem::exists(folder / "kaido.conf"));
}

TEST_F(Desk, ASessionThatCannotBeRememberedLivesAllTheSame) {
  auto there = around();
  there.session_file = folder.write("file", "") / "kaido/session.json";
  const auto done = log_in(wanted(), there);
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->not_kept);
}

TEST_F(Desk, EveryRefusalHasOneSentenceAndNoSession) {
  gateway.answer(http(403, R"({"outcome":"refused"})"));
  const auto refused = failure_of_login();
  EXPECT_EQ(refused.exit, Exit::failed);
  EXPECT_EQ(refused.code, "hub-refused");
  EXPECT_EQ(refused.message,
            "The hub refused the login. Check ID, code and certificate; your admin can see why.");
  gateway.answer(http(429, R"({"outcome":"wait","again":90})", "Retry-After: 90\r\n"));
  EXPECT_EQ(failure_of_login().message, "There were too many attempts: wait 1 min and try again.");
  gateway.answer(http(503, R"({"outcome":"unavailable"})"));
  EXPECT_EQ(failure_of_login().exit, Exit::unreachable);
  gateway.answer(http(200, R"({"outcome":"admitted"})"));
  EXPECT_EQ(failure_of_login().code, "hub-absent");
  gateway.answer(http(200, R"({"outcome":"ended"})"));
  EXPECT_EQ(failure_of_login().code, "hub-refused");
  EXPECT_FALSE(std::filesystem::exists(folder / "session.json"));
}

TEST_F(Desk, ARefusedDeviceIsToldThatItsOwnCertificateIsOver) {
  use(issue({.until = kHubNow - 1'000}, &authority));
  gateway.answer(http(403, R"({"outcome":"refused"})"));
  EXPECT_TRUE(failure_of_login().remedy.starts_with("By this device's clock its certificate has"));
}

TEST_F(Desk, TheCodeIsNeverInAFailure) {
  for (const auto& bytes :
       {http(403, R"({"outcome":"refused"})"), http(400, kCode), http(200, kCode),
        std::string(kCode) + "\r\n", http(200, "{\"outcome\":\"" + std::string(kCode) + "\"}")}) {
    gateway.answer(bytes);
    const auto failure = failure_of_login();
    EXPECT_FALSE(failure.message.contains(kCode)) << failure.message;
    EXPECT_FALSE(failure.remedy.contains(kCode));
  }
}

TEST_F(Desk, WithoutACodeNobodyIsAsked) {
  auto there = around();
  there.code = [] {
    return Outcome<Secret>(std::unexpected(Failure{.exit = Exit::usage, .message = "no code"}));
  };
  EXPECT_EQ(log_in(wanted(), there).error().message, "no code");
  EXPECT_TRUE(gateway.asked().empty());
}

TEST_F(Desk, TheStateOfASessionIsAskedWithASignature) {
  const auto saved = logged_in();
  gateway.answer(admitted(kHubEnds + 500));
  const auto state = of_session(saved, portal::Verb::state, around());
  ASSERT_TRUE(state && *state);
  EXPECT_TRUE(gateway.signed_well());
  EXPECT_EQ((*state)->session.ends, kHubEnds + 500);
  EXPECT_EQ((*load_session(folder / "session.json"))->ends, kHubEnds + 500);
  EXPECT_EQ(boost::json::parse(gateway.asked().back()).at("verb"), "state");
}

TEST_F(Desk, AnExtendedSessionIsRememberedWithItsNewEnd) {
  const auto saved = logged_in();
  gateway.answer(admitted(kHubEnds + 3'600));
  const auto extended = of_session(saved, portal::Verb::extend, around());
  ASSERT_TRUE(extended && *extended);
  EXPECT_TRUE(gateway.signed_well());
  EXPECT_EQ((*load_session(folder / "session.json"))->ends, kHubEnds + 3'600);
}

TEST_F(Desk, ASessionThatIsOverIsForgotten) {
  for (const auto verb : {portal::Verb::state, portal::Verb::log_out}) {
    gateway.answer(admitted());
    const auto saved = logged_in();
    gateway.answer(http(200, R"({"outcome":"ended"})"));
    const auto ended = of_session(saved, verb, around());
    ASSERT_TRUE(ended);
    EXPECT_FALSE(*ended);
    EXPECT_TRUE(gateway.signed_well());
    EXPECT_FALSE(std::filesystem::exists(folder / "session.json"));
  }
}

TEST_F(Desk, AnAnswerAboutAnotherSessionIsNone) {
  auto saved = logged_in();
  saved.session = "another";
  const auto state = of_session(saved, portal::Verb::state, around());
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().code, "hub-absent");
}

TEST_F(Desk, ARefusedQuestionLeavesTheSessionRemembered) {
  const auto saved = logged_in();
  gateway.answer(http(403, R"({"outcome":"refused"})"));
  EXPECT_EQ(of_session(saved, portal::Verb::log_out, around()).error().message,
            text::session_refused);
  EXPECT_TRUE(std::filesystem::exists(folder / "session.json"));
}

}  // namespace
}  // namespace kaido::cli::login
