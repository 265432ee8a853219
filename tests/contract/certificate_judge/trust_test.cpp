// What may be trusted, and what is said where it may not.
#include <openssl/x509v3.h>

#include <thread>
#include <vector>

#include "contract/certificate_judge/judged.hpp"

namespace kaido {
namespace {

using pki::kNow;
using session::Refusal;

constexpr const char* kBroken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
constexpr const char* kBrokenList = "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n";

class Trusted : public Judged {
 protected:
  /// Refused for this reason; and what was trusted before still is.
  void expect_unusable(const PeopleTrust& wanted, std::string_view reason) {
    const auto done = judge.trust(wanted);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().condition, Condition::certificate_unusable);
    EXPECT_NE(done.error().detail.find(reason), std::string::npos) << done.error().detail;
    EXPECT_EQ(fault(alice), kGood);
  }
  pki::Issued alice = issue();
};

TEST_F(Trusted, AnAuthorityThatCannotBeReadIsNamed) {
  const auto good = pki::pem(ca);
  expect_unusable({.authorities_pem = ""}, "no authority");
  expect_unusable({.authorities_pem = "garbage"}, "no authority");
  expect_unusable({.authorities_pem = kBroken}, "authority number 1");
  expect_unusable({.authorities_pem = good + good + kBroken}, "authority number 3");
  expect_unusable({.authorities_pem = good + good.substr(0, 300)}, "authority number 2");
  expect_unusable({.authorities_pem = good.substr(0, 100) + "?" + good.substr(101)},
                  "authority number 1");
}

TEST_F(Trusted, WhatIsNoAuthorityIsNamed) {
  expect_unusable({.authorities_pem = pki::pem(ca) + pki::pem(alice)},
                  "authority number 2: it is not an authority");
  expect_unusable({.authorities_pem = pki::pem(pki::issue({}, nullptr))}, "not an authority");
}

TEST_F(Trusted, AnAuthorityThatNoChainMayEndAtIsNamed) {
  const auto weak = pki::issue({.name = "Weak",
                                .authority = true,
                                .key = pki::rsa(1024),
                                .usage = "keyCertSign",
                                .extended = ""},
                               nullptr);
  expect_unusable({.authorities_pem = pki::pem(weak)}, "authority number 1: ");
  const auto plain = [](pki::Wish wish) {
    wish.name = "Plain";
    wish.extended = "";
    return pki::pem(pki::issue(wish, nullptr));
  };
  expect_unusable({.authorities_pem = plain({.authority = true, .usage = ""})}, "key usage");
  expect_unusable({.authorities_pem = plain({.authority = true, .usage = "cRLSign"})},
                  "not an authority");
  expect_unusable({.authorities_pem = plain(
                       {.authority = true, .critical_constraints = false, .usage = "keyCertSign"})},
                  "critical");
  expect_unusable({.authorities_pem = plain(
                       {.authority = true, .usage = "keyCertSign", .key_identifiers = false})},
                  "key identifier");
}

TEST_F(Trusted, EveryAuthorityThatIsTakenLetsSomebodyIn) {
  for (const auto& key : {pki::elliptic("P-256"), pki::rsa(2048), pki::rsa(4096)}) {
    const auto next = pki::issue(
        {.name = "Next", .authority = true, .key = key, .usage = "keyCertSign", .extended = ""},
        nullptr);
    trust({.authorities_pem = pki::pem(next)});
    EXPECT_EQ(fault(pki::issue({}, &next)), kGood);
  }
}

TEST_F(Trusted, AnAuthorityThatIsOverIsTakenSinceTimeIsJudgedLater) {
  const auto old = pki::issue(
      {.name = "Old", .authority = true, .until = kNow - 1, .usage = "keyCertSign", .extended = ""},
      nullptr);
  trust({.authorities_pem = pki::pem(old)});
  EXPECT_EQ(fault(pki::issue({}, &old)), Refusal::certificate_expired);
  EXPECT_EQ(fault(pki::issue({}, &old), kNow - 2), kGood);
}

TEST_F(Trusted, AListThatCannotBeReadIsNamed) {
  const auto authorities = pki::pem(ca);
  const auto list = pki::revocation_list(ca, {});
  expect_unusable({.authorities_pem = authorities, .revocations_pem = "0\x82garbage"},
                  "revocation list number 1");
  expect_unusable({.authorities_pem = authorities, .revocations_pem = list + kBrokenList},
                  "revocation list number 2");
  expect_unusable({.authorities_pem = authorities, .revocations_pem = list.substr(0, 200)},
                  "revocation list number 1");
}

TEST_F(Trusted, AListOfNoneOfTheAuthoritiesIsNamed) {
  const auto twin = pki::authority("People");
  const auto stranger = pki::authority("Stranger");
  const auto authorities = pki::pem(ca);
  expect_unusable(
      {.authorities_pem = authorities,
       .revocations_pem = pki::revocation_list(ca, {}) + pki::revocation_list(stranger, {})},
      "revocation list number 2: none of the authorities signed it");
  expect_unusable({.authorities_pem = authorities,
                   .revocations_pem = pki::revocation_list(twin, {.revoked = {alice}})},
                  "none of the authorities signed it");
}

TEST_F(Trusted, ANewTrustReplacesTheOldOne) {
  const auto next = pki::authority("Next");
  trust({.authorities_pem = pki::pem(next)});
  EXPECT_EQ(fault(alice), Refusal::certificate_invalid);
  EXPECT_EQ(fault(pki::issue({}, &next)), kGood);
}

TEST_F(Trusted, ChangesWhileOthersAreJudged) {
  const PeopleTrust plain{.authorities_pem = pki::pem(ca)};
  const PeopleTrust strict{.authorities_pem = pki::pem(ca),
                           .revocations_pem = pki::revocation_list(ca, {.revoked = {alice}})};
  const auto bytes = pki::pem(alice);
  std::vector<std::thread> threads;
  threads.reserve(3);
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 100; ++round) {
        const auto found = judge.judge(bytes, kNow).fault;
        EXPECT_TRUE(!found || *found == Refusal::certificate_revoked);
      }
    });
  for (int round = 0; round < 100; ++round)
    EXPECT_TRUE(judge.trust(round % 2 == 0 ? strict : plain));
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(fault(alice), kGood);
}

}  // namespace
}  // namespace kaido
