// Bytes that somebody made to break the reading of certificates.
#include <openssl/x509v3.h>

#include "contract/certificate_judge/judged.hpp"

namespace kaido {
namespace {

using pki::kNow;
using session::Refusal;

constexpr std::size_t kMost = std::size_t{64} * 1024;

TEST_F(Judged, NothingIsNoCertificateAndGarbageAnInvalidOne) {
  EXPECT_EQ(fault(""), Refusal::no_certificate);
  using namespace std::string_literals;
  for (const auto& bytes :
       {" "s, "0"s, "\0"s, "0\x82\xFF\xFF"s, "0\x80"s, "\x30\x84\xFF\xFF\xFF\xFF"s, "garbage"s,
        "-----BEGIN CERTIFICATE-----"s, "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"s,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"s,
        "-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n"s,
        "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END "
        "CERTIFICATE-----\n"s}) {
    const auto facts = judge.judge(bytes, kNow);
    EXPECT_EQ(facts.fault, Refusal::certificate_invalid) << bytes;
    EXPECT_EQ(facts.fingerprint, session::Fingerprint{});
    EXPECT_EQ(facts.subject, "");
    EXPECT_EQ(facts.not_after, 0);
  }
}

TEST_F(Judged, EveryCutOfACertificateIsInvalid) {
  const auto der = pki::der(issue());
  for (std::size_t size = 1; size < der.size(); ++size)
    EXPECT_EQ(fault(der.substr(0, size)), Refusal::certificate_invalid) << size;
}

TEST_F(Judged, EveryChangedByteIsRefused) {
  const auto der = pki::der(issue());
  for (std::size_t i = 0; i < der.size(); ++i) {
    auto bad = der;
    bad[i] = static_cast<char>(bad[i] ^ 0x01);
    EXPECT_NE(fault(bad), kGood) << i;
  }
}

TEST_F(Judged, BytesAfterACertificateAreRefused) {
  const auto alice = issue();
  EXPECT_EQ(fault(pki::der(alice) + "x"), Refusal::certificate_invalid);
  EXPECT_EQ(fault(pki::der(alice) + pki::der(alice)), Refusal::certificate_invalid);
  EXPECT_EQ(fault(pki::der(alice) + std::string(1, '\0')), Refusal::certificate_invalid);
}

TEST_F(Judged, ACertificateHasOneSpellingAndSoOneFingerprint) {
  // The outer length in four bytes instead of two: BER, but not DER.
  auto ber = pki::der(issue());
  ASSERT_EQ(ber.substr(0, 2), "\x30\x82");
  using namespace std::string_literals;
  ber = "\x30\x84\0\0"s + ber.substr(2);
  EXPECT_EQ(fault(ber), Refusal::certificate_invalid);
}

TEST_F(Judged, TextAroundPemDoesNotMatter) {
  const auto alice = issue();
  auto windows = pki::pem(alice);
  for (auto at = windows.find('\n'); at != std::string::npos; at = windows.find('\n', at + 2))
    windows.insert(at, 1, '\r');
  EXPECT_EQ(fault(windows), kGood);
  EXPECT_EQ(fault("Bag Attributes\n  friendlyName: アリス\nsubject=CN = alice\n" + pki::pem(alice) +
                  "\n\nthe end"),
            kGood);
  EXPECT_EQ(fault("0 is how this begins\n" + pki::pem(alice)), kGood);
}

TEST_F(Judged, OtherBlocksOfPemArePassedOver) {
  const std::string key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
  EXPECT_EQ(fault(key + pki::pem(issue()) + key), kGood);
  EXPECT_EQ(fault(key), Refusal::certificate_invalid);
}

TEST_F(Judged, ABrokenCertificateAfterAGoodOneIsInvalidButShown) {
  const auto alice = issue();
  const auto facts = judge.judge(
      pki::pem(alice) + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", kNow);
  EXPECT_EQ(facts.fault, Refusal::certificate_invalid);
  EXPECT_EQ(facts.fingerprint, pki::sha256(pki::der(alice)));
}

TEST_F(Judged, TwoHundredCertificatesAreTooMany) {
  const auto alice = pki::pem(issue());
  std::string many;
  for (int i = 0; i < 200; ++i) many += alice;
  ASSERT_GT(many.size(), kMost);
  EXPECT_EQ(fault(many), Refusal::certificate_invalid);
}

TEST_F(Judged, OnlyEightIntermediatesAreLookedAt) {
  const auto middle = pki::authority("Tokyo", &ca);
  const auto alice = pki::pem(pki::issue({}, &middle));
  std::string others;
  for (int i = 0; i < 7; ++i) others += pki::pem(pki::authority("Other " + std::to_string(i)));
  EXPECT_EQ(fault(alice + others + pki::pem(middle)), kGood);
  EXPECT_EQ(fault(alice + others + others + pki::pem(middle)), Refusal::certificate_invalid);
}

TEST_F(Judged, SixtyFourKilobytesAreTheMost) {
  const auto alice = pki::pem(issue());
  EXPECT_EQ(fault(alice + std::string(kMost - alice.size(), '\n')), kGood);
  EXPECT_EQ(fault(alice + std::string(kMost - alice.size() + 1, '\n')),
            Refusal::certificate_invalid);
  EXPECT_EQ(fault(std::string(5'000'000, '0')), Refusal::certificate_invalid);
}

TEST_F(Judged, ALongListOfNamesIsNoTrouble) {
  std::string names;
  for (int i = 0; i < 1500; ++i)
    names += (i == 0 ? "DNS:" : ",DNS:") + std::to_string(i) + ".example";
  const auto alice = issue({.alternative = names});
  ASSERT_LT(pki::pem(alice).size(), kMost);
  EXPECT_EQ(fault(alice), kGood);
}

TEST_F(Judged, ANameCannotDeceiveAReader) {
  using namespace std::string_literals;
  const auto subject = [&](const std::string& name) {
    return judge.judge(pki::pem(issue({.name = name})), kNow).subject;
  };
  EXPECT_EQ(subject("alice\0.admin"s), "CN=alice\\00.admin");
  EXPECT_EQ(subject("アリス"), "CN=アリス");
  EXPECT_EQ(subject("a,CN=root"), "CN=a\\,CN=root");
  EXPECT_EQ(subject("a\x1B[2J\nb"), "CN=a\\1B[2J\\0Ab");
  EXPECT_EQ(subject("a\u202Eb"), "CN=a?b");
  EXPECT_EQ(subject("a\u0085b"), "CN=a?b");
}

TEST_F(Judged, ALongNameIsCutBetweenItsCharacters) {
  // Twelve entries of a permitted length each would be long; one of 64 characters is 192 bytes.
  std::string name;
  for (int i = 0; i < 64; ++i) name += "漢";
  const auto facts = judge.judge(pki::pem(issue({.name = name})), kNow);
  EXPECT_EQ(facts.subject, "CN=" + name);
  name.clear();
  for (int i = 0; i < 50; ++i) name += "𠮷";
  const auto longer = judge.judge(pki::pem(issue({.name = name})), kNow);
  EXPECT_EQ(longer.subject, "CN=" + name.substr(0, 196)) << "199 bytes: the next has four";
}

TEST_F(Judged, AnExtensionThatNobodyKnowsAndMustBeKnownIsRefused) {
  const int unknown = OBJ_create("1.3.6.1.4.1.99999.1", "kaidoTest", "kaidoTest");
  X509V3_EXT_add_alias(unknown, NID_netscape_comment);
  EXPECT_EQ(fault(issue({.others = {{unknown, "critical,anything"}}})),
            Refusal::certificate_invalid);
  EXPECT_EQ(fault(issue({.others = {{unknown, "anything"}}})), kGood);
}

TEST_F(Judged, AnExtensionThatIsThereTwiceIsRefused) {
  EXPECT_EQ(fault(issue({.others = {{NID_ext_key_usage, "clientAuth"}}})),
            Refusal::certificate_invalid);
}

}  // namespace
}  // namespace kaido
