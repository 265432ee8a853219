// What a client signed with its certificate's key.
#include <openssl/rsa.h>

#include <array>

#include "contract/certificate_judge/judged.hpp"

namespace kaido {
namespace {

constexpr std::string_view kText = "kaido login 1\nnonce\ntokyo\nalice\n\n";

/// As OpenSSL's command line does it; `padding` of RSA.
std::string sign(const pki::Issued& signer, std::string_view text, const EVP_MD* digest,
                 int padding = 0) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_PKEY_CTX* parameters = nullptr;
  EXPECT_EQ(EVP_DigestSignInit(context.get(), &parameters, digest, nullptr, signer.key.get()), 1);
  if (padding != 0) {
    EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(parameters, padding), 1);
  }
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::string signature(2048, '\0');
  std::size_t size = signature.size();
  EXPECT_EQ(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                           bytes, text.size()),
            1);
  signature.resize(size);
  return signature;
}

class Signed : public Judged {
 protected:
  [[nodiscard]] bool fits(const pki::Issued& by, const std::string& signature,
                          std::string_view text = kText) const {
    return judge.signed_by(pki::pem(by), text, signature);
  }
  [[nodiscard]] pki::Issued with(std::shared_ptr<EVP_PKEY> key) const {
    return issue({.key = std::move(key)});
  }
};

TEST_F(Signed, EachKindOfKeyCounts) {
  for (const auto& alice : {with(pki::elliptic("P-256")), with(pki::elliptic("P-384")),
                            with(pki::rsa(2048)), with(pki::rsa(3072))}) {
    EXPECT_TRUE(fits(alice, sign(alice, kText, EVP_sha256())));
    EXPECT_TRUE(judge.signed_by(pki::der(alice), kText, sign(alice, kText, EVP_sha256())));
  }
  const auto alice = with(pki::ed25519());
  EXPECT_TRUE(fits(alice, sign(alice, kText, nullptr)));
}

TEST_F(Signed, OnlyThisTextCounts) {
  for (const auto& alice :
       {with(pki::elliptic("P-256")), with(pki::rsa(2048)), with(pki::ed25519())}) {
    const auto* const digest =
        EVP_PKEY_get_base_id(alice.key.get()) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
    const auto signature = sign(alice, kText, digest);
    EXPECT_FALSE(fits(alice, signature, "kaido login 1\nnonce\ntokyo\nbob\n\n"));
    EXPECT_FALSE(fits(alice, signature, ""));
    EXPECT_FALSE(fits(alice, signature, kText.substr(1)));
    EXPECT_FALSE(fits(alice, signature, std::string(kText) + "\n"));
  }
}

TEST_F(Signed, AnotherKeyDoesNotCount) {
  const auto alice = issue();
  const auto bob = issue({.name = "bob"});
  EXPECT_FALSE(fits(alice, sign(bob, kText, EVP_sha256())));
  EXPECT_FALSE(fits(with(pki::ed25519()), sign(alice, kText, EVP_sha256())));
  EXPECT_FALSE(fits(with(pki::rsa(2048)), sign(alice, kText, EVP_sha256())));
}

TEST_F(Signed, TheFirstCertificateIsThePersons) {
  const auto alice = issue();
  const auto bob = issue({.name = "bob"});
  const auto signature = sign(bob, kText, EVP_sha256());
  EXPECT_FALSE(judge.signed_by(pki::pem(alice) + pki::pem(bob), kText, signature));
  EXPECT_TRUE(judge.signed_by(pki::pem(bob) + pki::pem(alice), kText, signature));
}

TEST_F(Signed, WeakKeysHashesAndOtherPaddingsDoNotCount) {
  for (const auto& alice : {with(pki::rsa(1024)), with(pki::elliptic("P-224"))})
    EXPECT_FALSE(fits(alice, sign(alice, kText, EVP_sha256())));
  const auto curve = with(pki::elliptic("P-521"));
  EXPECT_FALSE(fits(curve, sign(curve, kText, EVP_sha256())));
  for (const auto& alice : {with(pki::elliptic("P-256")), with(pki::rsa(2048))}) {
    EXPECT_FALSE(fits(alice, sign(alice, kText, EVP_sha1())));
    EXPECT_FALSE(fits(alice, sign(alice, kText, EVP_sha384())));
  }
  const auto alice = with(pki::rsa(2048));
  EXPECT_FALSE(fits(alice, sign(alice, kText, EVP_sha256(), RSA_PKCS1_PSS_PADDING)));
}

TEST_F(Signed, BrokenOnesDoNotCount) {
  const auto alice = issue();
  const auto signature = sign(alice, kText, EVP_sha256());
  for (std::size_t size = 0; size < signature.size(); ++size)
    EXPECT_FALSE(fits(alice, signature.substr(0, size))) << size;
  for (std::size_t i = 0; i < signature.size(); ++i) {
    auto bent = signature;
    bent[i] = static_cast<char>(bent[i] ^ 1);
    EXPECT_FALSE(fits(alice, bent)) << i;
  }
  EXPECT_FALSE(fits(alice, signature + '\0'));
  EXPECT_FALSE(fits(alice, std::string(50'000'000, '\0')));
  const std::vector<std::string> broken{"", "-----BEGIN CERTIFICATE-----", "\x30\x82",
                                        std::string(1'000'000, 'x')};
  for (const auto& certificates : broken)
    EXPECT_FALSE(judge.signed_by(certificates, kText, signature));
}

}  // namespace
}  // namespace kaido
