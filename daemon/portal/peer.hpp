// Who is at the other end of a TLS connection, and how it came here.
#pragma once

#include <openssl/ssl.h>

#include <string>

#include "kaido/ip.hpp"

namespace kaido::portal {

struct Peer {
  std::string source;        ///< its address
  std::string server_name;   ///< by which it came (RFC 6066 §3), normal; empty: it named none
  bool was_asked = false;    ///< for a certificate
  std::string certificates;  ///< PEM, its own first; empty: none came. It has the first one's key
  std::string fingerprint;   ///< SHA-256 of the first, as bytes
  IpAddress here;            ///< which of this machine's addresses it connected to
};

/// What TLS knows of it, once hands are shaken.
void look_at(const SSL& tls, Peer& peer);

}  // namespace kaido::portal
