// What a client makes of hubs that are wrong, slow, dead, or somebody else.
#include "login/hub.hpp"

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include "server.hpp"
#include "text_login.hpp"

namespace kaido::cli::login {
namespace {

using std::chrono::milliseconds;

const std::string kNonce(64, 'a');
const std::string kNonceBody = R"({"nonce":")" + kNonce + R"(","hub":"tokyo"})";

/// Nothing here takes long unless it hangs; what shall run out gets short().
constexpr Timeouts kPatient{.connect = milliseconds(20'000), .answer = milliseconds(20'000)};
constexpr Timeouts kShort{.connect = milliseconds(150), .answer = milliseconds(150)};

Reply always(std::string bytes) {
  return [bytes](const Request&) { return std::optional(bytes); };
}

class Hubs : public testing::Test {
 protected:
  Folder folder;
  Issued authority = issue({.authority = true});
  Issued identity = issue({}, &authority);
  TlsContext context = std::move(
      *make_context(folder.write("ca.pem", config::to_pem(*authority.certificate), 0644)));

  static HubUrl at(std::uint16_t port, const std::string& host = "localhost") {
    return *parse_url("https://" + host + ':' + std::to_string(port));
  }
  Got<portal::Nonce> ask(const HubUrl& url, const Timeouts& timeouts = kPatient) {
    return Hub(url, *context, timeouts).ask_nonce();
  }
  Got<portal::Nonce> ask(const Server& server, const Timeouts& timeouts = kPatient) {
    return ask(at(server.port()), timeouts);
  }
  /// What is wrong with a hub that has this certificate.
  Trouble trouble_with(const Issued& certificate) {
    const Server server(certificate, always(http(200, kNonceBody)));
    const auto nonce = ask(server);
    return nonce ? Trouble{.reason = Reason::cancelled, .detail = "none"} : nonce.error();
  }
};

TEST_F(Hubs, ANonceIsAskedForByTheHubsName) {
  std::string head;
  const Server server(identity, [&](const Request& request) {
    head = request.head;
    return std::optional(request.path == "/api/v1/nonce" && request.body == "{}"
                             ? http(200, kNonceBody)
                             : http(404, "{}"));
  });
  const auto nonce = ask(server);
  ASSERT_TRUE(nonce) << text::in_words(nonce.error());
  EXPECT_EQ(*nonce, (portal::Nonce{.nonce = kNonce, .hub = "tokyo"}));
  EXPECT_TRUE(head.contains("\r\nHost: localhost:" + std::to_string(server.port()) + "\r\n"));
}

TEST_F(Hubs, AConnectionIsKeptAsLongAsTheHubKeepsIt) {
  const Server keeps(identity, always(http(200, kNonceBody)));
  Hub hub(at(keeps.port()), *context, kPatient);
  EXPECT_TRUE(hub.ask_nonce());
  EXPECT_TRUE(hub.ask_nonce());
  EXPECT_EQ(keeps.connections(), 1U);

  const Server closes(identity, always(http(200, kNonceBody, "Connection: close\r\n")));
  Hub other(at(closes.port()), *context, kPatient);
  EXPECT_TRUE(other.ask_nonce());
  EXPECT_TRUE(other.ask_nonce());
  EXPECT_EQ(closes.connections(), 2U);
}

TEST_F(Hubs, ACertificateForAnAddressCountsForTheAddress) {
  const auto numbered = issue({.names = "IP:127.0.0.1"}, &authority);
  const Server server(numbered, always(http(200, kNonceBody)));
  EXPECT_TRUE(ask(at(server.port(), "127.0.0.1")));
  EXPECT_EQ(ask(server).error().reason, Reason::other_name);
}

TEST_F(Hubs, ACertificateThatDoesNotProveTheHubIsRefused) {
  const auto now = std::time(nullptr);
  EXPECT_EQ(trouble_with(issue({})).reason, Reason::untrusted);
  EXPECT_EQ(trouble_with(issue({}, &identity)).reason, Reason::untrusted);
  const auto stranger = issue({.authority = true});
  EXPECT_EQ(trouble_with(issue({}, &stranger)).reason, Reason::untrusted);
  EXPECT_EQ(trouble_with(issue({.names = "DNS:other.example"}, &authority)).reason,
            Reason::other_name);
  EXPECT_EQ(trouble_with(issue({.names = ""}, &authority)).reason, Reason::other_name);
  EXPECT_EQ(trouble_with(issue({.until = now - 60}, &authority)).reason, Reason::expired);
  EXPECT_EQ(trouble_with(issue({.from = now + 3'600}, &authority)).reason, Reason::not_yet_valid);
}

TEST_F(Hubs, AHubThatAsksIsShownTheDevicesCertificate) {
  const Server server(identity, always(http(200, kNonceBody)), Manner::asks);
  EXPECT_FALSE(ask(server));
  const auto own = issue({}, &authority);
  const auto device =
      load_device(folder.write("laptop.crt", config::to_pem(*own.certificate) +
                                                 config::to_pem(*authority.certificate)),
                  folder.write("laptop.key", config::to_pem(*own.key).reveal_text()),
                  [](const std::string&) { return std::optional<Secret>(); });
  ASSERT_TRUE(device);
  ASSERT_TRUE(show_certificate(*context, *device));
  EXPECT_TRUE(ask(server));
}

TEST_F(Hubs, OnlyTls13Counts) {
  const Server old(identity, always(http(200, kNonceBody)), Manner::tls12);
  EXPECT_EQ(ask(old).error().reason, Reason::old_tls);
  const Server plain(identity, always(""), Manner::plain);
  EXPECT_EQ(ask(plain).error().reason, Reason::no_tls);
}

TEST_F(Hubs, SilenceEndsAfterItsTime) {
  const Server mute(identity, always(""), Manner::mute);
  EXPECT_EQ(ask(mute, kShort).error().reason, Reason::no_answer);
  const Server thinking(identity, [](const Request&) { return std::optional<std::string>(); });
  EXPECT_EQ(ask(thinking, {.connect = kPatient.connect, .answer = kShort.answer}).error().reason,
            Reason::no_answer);
  const Server half(identity, always("HTTP/1.1 200 OK\r\nContent-Le"));
  EXPECT_EQ(ask(half, {.connect = kPatient.connect, .answer = kShort.answer}).error().reason,
            Reason::no_answer);
}

TEST_F(Hubs, WhoeverGoesAwayIsNotWaitedFor) {
  const Server gone(identity, always(""));
  EXPECT_EQ(ask(gone).error().reason, Reason::closed);
  const Server half(identity, always("HTTP/1.1 200 OK\r\nConnection: close\r\n"));
  EXPECT_EQ(ask(half).error().reason, Reason::closed);
  const DeadPort dead;
  EXPECT_EQ(ask(at(dead.port())).error().reason, Reason::not_reached);
  EXPECT_EQ(ask(*parse_url("https://no-such-name.invalid")).error().reason, Reason::no_address);
}

TEST_F(Hubs, AnAnswerThatIsNoneIsRefused) {
  const auto reason_of = [&](const std::string& bytes) {
    const Server server(identity, always(bytes));
    return ask(server).error().reason;
  };
  EXPECT_EQ(reason_of("220 mail.example ESMTP\r\n"), Reason::not_understood);
  EXPECT_EQ(reason_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
            Reason::not_understood);
  EXPECT_EQ(reason_of(http(200, "{\"nonce\":")), Reason::not_understood);
  EXPECT_EQ(reason_of(http(200, std::string(60'000, '['))), Reason::not_understood);
  EXPECT_EQ(reason_of("HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n"), Reason::too_long);
  EXPECT_EQ(reason_of("HTTP/1.1 200 OK\r\nX: " + std::string(9'000, 'x')), Reason::too_long);
  EXPECT_EQ(reason_of(http(404, "{\"outcome\":\"bad-request\"}")), Reason::no_portal);
  EXPECT_EQ(reason_of(http(421, "{\"outcome\":\"bad-request\"}")), Reason::wrong_host);
}

TEST_F(Hubs, TheOneThatAnswersIsTakenWhateverTheOthersDo) {
  const Server good(identity, always(http(200, kNonceBody)));
  const Server mute(identity, always(""), Manner::mute);
  const Server thinking(identity, [](const Request&) { return std::optional<std::string>(); });
  const Server impostor(issue({}), always(http(200, kNonceBody)));
  const DeadPort dead;
  const auto found = nearest(
      {at(dead.port()), at(mute.port()), at(impostor.port()), at(thinking.port()), at(good.port())},
      *context, kPatient);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->hub.url().port, good.port());
  EXPECT_EQ(found->nonce.hub, "tokyo");
}

TEST_F(Hubs, TheOneThatIsTakenIsNotCalledOffWithTheOthers) {
  const Server good(identity, always(http(200, kNonceBody)));
  const DeadPort dead;
  auto found = nearest({at(dead.port()), at(good.port())}, *context, kPatient);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->hub.ask_nonce());
  EXPECT_EQ(good.connections(), 1U);
}

TEST_F(Hubs, WhenNoneAnswersEachHasItsReason) {
  const DeadPort dead;
  const Server impostor(issue({}), always(http(200, kNonceBody)));
  const std::vector urls{at(dead.port()), at(impostor.port())};
  const auto found = nearest(urls, *context, kPatient);
  ASSERT_FALSE(found);
  const auto said = text::no_hub(urls, found.error());
  EXPECT_TRUE(said.contains(urls[0].to_string() + ": it cannot be reached (Connection refused)"))
      << said;
  EXPECT_TRUE(said.contains(urls[1].to_string() + ": the hub's certificate is not trusted"))
      << said;
}

TEST_F(Hubs, WhoeverIsCalledOffStopsAtOnce) {
  const Server mute(identity, always(""), Manner::mute);
  const Descriptor over(eventfd(1, EFD_CLOEXEC));
  EXPECT_EQ(Hub(at(mute.port()), *context, kPatient, over.get()).ask_nonce().error().reason,
            Reason::cancelled);
}

TEST(Trust, AFileWithoutAuthoritiesIsAFailureOfItsOwn) {
  const Folder folder;
  EXPECT_EQ(make_context(folder.write("ca.pem", "nothing")).error().remedy, text::trust_remedy);
  EXPECT_FALSE(make_context(folder / "absent"));
  EXPECT_TRUE(make_context({}));
}

}  // namespace
}  // namespace kaido::cli::login
