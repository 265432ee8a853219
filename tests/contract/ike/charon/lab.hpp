// Two real charons, a site and a hub, with a cable and certificates between them.
#pragma once

#include <filesystem>
#include <string>

#include "charon/daemon.hpp"
#include "core/ike.hpp"

namespace kaido::test {

class NetworkNamespace {
 public:
  explicit NetworkNamespace(std::string name);
  ~NetworkNamespace();
  NetworkNamespace(const NetworkNamespace&) = delete;
  NetworkNamespace& operator=(const NetworkNamespace&) = delete;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string name_;
};

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Owns a temporary folder and two network namespaces, named for the process; removes them.
class Lab {
 public:
  Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  /// What the site's charon should hold: its credentials and the connection "kaido-tokyo-1".
  [[nodiscard]] IkeDesired site_desired() const;
  struct Hub {
    std::string certificate = "hub";  ///< that, and its key
    std::string site = "s1.osaka.example";
    std::string proposal = "aes256gcm16-prfsha256-x25519";
  };
  /// Loads credentials and the connection "kaido-osaka-1" into the hub's charon.
  void configure_hub(const Hub& hub) const;
  void configure_hub() const { configure_hub(Hub{}); }
  void cut_cable() const;
  /// The hub gets another address, on its lo.
  void add_address_of_hub(const std::string& address) const;
  /// Of "site", "hub" …: the files that make_certificates() makes.
  [[nodiscard]] IkeCredentials credentials(const std::string& who) const;

  /// Runs a shell script in the folder of certificates.
  void make(const std::string& script) const;
  /// What such a file holds.
  [[nodiscard]] std::string pki(const std::string& file) const;

  [[nodiscard]] CharonDaemon& site() { return site_; }
  [[nodiscard]] CharonDaemon& hub() { return hub_; }

 private:
  [[nodiscard]] SharedCertificates certificates(const std::string& who) const;
  [[nodiscard]] IkeConnection connection(const std::string& who) const;
  void make_network() const;
  void make_certificates() const;

  TemporaryFolder folder_;
  NetworkNamespace site_namespace_;
  NetworkNamespace hub_namespace_;
  CharonDaemon site_;
  CharonDaemon hub_;
};

}  // namespace kaido::test
