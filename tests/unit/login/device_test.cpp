#include "login/device.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "config/keys.hpp"
#include "material.hpp"

namespace kaido::cli::login {
namespace {

std::optional<Secret> nobody(const std::string& /*file*/) { return std::nullopt; }

std::string pem_of(const Issued& issued) {
  return std::string(config::to_pem(*issued.key).reveal_text());
}

std::string locked_pem(const Issued& issued, const std::string& passphrase) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(bio, issued.key.get(), EVP_aes_256_cbc(), passphrase.data(),
                                static_cast<int>(passphrase.size()), nullptr, nullptr);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

class DeviceFiles : public testing::Test {
 protected:
  Folder folder;
  Issued authority = issue({.authority = true});
  Issued laptop = issue({}, &authority);
  std::filesystem::path certificate =
      folder.write("laptop.crt", config::to_pem(*laptop.certificate), 0644);
  std::filesystem::path key = folder.write("laptop.key", pem_of(laptop));
};

TEST_F(DeviceFiles, KeyThatOthersCanReadIsRefusedWithWhatToDo) {
  for (const unsigned mode : {0644U, 0640U, 0604U, 0620U, 0601U}) {
    std::filesystem::permissions(key, static_cast<std::filesystem::perms>(mode));
    const auto device = load_device(certificate, key, nobody);
    ASSERT_FALSE(device);
    EXPECT_EQ(device.error().remedy, "chmod 600 " + key.string());
  }
  std::filesystem::permissions(key, static_cast<std::filesystem::perms>(0400));
  EXPECT_TRUE(load_device(certificate, key, nobody));
}

TEST_F(DeviceFiles, OnlyCertificatesOfTheFileAreSent) {
  const auto both =
      folder.write("both.pem", pem_of(laptop) + config::to_pem(*laptop.certificate) + "words\n" +
                                   config::to_pem(*authority.certificate));
  const auto device = load_device(both, both, nobody);
  ASSERT_TRUE(device) << device.error().message;
  EXPECT_EQ(device->certificates,
            config::to_pem(*laptop.certificate) + config::to_pem(*authority.certificate));
}

TEST_F(DeviceFiles, KeyOfAnotherCertificateIsSeenBeforeAnyCodeIsUsed) {
  const auto other = folder.write("other.key", pem_of(authority));
  const auto device = load_device(certificate, other, nobody);
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().message,
            other.string() + " is not the key of the first certificate in " + certificate.string());
}

TEST_F(DeviceFiles, WhatIsNoKeyOrNoCertificateIsSaid) {
  const auto nothing = folder.write("nothing", "nothing");
  EXPECT_EQ(load_device(certificate, nothing, nobody).error().message,
            nothing.string() + " has no private key in PEM");
  EXPECT_EQ(load_device(nothing, key, nobody).error().message,
            nothing.string() + " has no certificate, or one that cannot be read");
  EXPECT_EQ(load_device(folder / "absent", key, nobody).error().message,
            (folder / "absent").string() + " does not exist");
}

TEST_F(DeviceFiles, PassphraseIsAskedForWhereThereIsSomebodyToAsk) {
  const auto locked = folder.write("locked.key", locked_pem(laptop, "open sesame"));
  EXPECT_EQ(load_device(certificate, locked, nobody).error().message,
            locked.string() + " is locked by a passphrase, and there is no terminal to ask for it");
  std::string asked;
  const auto say = [&](const char* passphrase) {
    return [&asked, passphrase](const std::string& file) {
      asked = file;
      return std::optional(Secret(std::string_view(passphrase)));
    };
  };
  EXPECT_EQ(load_device(certificate, locked, say("wrong")).error().message,
            "the passphrase does not open " + locked.string());
  EXPECT_TRUE(load_device(certificate, locked, say("open sesame")));
  EXPECT_EQ(asked, locked.string());
}

TEST_F(DeviceFiles, KeyOfAnotherKindCannotSign) {
  const config::KeyPair other(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"));
  const auto file = folder.write("x.key", config::to_pem(*other).reveal_text());
  EXPECT_EQ(load_device(certificate, file, nobody).error().message,
            file.string() + ": only EC, RSA and Ed25519 keys can sign a login");
}

TEST(WireGuardFile, IsReadAsWgWritesIt) {
  const Folder folder;
  const auto made = config::make_private_key();
  ASSERT_TRUE(made);
  const auto file = folder.write("wg.key", to_base64(made->reveal()) + '\n');
  const auto key = load_wireguard_key(file);
  ASSERT_TRUE(key);
  EXPECT_EQ(*key, *made);
}

TEST(WireGuardFile, IsMadeForTheOwnerOnlyAndThenStays) {
  const Folder folder;
  const auto first = load_wireguard_key(folder / "new/wg.key");
  ASSERT_TRUE(first);
  EXPECT_EQ(mode_of(folder / "new/wg.key"), 0600U);
  EXPECT_EQ(read(folder / "new/wg.key"), to_base64(first->reveal()) + '\n');
  EXPECT_EQ(*load_wireguard_key(folder / "new/wg.key"), *first);
}

TEST(WireGuardFile, ThatOthersCanReadOrThatHoldsSomethingElseIsRefused) {
  const Folder folder;
  const auto open = folder.write("open", to_base64(config::make_private_key()->reveal()), 0644);
  EXPECT_EQ(load_wireguard_key(open).error().remedy, "chmod 600 " + open.string());
  const auto wrong = folder.write("wrong", "AAAA\n");
  EXPECT_EQ(load_wireguard_key(wrong).error().message,
            wrong.string() + " has no private key of WireGuard");
}

}  // namespace
}  // namespace kaido::cli::login
