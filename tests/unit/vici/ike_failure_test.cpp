// Lines captured from strongSwan 5.9.8 (two daemons in network namespaces, each failure provoked).
#include "core/tunnels/ike_failure.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace kaido {
namespace {

struct Example {
  const char* situation;
  const char* line;
  Condition condition;
  const char* detail;  ///< a part of it
};

class AFailureInTheLog : public testing::TestWithParam<Example> {};

TEST_P(AFailureInTheLog, IsNamed) {
  const auto error = classify_ike_log(GetParam().line);
  ASSERT_TRUE(error) << GetParam().situation << ": " << GetParam().line;
  EXPECT_EQ(error->condition, GetParam().condition) << GetParam().situation;
  EXPECT_NE(error->detail.find(GetParam().detail), std::string::npos) << error->detail;
}

constexpr Example kExamples[]{
    {"no answer", "retransmit 2 of request with message ID 0", Condition::tunnel_no_answer,
     "repeated 2 times"},
    {"large packets lost", "retransmit 1 of request with message ID 1", Condition::tunnel_no_answer,
     "large packets"},
    {"no answer", "giving up after 3 retransmits", Condition::tunnel_no_answer, "3 repeats"},
    {"no answer", "establishing IKE_SA failed, peer not responding", Condition::tunnel_no_answer,
     "does not answer"},
    {"the hub does not know the site, seen by the site",
     "received AUTHENTICATION_FAILED notify error", Condition::tunnel_refused, "refused"},
    {"the hub does not know the site, seen by the hub", "no matching peer config found",
     Condition::tunnel_wrong_identity, "identity"},
    {"the hub's certificate lacks its identity, seen by the site",
     "no trusted ECDSA public key found for 'tokyo.example'", Condition::tunnel_wrong_identity,
     "that it is tokyo.example"},
    {"the site's certificate lacks its identity, seen by the hub",
     "no trusted ECDSA public key found for 's1.osaka.example'", Condition::tunnel_wrong_identity,
     "that it is s1.osaka.example"},
    {"an expired certificate, seen by the other side",
     "subject certificate invalid (valid from Jan 01 00:00:00 2024 to Jan 01 00:00:00 2025)",
     Condition::tunnel_certificate_expired, "from Jan 01 00:00:00 2024 to Jan 01 00:00:00 2025"},
    {"a certificate not yet valid",
     "subject certificate invalid (valid from Jan 01 00:00:00 2040 to Jan 01 00:00:00 2041)",
     Condition::tunnel_certificate_expired, "2040"},
    {"an unknown authority", "no issuer certificate found for \"O=Kaido, CN=tokyo.example\"",
     Condition::tunnel_certificate_untrusted, "O=Kaido, CN=tokyo.example"},
    {"an authority known, but not for this connection",
     "constraint check failed: peer not authenticated by CA 'O=Kaido, CN=Fleet CA'",
     Condition::tunnel_certificate_untrusted, "Fleet CA"},
    {"IKE proposals, seen by the site", "received NO_PROPOSAL_CHOSEN notify error",
     Condition::tunnel_proposals_differ, "IKE proposals"},
    {"IKE proposals, seen by the hub", "received proposals unacceptable",
     Condition::tunnel_proposals_differ, "not accepted here"},
    {"ESP proposals, seen by the site", "received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built",
     Condition::tunnel_proposals_differ, "ESP proposals"},
    {"ESP proposals, seen by the hub", "no acceptable proposal found",
     Condition::tunnel_proposals_differ, "not accepted here"},
    {"selectors, seen by the site", "received TS_UNACCEPTABLE notify, no CHILD_SA built",
     Condition::tunnel_selectors_differ, "selectors"},
    {"selectors, seen by the hub", "traffic selectors 10.2.0.0/24 === 10.1.0.0/24 unacceptable",
     Condition::tunnel_selectors_differ, "10.2.0.0/24"},
    {"the key is absent or another's", "no private key found for 's1.osaka.example'",
     Condition::tunnel_failed, "s1.osaka.example"},
    {"no child", "failed to establish CHILD_SA, keeping IKE_SA", Condition::tunnel_failed,
     "no IPsec SA"},
};

INSTANTIATE_TEST_SUITE_P(Captured, AFailureInTheLog, testing::ValuesIn(kExamples));

class ALineWithoutFailure : public testing::TestWithParam<const char*> {};

TEST_P(ALineWithoutFailure, SaysNothing) { EXPECT_FALSE(classify_ike_log(GetParam())); }

INSTANTIATE_TEST_SUITE_P(
    Captured, ALineWithoutFailure,
    testing::Values(
        "", "initiating IKE_SA kaido-tokyo-1[1] to 10.99.0.2",
        "selected proposal: IKE:AES_GCM_16_256/PRF_HMAC_SHA2_256/CURVE_25519",
        "remote host is behind NAT", "received cert request for \"O=Kaido, CN=Fleet CA\"",
        "authentication of 's1.osaka.example' (myself) with ECDSA_WITH_SHA256_DER successful",
        "received end entity cert \"O=Kaido, CN=tokyo.example\"",
        "  issuer is \"O=Kaido, CN=Other CA\"", "certificate status is not available",
        "scheduling rekeying in 13430s", "maximum IKE_SA lifetime 14870s",
        "looking for peer configs matching 10.99.0.2[tokyo.example]...10.99.0.1[s1.osaka.example]",
        "parsed IKE_AUTH response 1 [ N(AUTH_FAILED) ]", "no alternative config found",
        "retransmit 1 of request with message ID 7",
        "CHILD_SA kaido-s1{1} established with SPIs 81a07cb6_i dca7de8c_o and TS 0.0.0.0/0 ::/0 "
        "=== 0.0.0.0/0 ::/0",
        "received DELETE for IKE_SA kaido-s1[5]", "IKE_SA deleted"));

}  // namespace
}  // namespace kaido
