// TLS 1.3 and nothing else; the certificate and its files.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "unit/portal/fixture.hpp"
#include "unit/portal/words.hpp"

namespace kaido::portal {
namespace {

class Tls : public PortalTest {
 protected:
  [[nodiscard]] std::string name_seen() const {
    const Client client(port());
    EXPECT_TRUE(client.handshake());
    return client.certificate_name();
  }
};

TEST_F(Tls, IsOfVersion13AndRefusesOlderOnes) {
  start();
  EXPECT_FALSE(Client(port(), {.newest = TLS1_2_VERSION}).handshake());
  EXPECT_TRUE(Client(port()).handshake());
}

TEST_F(Tls, SpeaksHttp11AndNotWithAClientThatNamesOthersOnly) {
  start();
  const Client both(port(), {.protocols = std::string("\x02h2\x08http/1.1")});
  EXPECT_TRUE(both.handshake());
  EXPECT_EQ(both.protocol(), "http/1.1");
  EXPECT_FALSE(Client(port(), {.protocols = "\x02h2"}).handshake());
}

TEST_F(Tls, HandsOutNoTicket) {
  start();
  Client client(port());
  ASSERT_TRUE(client.handshake());
  EXPECT_EQ(client.ask("/api/v1/nonce", "{}").status, 503);
  EXPECT_EQ(client.tickets(), 0);
}

TEST_F(Tls, TakesANewCertificateWhenItsFilesHaveChanged) {
  settings_.limits.certificate_check = std::chrono::milliseconds(0);
  start();
  Client old(port());
  ASSERT_TRUE(old.handshake());
  make_certificate("second", settings_.certificate, settings_.key);
  EXPECT_EQ(name_seen(), "second");
  EXPECT_EQ(old.ask("/api/v1/nonce", "{}").status, 503) << "who is connected stays";
}

TEST_F(Tls, LooksAtTheFilesNowAndThenOnlyOrWhenItIsTold) {
  settings_.limits.certificate_check = std::chrono::hours(1);
  start();
  make_certificate("second", settings_.certificate, settings_.key);
  EXPECT_EQ(name_seen(), "first");
  server_->reload();
  EXPECT_EQ(name_seen(), "second");
}

TEST_F(Tls, KeepsTheOldCertificateWhenTheNewOneDoesNotFitItsKey) {
  settings_.limits.certificate_check = std::chrono::milliseconds(0);
  start();
  make_certificate("second", settings_.certificate, folder_ + "/other.key");
  EXPECT_EQ(name_seen(), "first");
  std::ofstream(settings_.certificate) << "nonsense";
  EXPECT_EQ(name_seen(), "first");
  std::filesystem::remove(settings_.key);
  EXPECT_EQ(name_seen(), "first");
  make_certificate("third", settings_.certificate, settings_.key);
  EXPECT_EQ(name_seen(), "third");
  stop();
  EXPECT_EQ(
      std::ranges::count(
          lines_, "<4>the certificate's files have changed and are of no use: the old one stays"),
      3);
}

TEST_F(Tls, DoesNotStartWithoutACertificate) {
  std::filesystem::remove(settings_.certificate);
  EXPECT_THROW(start(), std::runtime_error);
}

}  // namespace
}  // namespace kaido::portal
