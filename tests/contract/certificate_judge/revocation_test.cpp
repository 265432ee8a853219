// Revoked certificates, and lists that are missing, old or somebody else's.
#include <openssl/x509v3.h>

#include "contract/certificate_judge/judged.hpp"

namespace kaido {
namespace {

using pki::kDay;
using pki::kNow;
using session::Refusal;

class Revoked : public Judged {
 protected:
  void trust_lists(const std::string& lists, bool required = false) {
    trust({.authorities_pem = pki::pem(ca),
           .revocations_pem = lists,
           .revocation_required = required});
  }
  pki::Issued alice = issue();
  pki::Issued bob = issue({.name = "bob"});
};

TEST_F(Revoked, WhatIsListedIsRefusedAndWhatIsNotIsGood) {
  for (const bool required : {false, true}) {
    trust_lists(pki::revocation_list(ca, {.revoked = {bob}}), required);
    EXPECT_EQ(fault(bob), Refusal::certificate_revoked);
    EXPECT_EQ(fault(alice), kGood);
  }
}

TEST_F(Revoked, AMissingListCountsOnlyWhereOneIsRequired) {
  trust_lists("", false);
  EXPECT_EQ(fault(alice), kGood);
  trust_lists("\n", true);
  EXPECT_EQ(fault(alice), Refusal::revocation_unknown);
}

TEST_F(Revoked, AnOldListStillRevokesButVouchesForNobody) {
  const auto list =
      pki::revocation_list(ca, {.revoked = {bob}, .from = kNow - 2 * kDay, .until = kNow - 1});
  trust_lists(list, false);
  EXPECT_EQ(fault(bob), Refusal::certificate_revoked);
  EXPECT_EQ(fault(alice), kGood);
  trust_lists(list, true);
  EXPECT_EQ(fault(bob), Refusal::certificate_revoked);
  EXPECT_EQ(fault(alice), Refusal::revocation_unknown);
}

TEST_F(Revoked, AListOfTheFutureStillRevokesButVouchesForNobody) {
  trust_lists(
      pki::revocation_list(ca, {.revoked = {bob}, .from = kNow + kDay, .until = kNow + 2 * kDay}),
      true);
  EXPECT_EQ(fault(bob), Refusal::certificate_revoked);
  EXPECT_EQ(fault(alice), Refusal::revocation_unknown);
}

TEST_F(Revoked, AFreshListReplacesAnOldOneInAnyOrder) {
  const auto old = pki::revocation_list(ca, {.from = kNow - 2 * kDay, .until = kNow - 1});
  const auto fresh = pki::revocation_list(ca, {.revoked = {bob}});
  for (const auto& lists : {old + fresh, fresh + old}) {
    trust_lists(lists, true);
    EXPECT_EQ(fault(bob), Refusal::certificate_revoked);
    EXPECT_EQ(fault(alice), kGood);
  }
}

TEST_F(Revoked, ComesBeforeTimeAndUsageButAfterTheIssuer) {
  const auto old = issue({.until = kNow - 1, .extended = "serverAuth"});
  const auto stranger = pki::authority("People");
  const auto other = pki::issue({}, &stranger);
  trust_lists(pki::revocation_list(ca, {.revoked = {old, other}}), true);
  EXPECT_EQ(fault(old), Refusal::certificate_revoked);
  EXPECT_EQ(fault(other), Refusal::certificate_invalid);
}

TEST_F(Revoked, AnUnknownStateIsTheLeastOfFaults) {
  trust_lists("", true);
  EXPECT_EQ(fault(issue({.until = kNow - 1})), Refusal::certificate_expired);
  EXPECT_EQ(fault(issue({.extended = ""})), Refusal::certificate_usage);
  EXPECT_EQ(fault(pki::issue({}, nullptr)), Refusal::certificate_invalid);
}

TEST_F(Revoked, AListOfAnAuthorityOfTheSameNameSaysNothing) {
  const auto twin = pki::authority("People");
  const auto both = pki::pem(ca) + pki::pem(twin);
  const auto twins = pki::revocation_list(twin, {.revoked = {alice}});
  trust({.authorities_pem = both, .revocations_pem = twins, .revocation_required = true});
  EXPECT_EQ(fault(alice), Refusal::revocation_unknown);
  trust({.authorities_pem = both,
         .revocations_pem = twins + pki::revocation_list(ca, {.revoked = {bob}}),
         .revocation_required = true});
  EXPECT_EQ(fault(alice), kGood);
  EXPECT_EQ(fault(bob), Refusal::certificate_revoked);
}

TEST_F(Revoked, AnIntermediateThatIsListedRevokesAllBelowIt) {
  const auto middle = pki::authority("Tokyo", &ca);
  const auto chain = pki::pem(pki::issue({}, &middle)) + pki::pem(middle);
  trust_lists(pki::revocation_list(ca, {}));
  EXPECT_EQ(fault(chain), kGood);
  trust_lists(pki::revocation_list(ca, {.revoked = {middle}}));
  EXPECT_EQ(fault(chain), Refusal::certificate_revoked);
}

TEST_F(Revoked, AListIsRequiredOfThePersonsOwnIssuerOnly) {
  const auto middle = pki::authority("Tokyo", &ca);
  const auto chain = pki::pem(pki::issue({}, &middle)) + pki::pem(middle);
  trust({.authorities_pem = pki::pem(ca) + pki::pem(middle),
         .revocations_pem = pki::revocation_list(middle, {}),
         .revocation_required = true});
  EXPECT_EQ(fault(chain), kGood);
  trust_lists(pki::revocation_list(ca, {}), true);
  EXPECT_EQ(fault(chain), Refusal::revocation_unknown);
}

TEST_F(Revoked, AListOfAuthoritiesAloneVouchesForNobody) {
  trust_lists(pki::revocation_list(
                  ca, {.others = {{NID_issuing_distribution_point, "critical,onlyCA:TRUE"}}}),
              true);
  EXPECT_EQ(fault(alice), Refusal::revocation_unknown);
  trust_lists(pki::revocation_list(
                  ca, {.others = {{NID_issuing_distribution_point, "critical,onlyuser:TRUE"}}}),
              true);
  EXPECT_EQ(fault(alice), kGood);
}

}  // namespace
}  // namespace kaido
