// A hub with people on a real store and vault in a folder of its own, and a judge that a test tells
// what it thinks of a certificate.
#pragma once

#include <gtest/gtest.h>
#include <liboath/oath.h>
#include <stdlib.h>

#include <array>
#include <filesystem>
#include <map>
#include <string>

#include "adapters/otp_vault/file_vault.hpp"
#include "adapters/user_store/sqlite_store.hpp"
#include "engine/people_desk.hpp"

namespace kaido::test {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "kaido-people-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string operator/(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

class FakeJudge final : public CertificateJudge {
 public:
  Result<void> trust(const PeopleTrust& trust) override {
    trusted = trust;
    if (trouble) return std::unexpected(*trouble);
    return {};
  }
  [[nodiscard]] session::CertificateFacts judge(std::string_view certificates,
                                                session::WallTime /*now*/) const override {
    const auto found = facts.find(certificates);
    return found == facts.end() ? session::CertificateFacts{} : found->second;
  }
  [[nodiscard]] bool signed_by(std::string_view certificates, std::string_view text,
                               std::string_view signature) const override {
    return !certificates.empty() && signature == sign(certificates, text);
  }
  /// What counts as the signature of a text by a certificate's key.
  [[nodiscard]] static std::string sign(std::string_view certificate, std::string_view text) {
    return std::string(certificate).append(" signed: ").append(text);
  }
  /// A good one with this text.
  void accept(const std::string& certificate) {
    session::CertificateFacts good;
    good.fault.reset();
    good.fingerprint.fill(static_cast<std::uint8_t>(facts.size() + 1));
    good.subject = "CN=" + certificate;
    good.not_after = 2'000'000'000;
    good.pem = certificate;
    facts[certificate] = good;
  }

  std::map<std::string, session::CertificateFacts, std::less<>> facts;
  PeopleTrust trusted;
  std::optional<Error> trouble;
};

constexpr session::WallTime kNow = 1'800'000'000;

class PeopleWorld : public testing::Test {
 protected:
  PeopleWorld() {
    settings.issuer = "tokyo";
    settings.groups = {{.name = "staff", .networks = {"corp"}, .hours = std::nullopt}};
    settings.addresses = {Prefix::parse("10.8.0.0/24").value(),
                          Prefix::parse("fd00:8::/64").value()};
    judge.accept("alice's laptop");
    judge.accept("bob's laptop");
  }

  [[nodiscard]] static Asked at(session::WallTime now) {
    return {.actor = "root", .now = now, .utc_offset = 9 * 3600};
  }

  /// With a confirmed one-time password, whose seed is remembered, and a device.
  void add_person(const std::string& name) {
    ASSERT_EQ(
        desk.add_users(at(kNow), settings, {{.name = name, .display = "", .groups = {}}}, false),
        1U);
    const auto uri = desk.new_otp(at(kNow), settings, name, {});
    ASSERT_TRUE(uri);
    remember(name, *uri);
    ASSERT_EQ(desk.verify_otp(at(kNow), name, code(name, kNow)), true);
    ASSERT_TRUE(desk.add_device(
        at(kNow), settings,
        {.user = name, .name = "laptop", .certificate = name + "'s laptop", .wireguard_key = ""}));
  }

  void remember(const std::string& name, const Secret& uri) {
    const std::string text(uri.reveal_text());
    const auto begin = text.find("secret=") + 7;
    seeds[name] = text.substr(begin, text.find('&', begin) - begin);
  }

  /// As an authenticator app computes it.
  [[nodiscard]] Secret code(const std::string& name, session::WallTime now) {
    char* bytes = nullptr;
    std::size_t size = 0;
    const auto& seed = seeds.at(name);
    EXPECT_EQ(oath_base32_decode(seed.data(), seed.size(), &bytes, &size), OATH_OK);
    std::array<char, 9> digits{};
    EXPECT_EQ(oath_totp_generate(bytes, size, now, 30, 0, 6, digits.data()), OATH_OK);
    free(bytes);
    return Secret(std::string_view(digits.data()));
  }

  [[nodiscard]] LoginRequest request(const std::string& user, Secret with,
                                     const std::string& certificate) {
    return {.user = user,
            .code = std::move(with),
            .certificates = certificate,
            .door = session::Door::portal,
            .source = "192.0.2.9"};
  }
  /// By Kaido's own client, which signs.
  [[nodiscard]] LoginRequest signed_request(const std::string& user, Secret with,
                                            const std::string& certificate) {
    auto made = request(user, std::move(with), certificate);
    made.door = session::Door::client;
    made.signed_text = "text";
    made.signature = FakeJudge::sign(certificate, "text");
    return made;
  }
  [[nodiscard]] Result<LoginOutcome> log_in(session::WallTime now, LoginRequest request) {
    return std::move(desk.log_in(at(now), settings, std::span(&request, 1)).front());
  }
  [[nodiscard]] static std::string why(const Result<LoginOutcome>& outcome) {
    if (!outcome) return outcome.error().to_string();
    if (const auto* refused = std::get_if<session::Refused>(&*outcome))
      return to_string(refused->why);
    return "admitted";
  }

  Folder folder;
  SqliteStore store{{.database = folder / "people.db",
                     .checkpoint = folder / "people.checkpoint",
                     .key = folder / "audit.key"}};
  FileVault vault{folder / "otp.key", [] { return false; }};
  FakeJudge judge;
  LoginPorts ports{.store = store, .vault = vault, .judge = judge};
  PeopleDesk desk{ports, kNow - 3600};
  session::Settings settings;
  std::map<std::string, std::string> seeds;
};

}  // namespace kaido::test
