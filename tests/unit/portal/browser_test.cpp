// A browser at the portal: whom it asks for a certificate, what it hands to kaidod, what it shows,
// and what it refuses of other sites. And a silent portal.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unit/portal/fixture.hpp"

namespace kaido::portal {
namespace {

constexpr char kLogin[] = "login.example.org";
constexpr char kKind[] = "Content-Type: application/x-www-form-urlencoded\r\n";

std::string get(std::string_view path, std::string_view fields = "",
                std::string_view host = kLogin) {
  return std::string("GET ")
      .append(path)
      .append(" HTTP/1.1\r\nHost: ")
      .append(host)
      .append("\r\n")
      .append(fields)
      .append("\r\n");
}

std::string post(std::string_view path, std::string_view form, std::string_view fields = "") {
  return std::string("POST ")
      .append(path)
      .append(" HTTP/1.1\r\nHost: ")
      .append(kLogin)
      .append("\r\n")
      .append(kKind)
      .append(fields)
      .append("Content-Length: ")
      .append(std::to_string(form.size()))
      .append("\r\n\r\n")
      .append(form);
}

std::string between(const std::string& text, std::string_view start, std::string_view end) {
  const auto from = text.find(start);
  if (from == std::string::npos) return {};
  const auto rest = text.substr(from + start.size());
  return rest.substr(0, rest.find(end));
}

std::string title_of(const HttpAnswer& answer) { return between(answer.body, "<title>", " –"); }
std::string token_of(const HttpAnswer& answer) {
  return between(answer.body, "name=\"token\" value=\"", "\"");
}

class Browsers : public PortalTest {
 protected:
  void SetUp() override {
    PortalTest::SetUp();
    settings_.login_host = kLogin;
    make_person("ca", {.is_authority = true});
    make_person("mika", {.issuer = path("ca")});
    make_person("expired", {.issuer = path("ca"), .until = -60});
    make_person("stranger", {});
  }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + '/' + name; }
  void make_person(const std::string& name, const CertificateKind& kind) const {
    make_certificate(name, path(name) + ".crt", path(name) + ".key", kind);
  }
  [[nodiscard]] ClientOptions options(const std::string& person,
                                      const std::string& host = kLogin) const {
    ClientOptions all{.server_name = host};
    if (!person.empty()) {
      all.certificate = path(person) + ".crt";
      all.key = path(person) + ".key";
    }
    return all;
  }
  /// One request of a browser with this certificate that is answered without kaidod.
  [[nodiscard]] HttpAnswer ask(const std::string& person, const std::string& text,
                               const std::string& host = kLogin) const {
    Client client(port(), options(person, host));
    EXPECT_TRUE(client.handshake());
    client.send(text);
    return client.receive();
  }
  /// One that kaidod is asked about and answers so.
  HttpAnswer ask(const std::string& person, const std::string& text, const Body& said) {
    if (!kaidod_) kaidod_.emplace(kaidod());
    Client client(port(), options(person));
    EXPECT_TRUE(client.handshake());
    client.send(text);
    question_ = kaidod_->receive();
    if (!question_) return {};
    kaidod_->send(question_->id, said);
    return client.receive();
  }
  /// A form as the page has it, filled in.
  [[nodiscard]] std::string filled() const {
    return "user=annabel&code=" + std::string(kDigits) +
           "&token=" + token_of(ask("mika", get("/")));
  }
  /// The session's page as kaidod knows it, and the token of its forms.
  std::string session_token() {
    return "token=" + token_of(ask("mika", get("/session", kCookie), admitted()));
  }
  static Answer admitted() {
    return {.outcome = Outcome::admitted,
            .session = "s1",
            .ends = 1'800'000'000,
            .now = 1'799'990'000,
            .hub_key = "HUBKEY=",
            .port = 51'790,
            .addresses = "10.8.0.2/32",
            .networks = "0.0.0.0/0",
            .user = "annabel",
            .device = "laptop",
            .device_key = "KEY=",
            .devices = "laptop\tenabled\t1800000000\twireguard\n"};
  }

  static constexpr char kDigits[] = "123456";
  static constexpr char kCookie[] = "Cookie: __Host-kaido=s1\r\n";
  std::optional<Kaidod> kaidod_;
  std::optional<Packet> question_;
};

// ---- names and certificates

TEST_F(Browsers, AreAskedForACertificateByTheNameTheyLogInAtOnly) {
  start();
  for (const auto& [host, asked] : {std::pair(kLogin, true), std::pair("LOGIN.example.org", true),
                                    std::pair("portal.example.org", false), std::pair("", false)}) {
    Client client(port(), options("mika", host));
    ASSERT_TRUE(client.handshake()) << host;
    client.send(get("/style.css", "", *host == '\0' ? "127.0.0.1" : host));
    EXPECT_EQ(client.receive().status, 200) << host;
    EXPECT_EQ(client.was_asked(), asked) << host;
    EXPECT_EQ(client.tickets(), 0);
  }
}

TEST_F(Browsers, AreNotAskedWithoutANameToLogInAt) {
  settings_.login_host.clear();
  start();
  const auto help = ask("mika", get("/"));
  EXPECT_EQ(help.status, 200);
  EXPECT_NE(help.body.find("is not set up on this hub"), std::string::npos);
  EXPECT_EQ(ask("mika", get("/session")).status, 404);
}

TEST_F(Browsers, AreSentToTheNameThatTheyLogInAt) {
  start();
  const auto help = ask("", get("/", "", "portal.example.org:8443"), "portal.example.org");
  EXPECT_EQ(help.status, 200);
  EXPECT_NE(help.body.find("href=\"https://login.example.org:8443/\""), std::string::npos);
}

TEST_F(Browsers, OfAnotherHostThanTheOneOfTheHandshakeAreMisdirected) {
  start();
  EXPECT_EQ(ask("mika", get("/", "", kLogin), "portal.example.org").status, 421);
  EXPECT_EQ(ask("mika", get("/", "", "portal.example.org"), kLogin).status, 421);
  EXPECT_EQ(ask("mika", get("/", "", kLogin), "").status, 421) << "nobody was asked";
}

TEST_F(Browsers, WithoutACertificateAreToldBothCauses) {
  start();
  const auto page = ask("", get("/"));
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(title_of(page), "No certificate came from your browser");
  EXPECT_NE(page.body.find("is installed in this browser"), std::string::npos);
  EXPECT_NE(page.body.find("It is installed but has expired"), std::string::npos);
  EXPECT_EQ(ask("", post("/login", "user=a&code=1")).status, 403);
}

TEST_F(Browsers, GetTheFormWithAnyCertificateSinceKaidodJudges) {
  start();
  for (const char* const person : {"mika", "expired", "stranger"})
    EXPECT_EQ(title_of(ask(person, get("/"))), "Log in") << person;
}

// ---- logging in

TEST_F(Browsers, LogInWithWhatWasTypedAndTheCertificateOfTheConnection) {
  start();
  const auto answer = ask("mika", post("/login", filled()), admitted());
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(answer.fields.at("location"), "/session");
  EXPECT_EQ(answer.cookies, std::vector<std::string>(
                                {"__Host-kaido=s1; Secure; HttpOnly; SameSite=Strict; Path=/"}));
  const auto login = std::get<LogIn>(question_->body);
  EXPECT_EQ(login.source, "127.0.0.1");
  EXPECT_EQ(login.user, "annabel");
  EXPECT_EQ(login.code.reveal_text(), kDigits);
  EXPECT_TRUE(login.certificates.starts_with("-----BEGIN CERTIFICATE-----\n"));
  EXPECT_EQ(login.nonce + login.signature + login.wireguard_key, "");
}

TEST_F(Browsers, AreToldOneSentenceForAllThatIsWrongAndNeverTheirCode) {
  start();
  const auto answer = ask("mika", post("/login", filled()), Answer{.outcome = Outcome::refused});
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(title_of(answer), "Error: Log in");
  EXPECT_NE(answer.body.find("role=\"alert\""), std::string::npos);
  EXPECT_NE(answer.body.find("value=\"annabel\""), std::string::npos);
  EXPECT_EQ(answer.body.find(kDigits), std::string::npos);
  EXPECT_TRUE(answer.cookies.empty());
}

TEST_F(Browsers, AreToldHowLongToWaitOrThatNobodyDecides) {
  start();
  auto answer =
      ask("mika", post("/login", filled()), Answer{.outcome = Outcome::wait, .again = 30});
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.fields.at("retry-after"), "30");
  EXPECT_NE(answer.body.find("Try again in 30 s."), std::string::npos);
  answer = ask("mika", post("/login", filled()), Answer{.outcome = Outcome::unavailable});
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.body.find("cannot check your login"), std::string::npos);
}

TEST_F(Browsers, AreToldWhatIsWrongWithTheirCertificate) {
  start();
  const auto answer =
      ask("mika", post("/login", filled()),
          Answer{.outcome = Outcome::refused, .certificate = "certificate-expired"});
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(title_of(answer), "Error: Your certificate cannot be used");
  EXPECT_NE(answer.body.find("has expired"), std::string::npos);
}

TEST_F(Browsers, WithAHalfFilledFormGetItAgain) {
  start();
  const auto token = "&token=" + token_of(ask("mika", get("/")));
  for (const std::string& form :
       {"user=annabel" + token, "code=1" + token, "user=&code=1" + token,
        "user=a%0Ab&code=1" + token, "user=%ff&code=1" + token, std::string("%"), std::string()})
    EXPECT_EQ(ask("mika", post("/login", form)).status, 403) << form;
}

// ---- forms of other sites

TEST_F(Browsers, OfAnotherSitesFormAreNotHeard) {
  start();
  const auto form = filled();
  for (const std::string& fields :
       {std::string("Origin: https://evil.example\r\n"), std::string("Origin: null\r\n"),
        std::string("Origin: http://login.example.org\r\n"),
        std::string("Origin: https://login.example.org:8443\r\n"),
        std::string("Origin: https://portal.example.org\r\n"),
        std::string("Sec-Fetch-Site: cross-site\r\n"), std::string("Sec-Fetch-Site: same-site\r\n"),
        std::string("Sec-Fetch-Site: none\r\n")})
    EXPECT_EQ(ask("mika", post("/login", form, fields)).status, 403) << fields;
  const std::string own = "Origin: https://Login.example.org\r\nSec-Fetch-Site: same-origin\r\n";
  EXPECT_EQ(ask("mika", post("/login", form, own), admitted()).status, 303);
}

TEST_F(Browsers, WithATokenOfAnotherCertificateOrSessionOrNoneAreNotHeard) {
  start();
  const auto theirs = token_of(ask("stranger", get("/")));
  for (const std::string& form :
       {std::string("user=annabel&code=1"), "user=annabel&code=1&token=" + theirs,
        "user=annabel&code=1&token=" + std::string(64, '0')}) {
    const auto answer = ask("mika", post("/login", form));
    EXPECT_EQ(answer.status, 403);
    EXPECT_NE(answer.body.find("too old or not complete"), std::string::npos) << form;
  }
  const auto of_login = "token=" + token_of(ask("mika", get("/")));
  for (const char* const path : {"/session/extend", "/session/log-out"}) {
    const auto answer = ask("mika", post(path, of_login, kCookie), admitted());
    EXPECT_EQ(std::get<OfSession>(question_->body).verb, Verb::state) << path;
    EXPECT_NE(answer.body.find("too old or not complete"), std::string::npos);
  }
}

TEST_F(Browsers, SendFormsAsFormsOnly) {
  start();
  const auto as_json =
      "POST /login HTTP/1.1\r\nHost: login.example.org\r\nContent-Type: "
      "application/json\r\nContent-Length: 2\r\n\r\n{}";
  EXPECT_EQ(ask("mika", as_json).status, 415);
  EXPECT_EQ(ask("mika", get("/login")).status, 405);
  EXPECT_EQ(ask("mika", post("/session", "")).status, 405);
}

// ---- a session

TEST_F(Browsers, SeeTheirSessionUntilItEnds) {
  start();
  const auto page = ask("mika", get("/session", kCookie), admitted());
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(title_of(page), "You are logged in");
  for (const char* const text : {"annabel", "laptop", "in 2 h 46 min"})
    EXPECT_NE(page.body.find(text), std::string::npos) << text;
  EXPECT_EQ(page.fields.at("refresh"), "10001") << "it is asked for again when it is over";
  const auto question = std::get<OfSession>(question_->body);
  EXPECT_EQ(question.session, "s1");
  EXPECT_EQ(question.verb, Verb::state);
  EXPECT_EQ(question.nonce + question.signature, "");
  EXPECT_TRUE(question.certificates.starts_with("-----BEGIN CERTIFICATE-----\n"));
}

TEST_F(Browsers, AreToldThatItHasEndedAndForgetIt) {
  start();
  auto past = admitted();
  past.ends = past.now;
  for (const Answer& said :
       {Answer{.outcome = Outcome::ended}, Answer{.outcome = Outcome::refused}, past})
    for (const char* const path : {"/session", "/devices", "/configuration",
                                   "/configuration/kaido.conf", "/configuration/qr.svg"}) {
      const auto page = ask("mika", get(path, kCookie), said);
      EXPECT_EQ(title_of(page), "Your session has ended") << path;
      EXPECT_EQ(page.cookies.front(),
                "__Host-kaido=; Secure; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
      EXPECT_EQ(page.fields.count("refresh"), 0U);
      EXPECT_EQ(page.body.find("HUBKEY"), std::string::npos);
    }
}

TEST_F(Browsers, ExtendAndLogOut) {
  start();
  const auto token = session_token();
  const auto more = ask("mika", post("/session/extend", token, kCookie), admitted());
  EXPECT_EQ(std::get<OfSession>(question_->body).verb, Verb::extend);
  EXPECT_EQ(more.status, 303);
  const auto shown = ask("mika", get(more.fields.at("location"), kCookie), admitted());
  EXPECT_NE(shown.body.find("was asked for more time"), std::string::npos);
  const auto out =
      ask("mika", post("/session/log-out", token, kCookie), Answer{.outcome = Outcome::ended});
  EXPECT_EQ(std::get<OfSession>(question_->body).verb, Verb::log_out);
  EXPECT_EQ(out.fields.at("location"), "/logged-out");
  EXPECT_EQ(out.cookies.size(), 1U);
  EXPECT_EQ(title_of(ask("mika", get("/logged-out"))), "You have logged out");
}

TEST_F(Browsers, AreNotToldThatTheyAreLoggedOutWhenKaidodDidNotSaySo) {
  start();
  const auto answer = ask("mika", post("/session/log-out", session_token(), kCookie),
                          Answer{.outcome = Outcome::unavailable});
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(title_of(answer), "Error: The hub does not answer");
  EXPECT_TRUE(answer.cookies.empty()) << "the session may live";
}

TEST_F(Browsers, WithoutASessionAreLedToTheFormAndWithOneFromIt) {
  start();
  for (const char* const path : {"/session", "/devices", "/configuration"}) {
    const auto answer = ask("mika", get(path));
    EXPECT_EQ(answer.status, 303) << path;
    EXPECT_EQ(answer.fields.at("location"), "/") << path;
  }
  EXPECT_EQ(ask("mika", get("/", kCookie)).fields.at("location"), "/session");
  EXPECT_EQ(ask("", get("/session", kCookie)).status, 403);
}

// ---- the configuration

TEST_F(Browsers, GetTheirConfigurationWithoutThePortalInIt) {
  start();
  const auto file = ask("mika", get("/configuration/kaido.conf", kCookie), admitted());
  EXPECT_EQ(file.fields.at("content-disposition"), "attachment; filename=\"kaido.conf\"");
  EXPECT_NE(file.body.find("Endpoint = login.example.org:51790\n"), std::string::npos);
  EXPECT_NE(file.body.find("127.0.0.0/32, 127.0.0.2/31"), std::string::npos)
      << "all but 127.0.0.1, where the client is connected to: " << file.body;
  EXPECT_EQ(file.body.find("\nPrivateKey"), std::string::npos);
  const auto code = ask("mika", get("/configuration/qr.svg", kCookie), admitted());
  EXPECT_EQ(code.fields.at("content-type"), "image/svg+xml");
  EXPECT_TRUE(code.body.starts_with("<svg "));
  const auto page = ask("mika", get("/configuration", kCookie), admitted());
  EXPECT_NE(page.body.find("src=\"/configuration/qr.svg\""), std::string::npos);
  auto without_key = admitted();
  without_key.device_key.clear();
  EXPECT_EQ(ask("mika", get("/configuration/kaido.conf", kCookie), without_key).status, 404);
  EXPECT_EQ(ask("mika", get("/configuration/qr.svg", kCookie), without_key).status, 404);
}

TEST_F(Browsers, BehindNatGetItWithoutThePublicAddress) {
  settings_.public_addresses = {IpAddress::parse("198.51.100.7").value()};
  start();
  const auto file = ask("mika", get("/configuration/kaido.conf", kCookie), admitted());
  EXPECT_NE(file.body.find("198.51.100.6/32"), std::string::npos);
  EXPECT_EQ(file.body.find("198.51.100.7"), std::string::npos);
  EXPECT_NE(file.body.find("0.0.0.0/1,"), std::string::npos) << "127.0.0.1 is in it";
}

// ---- languages and fields

TEST_F(Browsers, AreSpokenToInTheirLanguageAndMayChooseAnother) {
  start();
  EXPECT_EQ(title_of(ask("mika", get("/", "Accept-Language: ja\r\n"))), "ログイン");
  const auto chosen = ask("mika", get("/?lang=ja"));
  EXPECT_EQ(title_of(chosen), "ログイン");
  EXPECT_EQ(chosen.cookies.front(),
            "__Host-kaido-language=ja; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000");
  const std::string kept = "Cookie: __Host-kaido-language=en\r\nAccept-Language: ja\r\n";
  EXPECT_EQ(title_of(ask("mika", get("/", kept))), "Log in");
  EXPECT_EQ(title_of(ask("mika", get("/?lang=fr"))), "Log in");
  EXPECT_EQ(ask("mika", get("/session?lang=ja", kCookie), admitted()).cookies.size(), 1U);
}

TEST_F(Browsers, GetFieldsThatKeepThePageToItself) {
  start();
  const auto page = ask("mika", get("/"));
  const std::vector<std::pair<std::string, std::string>> fields{
      {"content-security-policy",
       "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
       "frame-ancestors 'none'; base-uri 'none'"},
      {"strict-transport-security", "max-age=63072000"},
      {"x-content-type-options", "nosniff"},
      {"referrer-policy", "same-origin"},
      {"cache-control", "no-store"},
      {"cross-origin-opener-policy", "same-origin"},
      {"cross-origin-resource-policy", "same-origin"},
      {"content-type", "text/html; charset=utf-8"}};
  for (const auto& [name, value] : fields) EXPECT_EQ(page.fields.at(name), value) << name;
  EXPECT_EQ(ask("mika", get("/style.css")).fields.at("content-type"), "text/css; charset=utf-8");
}

// ---- silence

class Silent : public Browsers {
 protected:
  void SetUp() override {
    Browsers::SetUp();
    settings_.silent = true;
    settings_.authorities = path("ca") + ".crt";
  }
};

TEST_F(Silent, SaysNothingToWhoShowsNoValidCertificate) {
  start();
  for (const char* const host : {kLogin, "portal.example.org", "", "other.example.org"})
    for (const char* const person : {"", "expired", "stranger"}) {
      Client client(port(), options(person, host));
      ASSERT_TRUE(client.handshake());
      client.send(get("/", "", "portal.example.org"));
      EXPECT_EQ(client.receive().status, 0) << host << ' ' << person;
      EXPECT_TRUE(client.is_closed());
      EXPECT_TRUE(client.was_asked());
    }
}

TEST_F(Silent, ServesWhoShowsOneByWhateverName) {
  settings_.login_host.clear();
  start();
  const std::string other = "portal.example.org";
  EXPECT_EQ(title_of(ask("mika", get("/", "", other), other)), "Log in");
  EXPECT_EQ(title_of(ask("mika", get("/", "", "127.0.0.1"), "")), "Log in");
  Client client(port(), options("mika", other));
  ASSERT_TRUE(client.handshake());
  expect_login(client, kaidod());
}

TEST_F(Silent, DoesNotStartWithoutAuthorities) {
  settings_.authorities = path("none.crt");
  EXPECT_THROW(start(), std::runtime_error);
}

}  // namespace
}  // namespace kaido::portal
