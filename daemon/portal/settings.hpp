// What bounds the portal. The defaults are those of the program; tests take smaller ones.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "kaido/ip.hpp"

namespace kaido::portal {

struct Limits {
  std::size_t connections = 1'000;
  std::size_t connections_per_source = 16;  ///< an IPv4 address, an IPv6 /64
  std::size_t requests = 100;               ///< of a connection
  std::size_t waiting = 64;                 ///< requests that wait for kaidod
  std::size_t header = 8'192;               ///< bytes
  std::size_t body = 32'768;                ///< bytes
  std::chrono::milliseconds handshake_time{5'000};
  std::chrono::milliseconds header_time{5'000};
  std::chrono::milliseconds body_time{5'000};
  std::chrono::milliseconds write_time{5'000};
  std::chrono::milliseconds keep_alive{15'000};
  std::chrono::milliseconds answer_time{10'000};  ///< kaidod's
  std::chrono::milliseconds linger{1'000};  ///< for a client to read what ended its connection
  std::chrono::milliseconds certificate_check{
      10'000};  ///< its files are looked at as often, at most
};

struct Settings {
  std::string certificate = "/etc/kaido-portal/portal.crt";  ///< PEM, with its chain
  std::string key = "/etc/kaido-portal/portal.key";          ///< PEM
  /// Names that requests may be for; empty: those in the certificate.
  std::vector<std::string> hosts;
  /// The normal name that browsers log in at: by it a client certificate is asked for. Empty: none.
  std::string login_host;
  /// Who shows no valid certificate of `authorities` gets not a byte of HTTP.
  bool silent = false;
  std::string authorities;  ///< PEM; of a silent portal
  /// Where clients reach this portal from outside; empty: at the address that they connected to.
  std::vector<IpAddress> public_addresses;
  /// Let this program's own user play kaidod, too: for a socket that systemd did not make.
  bool trust_own_user = false;
  Limits limits;
};

}  // namespace kaido::portal
