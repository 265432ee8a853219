// Whose certificate counts: chain, time, usage and strength.
#include <openssl/x509v3.h>

#include "contract/certificate_judge/judged.hpp"

namespace kaido {
namespace {

using pki::kDay;
using pki::kNow;
using session::Refusal;

TEST_F(Judged, AGoodCertificateIsKnownByItsFingerprint) {
  const auto alice = issue({.until = kNow + 7 * kDay});
  for (const auto& bytes : {pki::pem(alice), pki::der(alice)}) {
    const auto facts = judge.judge(bytes, kNow);
    EXPECT_EQ(facts.fault, kGood);
    EXPECT_EQ(facts.fingerprint, pki::sha256(pki::der(alice)));
    EXPECT_EQ(facts.subject, "CN=alice");
    EXPECT_EQ(facts.not_after, kNow + 7 * kDay);
    EXPECT_EQ(facts.pem, pki::pem(alice));
  }
}

TEST_F(Judged, NobodyIsTrustedBeforeAnAuthorityIs) {
  const X509Judge fresh;
  const auto alice = issue();
  const auto facts = fresh.judge(pki::pem(alice), kNow);
  EXPECT_EQ(facts.fault, Refusal::certificate_invalid);
  EXPECT_EQ(facts.fingerprint, pki::sha256(pki::der(alice)));
  EXPECT_EQ(fresh.judge("", kNow).fault, Refusal::no_certificate);
}

TEST_F(Judged, TimesAreExact) {
  const auto alice = issue({.from = kNow - 10, .until = kNow + 10});
  EXPECT_EQ(fault(alice, kNow - 11), Refusal::certificate_not_yet_valid);
  EXPECT_EQ(fault(alice, kNow - 10), kGood);
  EXPECT_EQ(fault(alice, kNow + 9), kGood);
  EXPECT_EQ(fault(alice, kNow + 11), Refusal::certificate_expired);
  EXPECT_EQ(judge.judge(pki::pem(alice), kNow + kDay).not_after, kNow + 10);
  EXPECT_EQ(fault(alice, -1), Refusal::certificate_not_yet_valid);
  EXPECT_EQ(fault(alice, 0), Refusal::certificate_not_yet_valid);
}

TEST_F(Judged, AnEndInAnotherCenturyIsRead) {
  const auto alice = issue({.until = 253402300799});
  EXPECT_EQ(judge.judge(pki::pem(alice), kNow).not_after, 253402300799);
}

TEST_F(Judged, AnotherAuthorityIsNotTrustedWhateverElseIsWrong) {
  const auto stranger = pki::authority("Stranger");
  EXPECT_EQ(fault(pki::issue({}, &stranger)), Refusal::certificate_invalid);
  EXPECT_EQ(fault(pki::issue({.until = kNow - 1}, &stranger)), Refusal::certificate_invalid);
  EXPECT_EQ(fault(pki::issue({.extended = "serverAuth"}, &stranger)), Refusal::certificate_invalid);
  EXPECT_EQ(fault(pki::pem(pki::issue({}, &stranger)) + pki::pem(stranger)),
            Refusal::certificate_invalid);
}

TEST_F(Judged, AnotherAuthorityOfTheSameNameIsNotTrusted) {
  const auto impostor = pki::authority("People");
  EXPECT_EQ(fault(pki::issue({}, &impostor)), Refusal::certificate_invalid);
  EXPECT_EQ(fault(pki::pem(pki::issue({}, &impostor)) + pki::pem(impostor)),
            Refusal::certificate_invalid);
  // It even names the real one's key.
  EXPECT_EQ(fault(pki::forge({}, ca, impostor)), Refusal::certificate_invalid);
  EXPECT_EQ(fault(pki::forge({.until = kNow - 1}, ca, impostor)), Refusal::certificate_invalid);
}

TEST_F(Judged, AuthoritiesOfOneNameAreBothTrustedWhenBothAreConfigured) {
  const auto renewed = pki::authority("People");
  trust({.authorities_pem = pki::pem(renewed) + pki::pem(ca)});
  EXPECT_EQ(fault(issue()), kGood);
  EXPECT_EQ(fault(pki::issue({}, &renewed)), kGood);
}

TEST_F(Judged, WhatSignsItselfIsNotTrusted) {
  EXPECT_EQ(fault(pki::issue({}, nullptr)), Refusal::certificate_invalid);
  EXPECT_EQ(fault(pki::issue({.name = "People"}, nullptr)), Refusal::certificate_invalid);
}

TEST_F(Judged, ItMustBeMeantForClients) {
  for (const auto* extended :
       {"", "serverAuth", "anyExtendedKeyUsage", "emailProtection,serverAuth"})
    EXPECT_EQ(fault(issue({.extended = extended})), Refusal::certificate_usage) << extended;
  for (const auto* extended : {"clientAuth", "serverAuth,clientAuth", "critical,clientAuth",
                               "anyExtendedKeyUsage,clientAuth"})
    EXPECT_EQ(fault(issue({.extended = extended})), kGood) << extended;
}

TEST_F(Judged, ItMustBeAllowedToSign) {
  for (const auto* usage : {"keyEncipherment", "nonRepudiation", "keyAgreement"})
    EXPECT_EQ(fault(issue({.usage = usage})), Refusal::certificate_usage) << usage;
  for (const auto* usage : {"", "digitalSignature,keyEncipherment"})
    EXPECT_EQ(fault(issue({.usage = usage})), kGood) << usage;
}

TEST_F(Judged, AnAuthorityIsNobodysCertificate) {
  const auto below =
      pki::issue({.name = "bob", .authority = true, .usage = "keyCertSign,cRLSign"}, &ca);
  EXPECT_EQ(fault(below), Refusal::certificate_usage);
  EXPECT_EQ(fault(pki::issue(
                {.name = "bob", .authority = true, .usage = "digitalSignature,keyCertSign"}, &ca)),
            Refusal::certificate_usage);
  EXPECT_EQ(fault(ca), Refusal::certificate_invalid);
  // Also one that is trusted itself, and made for clients.
  trust({.authorities_pem = pki::pem(ca) + pki::pem(below)});
  EXPECT_EQ(fault(below), Refusal::certificate_invalid);
}

TEST_F(Judged, WeakKeysAreRefused) {
  EXPECT_EQ(fault(issue({.key = pki::rsa(1024)})), Refusal::certificate_invalid);
  EXPECT_EQ(fault(issue({.key = pki::elliptic("P-224")})), Refusal::certificate_invalid);
  EXPECT_EQ(fault(issue({.until = kNow - 1, .key = pki::rsa(1024)})), Refusal::certificate_invalid);
  EXPECT_EQ(fault(issue({.key = pki::rsa(2048)})), kGood);
  EXPECT_EQ(fault(issue({.key = pki::elliptic("P-384")})), kGood);
  EXPECT_EQ(fault(issue({.key = pki::ed25519()})), kGood);
}

TEST_F(Judged, WeakDigestsAreRefused) {
  EXPECT_EQ(fault(issue({.digest = "SHA1"})), Refusal::certificate_invalid);
  EXPECT_EQ(fault(issue({.digest = "SHA512"})), kGood);
}

TEST_F(Judged, OfSeveralFaultsTheOneThatHelpsIsSaid) {
  EXPECT_EQ(fault(issue({.until = kNow - 1, .extended = "serverAuth"})),
            Refusal::certificate_expired);
  EXPECT_EQ(fault(issue({.from = kNow + 1, .extended = ""})), Refusal::certificate_not_yet_valid);
  EXPECT_EQ(fault(issue({.until = kNow - 1, .digest = "SHA1"})), Refusal::certificate_invalid);
}

TEST_F(Judged, IntermediatesMayComeWithTheCertificate) {
  const auto middle = pki::authority("Tokyo", &ca);
  const auto lower = pki::authority("Shinjuku", &middle);
  const auto alice = pki::issue({}, &lower);
  EXPECT_EQ(fault(pki::pem(alice)), Refusal::certificate_invalid);
  EXPECT_EQ(fault(pki::pem(alice) + pki::pem(lower)), Refusal::certificate_invalid);
  EXPECT_EQ(fault(pki::pem(alice) + pki::pem(lower) + pki::pem(middle)), kGood);
  EXPECT_EQ(fault(pki::pem(alice) + pki::pem(middle) + pki::pem(lower)), kGood);
  EXPECT_EQ(fault(pki::pem(alice) + pki::pem(ca) + pki::pem(lower) + pki::pem(middle)), kGood);
  // The first is the person's, whatever comes after it.
  EXPECT_EQ(fault(pki::pem(lower) + pki::pem(alice) + pki::pem(middle)),
            Refusal::certificate_usage);
}

TEST_F(Judged, AnIntermediateMustBeAnAuthorityAndInTime) {
  const auto person = issue({.name = "bob"});
  EXPECT_EQ(fault(pki::pem(pki::issue({}, &person)) + pki::pem(person)),
            Refusal::certificate_invalid);
  const auto old = pki::issue(
      {.name = "Old", .authority = true, .until = kNow - 1, .usage = "keyCertSign", .extended = ""},
      &ca);
  EXPECT_EQ(fault(pki::pem(pki::issue({}, &old)) + pki::pem(old)), Refusal::certificate_expired);
  const auto servers = pki::issue(
      {.name = "Servers", .authority = true, .usage = "keyCertSign", .extended = "serverAuth"},
      &ca);
  EXPECT_EQ(fault(pki::pem(pki::issue({}, &servers)) + pki::pem(servers)),
            Refusal::certificate_usage);
}

TEST_F(Judged, AnIntermediateMayBeTheOneThatIsTrusted) {
  const auto middle = pki::authority("Tokyo", &ca);
  trust({.authorities_pem = pki::pem(middle)});
  EXPECT_EQ(fault(pki::issue({}, &middle)), kGood);
  EXPECT_EQ(fault(pki::pem(pki::issue({}, &middle)) + pki::pem(ca)), kGood);
  EXPECT_EQ(fault(issue()), Refusal::certificate_invalid) << "its root is not trusted";
  EXPECT_EQ(fault(middle), Refusal::certificate_invalid);
}

TEST_F(Judged, NameConstraintsOfAnAuthorityCount) {
  const auto limited =
      pki::issue({.name = "Limited",
                  .authority = true,
                  .usage = "keyCertSign",
                  .extended = "",
                  .others = {{NID_name_constraints, "critical,permitted;email:example.com"}}},
                 &ca);
  const auto chain = [&](const std::string& mail) {
    return pki::pem(pki::issue({.alternative = "email:" + mail}, &limited)) + pki::pem(limited);
  };
  EXPECT_EQ(fault(chain("alice@example.com")), kGood);
  EXPECT_EQ(fault(chain("alice@example.net")), Refusal::certificate_invalid);
}

}  // namespace
}  // namespace kaido
