// Certificates, keys and the other files that a configuration names.
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <algorithm>

#include "config/keys.hpp"
#include "unit/config/folder.hpp"

namespace kaido::config {
namespace {

const std::vector<std::string> kNames{"s1.osaka.kaido.example", "s2.osaka.kaido.example"};

class Identity : public ::testing::Test {
 protected:
  Identity() { folder_.add_identity("osaka", kNames); }

  [[nodiscard]] std::string told(std::int64_t now = kNow) const {
    const auto text = read_text(std::filesystem::path(DATA) / "branch.toml");
    const auto loaded = load_text(text, folder_.file(), {.now = now});
    std::string lines;
    if (!loaded)
      for (const auto& mistake : loaded.error()) lines += mistake.to_string() + "\n";
    return lines;
  }
  /// One mistake, at `place` of the file, with `fragment` in it.
  void expect(std::string_view place, std::string_view fragment, std::int64_t now = kNow) const {
    const auto lines = told(now);
    EXPECT_EQ(std::ranges::count(lines, '\n'), 1) << lines;
    EXPECT_TRUE(lines.starts_with(folder_.file().string() + std::string(place))) << lines;
    EXPECT_NE(lines.find(fragment), std::string::npos) << lines << "expected: " << fragment;
    EXPECT_EQ(lines.find("PRIVATE"), std::string::npos);
  }
  void replace_certificate(const Wish& wish, const Issued* issuer) const {
    const auto issued = issue(wish, issuer);
    folder_.write_certificate("osaka.crt", issued);
    folder_.write_key("osaka.key", issued);
  }

  Folder folder_;
};

constexpr std::string_view kCertificate = ":12:15: certificate: ";
constexpr std::string_view kKey = ":13:7: key: ";
constexpr std::string_view kAuthorities = ":14:16: authorities: ";

TEST_F(Identity, ThatIsRightIsNotTold) { EXPECT_EQ(told(), ""); }

TEST_F(Identity, MayBeDer) {
  const auto issued = issue({.names = kNames}, &folder_.authority());
  folder_.write_certificate("osaka.crt", issued, true);
  folder_.write_key("osaka.key", issued);
  folder_.write_certificate("ca.crt", folder_.authority(), true);
  EXPECT_EQ(told(), "");
}

TEST_F(Identity, OfAnyTimeIsTakenWhenNobodyAsksForTheTime) {
  replace_certificate({.names = kNames, .until = kNow - 3600}, &folder_.authority());
  ASSERT_NE(told(), "");
  const auto text = read_text(std::filesystem::path(DATA) / "branch.toml");
  const auto loaded = load_text(text, folder_.file(), {});
  ASSERT_TRUE(loaded) << "a clock that is late must not keep WireGuard down";
  const auto& validity = loaded->identities.validity;
  ASSERT_EQ(validity.size(), 2U) << "what the daemon watches";
  EXPECT_EQ(validity[0].what, "the authority \"ca.crt\"");
  EXPECT_EQ(validity[1].what, "the certificate");
  EXPECT_EQ(validity[1].until, kNow - 3600);
}

TEST_F(Identity, MissingFile) {
  std::filesystem::remove(folder_.path() / "osaka.crt");
  expect(kCertificate, "osaka.crt does not exist");
}

TEST_F(Identity, FolderInsteadOfAFile) {
  std::filesystem::remove(folder_.path() / "osaka.crt");
  std::filesystem::create_directory(folder_.path() / "osaka.crt");
  expect(kCertificate, "osaka.crt is a folder (expected a file)");
}

TEST_F(Identity, PipeThatNobodyWritesToDoesNotHang) {
  std::filesystem::remove(folder_.path() / "osaka.crt");
  ASSERT_EQ(mkfifo((folder_.path() / "osaka.crt").c_str(), 0600), 0);
  expect(kCertificate, "osaka.crt is no file");
}

TEST_F(Identity, NotACertificate) {
  folder_.write("osaka.crt", "hello");
  expect(kCertificate, "\"osaka.crt\" is not a certificate (expected X.509, PEM or DER)");
}

TEST_F(Identity, KeyInPlaceOfTheCertificate) {
  std::filesystem::copy_file(folder_.path() / "osaka.key", folder_.path() / "osaka.crt",
                             std::filesystem::copy_options::overwrite_existing);
  expect(kCertificate, "is not a certificate (it holds a private key)");
}

TEST_F(Identity, ExpiredIsToldWithTheDate) {
  replace_certificate({.names = kNames, .until = kNow - 3600}, &folder_.authority());
  expect(kCertificate, "the certificate expired on 2027-01-15 07:00:00 UTC");
}

TEST_F(Identity, NotYetValidIsToldWithBothDates) {
  replace_certificate({.names = kNames, .from = kNow + 3600}, &folder_.authority());
  expect(kCertificate,
         "is not valid before 2027-01-15 09:00:00 UTC (this machine's clock says 2027-01-15 "
         "08:00:00 UTC)");
}

TEST_F(Identity, LacksTheNameOfASlot) {
  replace_certificate({.names = {"s1.osaka.kaido.example"}}, &folder_.authority());
  expect(kCertificate,
         "it lacks the name s2.osaka.kaido.example (subjectAltName DNS) (it has "
         "s1.osaka.kaido.example)");
}

TEST_F(Identity, NamesAreComparedWithoutCase) {
  replace_certificate({.names = {"S1.Osaka.Kaido.example", "s2.osaka.kaido.example"}},
                      &folder_.authority());
  EXPECT_EQ(told(), "");
}

TEST_F(Identity, KeyOfAnotherCertificate) {
  folder_.write_key("osaka.key", issue({.names = kNames}));
  expect(kKey, "it does not belong to the certificate (line 12)");
}

TEST_F(Identity, KeyThatOthersCanRead) {
  chmod((folder_.path() / "osaka.key").c_str(), 0640);
  expect(kKey, "osaka.key is a secret and others can use it (mode 0640) (chmod 600 ");
}

TEST_F(Identity, KeyThatIsNone) {
  folder_.write("osaka.key", "hello");
  expect(kKey, "\"osaka.key\" is not a private key (expected PEM or DER)");
}

TEST_F(Identity, KeyWithAPassphraseIsNotAskedFor) {
  BIO* bio = BIO_new(BIO_s_mem());
  const auto issued = issue({.names = kNames});
  char passphrase[] = "secret";
  PEM_write_bio_PKCS8PrivateKey(bio, issued.key.get(), EVP_aes_256_cbc(), passphrase, 6, nullptr,
                                nullptr);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  folder_.write("osaka.key", {data, static_cast<std::size_t>(size)});
  BIO_free(bio);
  expect(kKey, "\"osaka.key\" is protected by a passphrase");
}

TEST_F(Identity, SignedBySomebodyElse) {
  const auto other = issue({.names = {}, .authority = true});
  replace_certificate({.names = kNames}, &other);
  expect(kCertificate, "its chain does not end at one of the authorities (line 14): ");
}

TEST_F(Identity, AnIntermediateAuthorityIsEnough) {
  const auto root = issue({.names = {}, .authority = true});
  const auto intermediate = issue({.names = {}, .authority = true}, &root);
  replace_certificate({.names = kNames}, &intermediate);
  folder_.write_certificate("ca.crt", intermediate);
  EXPECT_EQ(told(), "");
}

TEST_F(Identity, AuthorityThatIsNone) {
  const auto plain = issue({.names = {"x.example"}});
  folder_.write_certificate("ca.crt", plain);
  const auto lines = told();
  EXPECT_NE(lines.find("authorities: \"ca.crt\" is not an authority's certificate"),
            std::string::npos)
      << lines;
}

TEST_F(Identity, ExpiredAuthority) {
  const auto old = issue({.names = {}, .authority = true, .until = kNow - 1});
  replace_certificate({.names = kNames}, &old);
  folder_.write_certificate("ca.crt", old);
  expect(kAuthorities, "the authority \"ca.crt\" expired on 2027-01-15 07:59:59 UTC");
}

TEST_F(Identity, WireGuardKeyThatOthersCanRead) {
  folder_.write("wireguard/slot-2.key", to_base64(make_private_key()->reveal()), 0644);
  expect(":17:8: keys: ", "slot-2.key is a secret and others can use it (mode 0644)");
}

TEST_F(Identity, WireGuardKeyThatIsNoneIsNotShown) {
  folder_.write("wireguard/slot-2.key", "not-a-key-but-somehow-secret\n");
  expect(":17:8: keys: ", "slot-2.key does not hold a WireGuard key (expected 44 characters");
  EXPECT_EQ(told().find("somehow"), std::string::npos);
}

TEST(HubIdentity, HasTheDomainItself) {
  const Folder folder;
  folder.add_identity("tokyo", {"s1.tokyo.kaido.example"});
  const auto loaded =
      load_text(read_text(std::filesystem::path(DATA) / "hub.toml"), folder.file(), {.now = kNow});
  ASSERT_FALSE(loaded);
  ASSERT_EQ(loaded.error().size(), 2U);
  EXPECT_EQ(loaded.error()[0].message,
            "certificate: it lacks the name tokyo.kaido.example (subjectAltName DNS)");
  EXPECT_NE(loaded.error()[1].message.find("hub.key does not exist"), std::string::npos);
  EXPECT_NE(loaded.error()[1].hint.find("umask 077; wg genkey"), std::string::npos);
}

}  // namespace
}  // namespace kaido::config
