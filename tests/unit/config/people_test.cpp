// [people] and [[group]]: what they say, the files they name, how they are shown and compared.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "config/times.hpp"
#include "unit/config/folder.hpp"

namespace kaido::config {
namespace {

using Sentences = std::vector<std::string>;

constexpr LoadOptions kNoFiles{.now = kNow, .read_files = false};

std::string told(const Loaded& loaded) {
  std::string lines;
  if (!loaded)
    for (const auto& mistake : loaded.error()) lines += mistake.to_string() + "\n";
  return lines;
}

std::string sample() { return read_text(std::filesystem::path(DATA) / "people.toml"); }

LoadedConfiguration loaded_of(std::string_view text) {
  auto loaded = load_text(text, "kaido.toml", kNoFiles);
  EXPECT_TRUE(loaded) << told(loaded);
  return loaded ? std::move(*loaded) : LoadedConfiguration{};
}

Sentences difference(std::string_view a, std::string_view b) {
  const auto running = loaded_of(a);
  return diff(running.model, running.identities, loaded_of(b));
}

TEST(People, SayWhatIsWritten) {
  const auto people = loaded_of(sample()).model.people;
  ASSERT_TRUE(people);
  EXPECT_EQ(*people,
            (session::Settings{
                .issuer = "Example Ltd.",
                .authority_files = {"people-ca.crt"},
                .revocation_files = {"people.crl"},
                .revocation_required = true,
                .session_minutes = 600,
                .session_end = 240,
                .addresses = {*Prefix::parse("10.90.0.0/20"), *Prefix::parse("fd52::/64")},
                .wireguard_port = 51700,
                .ikev2 = true,
                .groups = {{.name = "staff",
                            .networks = {"corp"},
                            .hours = session::Hours{.from = 480, .until = 1200, .days = 0x1f}},
                           {.name = "on-call", .networks = {"corp"}, .hours = std::nullopt}}}));
}

TEST(People, NeedNothingButTheirAuthorities) {
  const auto hub = read_text(std::filesystem::path(DATA) / "hub.toml");
  EXPECT_FALSE(loaded_of(hub).model.people);
  const auto people = loaded_of(hub + "[people]\nauthorities = [\"a.crt\"]\n").model.people;
  ASSERT_TRUE(people);
  EXPECT_EQ(people->issuer, "tokyo") << "the gateway's name";
  EXPECT_FALSE(people->revocation_required);
  EXPECT_EQ(people->session_minutes, 720U);
  EXPECT_FALSE(people->session_end || people->wireguard_port || people->ikev2);
  EXPECT_TRUE(people->groups.empty() && people->addresses.empty());
}

TEST(People, AreShownSoThatTheyReadTheSame) {
  for (const auto* hours : {"08:00-20:00", "mon,wed,sat 22:00-06:00", "sat-mon 00:00-24:00"}) {
    const auto loaded = loaded_of(replaced(sample(), "mon-fri 08:00-20:00", hours));
    const auto text = show(loaded.model);
    EXPECT_TRUE(loaded_of(text) == loaded) << text;
  }
}

TEST(People, OfTheSampleAreRightWhenTheirCommentSignsAreTaken) {
  const auto text = read_text(std::filesystem::path(SAMPLES) / "hub.toml");
  const auto start = text.find("# [people]");
  ASSERT_NE(start, std::string::npos);
  std::istringstream lines(text.substr(start));
  auto taken = text.substr(0, start);
  for (std::string line; std::getline(lines, line);)
    taken += (line.starts_with("# ") ? line.substr(2) : line) + "\n";
  const auto people = loaded_of(taken).model.people;
  ASSERT_TRUE(people);
  EXPECT_FALSE(people->groups.empty());
}

TEST(Hours, AreShortAndReadTheSame) {
  const auto shown = [](std::string_view text) {
    const auto hours = parse_hours(text);
    if (!hours) return hours.error();
    EXPECT_EQ(parse_hours(to_text(*hours)), *hours) << text;
    return to_text(*hours);
  };
  EXPECT_EQ(shown("mon-sun 08:00-20:00"), "08:00-20:00");
  EXPECT_EQ(shown("sun,mon,tue,wed 08:00-20:00"), "mon-wed,sun 08:00-20:00");
  EXPECT_EQ(shown("sat-sun 09:30-17:45"), "sat,sun 09:30-17:45");
  EXPECT_EQ(shown("fri-mon 22:00-06:00"), "mon,fri-sun 22:00-06:00");
  EXPECT_EQ(shown("fri 00:00-24:00"), "fri 00:00-00:00") << "until the next day begins";
}

TEST(DiffOfPeople, NamesEachOptionAndBothValues) {
  auto text = replaced(sample(), "Example Ltd.", "Example");
  text = replaced(text, "[\"people-ca.crt\"]", "[\"people-ca.crt\", \"new.crt\"]");
  text = replaced(text, "revocations = [\"people.crl\"]\nrevocation = \"required\"", "");
  text = replaced(text, "session_minutes = 600\nsession_end = \"04:00\"", "");
  text = replaced(text, ", \"fd52::/64\"", "");
  text = replaced(text, "wireguard_port = 51700\nikev2 = true", "");
  text = replaced(text, "mon-fri 08:00-20:00", "sat,sun 08:00-20:00");
  EXPECT_EQ(
      difference(sample(), text),
      (Sentences{"people: issuer Example Ltd. -> Example",
                 "people: authorities [people-ca.crt] -> [people-ca.crt, new.crt]",
                 "people: revocations [people.crl] -> []", "people: revocation required -> relaxed",
                 "people: session_minutes 600 -> 720", "people: session_end 04:00 -> none",
                 "people: addresses [10.90.0.0/20, fd52::/64] -> [10.90.0.0/20]",
                 "people: wireguard_port 51700 -> none", "people: ikev2 true -> false",
                 "group staff: hours mon-fri 08:00-20:00 -> sat,sun 08:00-20:00"}));
}

TEST(DiffOfPeople, FollowsGroupsByName) {
  const auto lab = "\n[[group]]\nname = \"lab\"\nnetworks = [\"corp\"]\n";
  EXPECT_EQ(difference(sample(), sample() + lab), Sentences{"group lab added"});
  EXPECT_EQ(difference(sample() + lab, sample()), Sentences{"group lab removed"});
  const auto partner = "\n[[network]]\nname = \"lab\"\nprefixes = [\"10.60.0.0/16\"]\n";
  const auto text = replaced(sample(), "name = \"on-call\"\nnetworks = [\"corp\"]",
                             "name = \"on-call\"\nnetworks = [\"corp\", \"lab\"]");
  EXPECT_EQ(difference(sample() + partner, text + partner),
            Sentences{"group on-call: networks [corp] -> [corp, lab]"});
}

TEST(DiffOfPeople, TellsThatNobodyCouldLogInBeforeOrCanNoMore) {
  const auto hub = read_text(std::filesystem::path(DATA) / "hub.toml");
  EXPECT_EQ(difference(hub, sample()),
            (Sentences{"people added", "group staff added", "group on-call added"}));
  EXPECT_EQ(difference(sample(), hub),
            (Sentences{"people removed", "group staff removed", "group on-call removed"}));
}

TEST(DiffOfPeople, TellsThatAFileHoldsSomethingElse) {
  const auto running = loaded_of(sample());
  auto wanted = running;
  wanted.identities.people_authorities_pem = "another";
  wanted.identities.people_revocations_pem = "newer";
  EXPECT_EQ(diff(running.model, running.identities, wanted),
            (Sentences{"people: the authorities' certificates changed",
                       "people: the revocation lists changed"}));
}

class PeopleFiles : public ::testing::Test {
 protected:
  PeopleFiles() : authority_(issue({.names = {}, .authority = true})) {
    folder_.add_identity("tokyo", {"tokyo.kaido.example"});
    folder_.write("wireguard/hub.key", "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n");
    folder_.write_certificate("people-ca.crt", authority_);
    folder_.write_revocations("people.crl", revoke_nothing(authority_));
  }

  [[nodiscard]] Loaded load(std::optional<std::int64_t> now = kNow) const {
    return load_text(sample(), folder_.file(), {.now = now});
  }
  /// One mistake, at `place` of the file, with `fragment` in it.
  void expect(std::string_view place, std::string_view fragment) const {
    const auto lines = told(load());
    EXPECT_EQ(std::ranges::count(lines, '\n'), 1) << lines;
    EXPECT_TRUE(lines.starts_with(folder_.file().string() + std::string(place))) << lines;
    EXPECT_NE(lines.find(fragment), std::string::npos) << lines << "expected: " << fragment;
  }
  [[nodiscard]] std::string content(const char* name) const {
    return read_text(folder_.path() / name);
  }

  Folder folder_;
  Issued authority_;
};

constexpr std::string_view kAuthorities = ":45:16: authorities: ";
constexpr std::string_view kRevocations = ":46:16: revocations: ";

TEST_F(PeopleFiles, AreReadWithTheConfiguration) {
  const auto loaded = load();
  ASSERT_TRUE(loaded) << told(loaded);
  EXPECT_EQ(loaded->identities.people_authorities_pem, content("people-ca.crt"));
  EXPECT_EQ(loaded->identities.people_revocations_pem, content("people.crl"));
  EXPECT_EQ(loaded->identities.certificates->authority_der.size(), 1U)
      << "who may issue people's certificates may not issue gateways'";
  const auto& of_ike = loaded->identities.people_certificates;
  EXPECT_EQ(of_ike->own_der, loaded->identities.certificates->own_der);
  EXPECT_EQ(of_ike->authority_der,
            std::vector{to_der(*parse_certificates(content("people-ca.crt")).at(0))});
  EXPECT_EQ(*loaded->identities.people_revocations,
            std::vector{to_der(*parse_revocations(content("people.crl")).found.at(0))});
  EXPECT_EQ(loaded->identities.validity.back().what, "the authority \"people-ca.crt\" of [people]");
}

TEST_F(PeopleFiles, MayBeDer) {
  const auto pem = load();
  ASSERT_TRUE(pem) << told(pem);
  const auto list = parse_revocations(content("people.crl"));
  folder_.write_certificate("people-ca.crt", authority_, true);
  folder_.write_revocations("people.crl", list.found.at(0), true);
  const auto der = load();
  ASSERT_TRUE(der) << told(der);
  EXPECT_TRUE(der->identities == pem->identities);
}

TEST_F(PeopleFiles, MayHoldSeveral) {
  const auto other = issue({.names = {}, .authority = true});
  const auto first = content("people-ca.crt");
  folder_.write_certificate("people-ca.crt", other);
  const auto both = first + content("people-ca.crt");
  folder_.write("people-ca.crt", "The old one:\n" + both);
  const auto loaded = load();
  ASSERT_TRUE(loaded) << told(loaded);
  EXPECT_EQ(loaded->identities.people_authorities_pem, both);
}

TEST_F(PeopleFiles, ThatAreCutOffAreNotTakenForWhole) {
  const auto certificate = content("people-ca.crt");
  folder_.write("people-ca.crt", certificate + certificate.substr(0, certificate.size() / 2));
  expect(kAuthorities,
         "certificate 2 of \"people-ca.crt\" cannot be read (the file may be cut off");
  folder_.write("people-ca.crt", certificate);
  const auto list = content("people.crl");
  folder_.write("people.crl", list + list.substr(0, list.size() / 2));
  expect(kRevocations, "revocation list 2 of \"people.crl\" cannot be read");
}

TEST_F(PeopleFiles, MissingAuthority) {
  std::filesystem::remove(folder_.path() / "people-ca.crt");
  expect(kAuthorities, "people-ca.crt does not exist");
}

TEST_F(PeopleFiles, NotACertificate) {
  folder_.write("people-ca.crt", "hello");
  expect(kAuthorities, "\"people-ca.crt\" is not a certificate (expected X.509, PEM or DER)");
}

TEST_F(PeopleFiles, KeyInPlaceOfTheAuthority) {
  folder_.write_key("people-ca.crt", authority_);
  expect(kAuthorities, "\"people-ca.crt\" is not a certificate (it holds a private key)");
}

TEST_F(PeopleFiles, CertificateOfNoAuthority) {
  folder_.write_certificate("people-ca.crt", issue({.names = {"x.example"}}));
  expect(kAuthorities, "\"people-ca.crt\" is not an authority's certificate (expected basicCons");
}

TEST_F(PeopleFiles, ExpiredAuthorityIsToldAndWatched) {
  folder_.write_certificate("people-ca.crt",
                            issue({.names = {}, .authority = true, .until = kNow - 1}));
  expect(kAuthorities,
         "the authority \"people-ca.crt\" of [people] expired on 2027-01-15 07:59:59 UTC");
  const auto started = load(std::nullopt);
  ASSERT_TRUE(started) << "a wrong clock must not keep the tunnels down: " << told(started);
  EXPECT_EQ(started->identities.validity.back().until, kNow - 1);
}

TEST_F(PeopleFiles, MissingRevocations) {
  std::filesystem::remove(folder_.path() / "people.crl");
  expect(kRevocations, "people.crl does not exist");
}

TEST_F(PeopleFiles, NotARevocationList) {
  folder_.write("people.crl", "hello");
  expect(kRevocations, "\"people.crl\" is not a revocation list (expected an X.509 CRL, PEM or DE");
}

TEST_F(PeopleFiles, ListThatCharonWouldNotFind) {
  folder_.write_revocations("people.crl", revoke_nothing(authority_, false));
  expect(kRevocations, "a list in \"people.crl\" has no authorityKeyIdentifier, and charon would");
}

TEST_F(PeopleFiles, CertificateInPlaceOfRevocations) {
  folder_.write_certificate("people.crl", authority_);
  expect(kRevocations, "\"people.crl\" is not a revocation list (it holds a certificate)");
}

}  // namespace
}  // namespace kaido::config
