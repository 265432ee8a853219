// The whole portal on real sockets in a thread, with a certificate of its own, and a kaidod that
// the test plays.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "kaido/descriptor.hpp"
#include "kaido/portal_link.hpp"
#include "portal/server.hpp"
#include "unit/portal/client.hpp"

namespace kaido::portal {

/// kaidod's end.
class Kaidod {
 public:
  explicit Kaidod(const std::string& path);
  /// nullopt: the connection has ended, or nothing comes.
  [[nodiscard]] std::optional<Packet> receive() const;
  void send(std::uint64_t id, Body body) const;
  void send_raw(std::string_view bytes) const;
  void hang_up() { socket_.close(); }
  [[nodiscard]] bool is_closed() const;

 private:
  Descriptor socket_;
};

struct CertificateKind {
  std::string
      issuer;  ///< the path of its certificate without ".crt", and of its key; empty: itself
  bool is_authority = false;
  long from = -3600;  ///< seconds from now
  long until = 3600;  ///< seconds from now
};
/// Writes a certificate for portal.example.org, login.example.org and 127.0.0.1, and its key.
void make_certificate(const std::string& common_name, const std::string& certificate_path,
                      const std::string& key_path, const CertificateKind& kind = {});

class PortalTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// Once for a test; the limits are those of settings_.
  void start(const char* listen = "127.0.0.1:0");
  void stop();
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  /// A kaidod that is connected.
  [[nodiscard]] Kaidod kaidod() const { return Kaidod(socket_path_); }
  /// Sends a login and answers as kaidod; true: the client has it.
  void expect_login(Client& client, const Kaidod& kaidod) const;

  std::string folder_;
  std::string socket_path_;
  Settings settings_;
  std::vector<std::string> lines_;  ///< of the log; to be read after stop()
  std::optional<Server> server_;
  std::thread thread_;
};

}  // namespace kaido::portal
