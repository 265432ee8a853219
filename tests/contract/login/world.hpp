// A hub's login and its portal as processes, on loopback, with people who can log in.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client.hpp"
#include "contract/certificate_judge/pki.hpp"
#include "core/session/people.hpp"
#include "process.hpp"

namespace kaido::test {

/// How many, by an environment variable for who wants more than CI has time for.
[[nodiscard]] std::size_t size_of(const char* variable, std::size_t otherwise);

/// As an authenticator app computes it from an otpauth:// URI.
[[nodiscard]] std::string code_of(const std::string& uri, session::WallTime at);

class LoginWorld : public testing::Test {
 protected:
  LoginWorld();
  ~LoginWorld() override;

  void start_portal();
  /// Gives how long it took until it was known who lives.
  std::chrono::milliseconds start_hub();
  /// kaidod is connected to the portal, which says so once for each connection.
  void wait_for_link();

  /// With a confirmed one-time password and a device: for WireGuard, with its key, or for IKEv2.
  void add_person(const std::string& name, bool has_key = true);
  /// The next half minute: one more code of everybody counts.
  void next_step();
  [[nodiscard]] std::string code(const std::string& user) const;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  boost::json::object tell(const std::string& command);
  /// Ids.
  std::set<std::string> sessions(const std::string& which);

  // NOLINTBEGIN(*-non-private-member-variables-in-classes): a fixture
  std::map<std::string, pki::Issued> devices;  ///< by user
  pki::Issued stranger;                        ///< of no authority of ours
  std::unique_ptr<Process> hub;
  std::unique_ptr<Process> portal;
  std::filesystem::path folder;
  // NOLINTEND(*-non-private-member-variables-in-classes)

 private:
  [[nodiscard]] pki::Wish wish(const std::string& name) const;
  [[nodiscard]] session::WallTime now() const;

  pki::Issued authority_;
  std::map<std::string, std::string> uris_;
  std::int64_t ahead_ = 0;
  std::uint16_t port_ = 0;
};

}  // namespace kaido::test
