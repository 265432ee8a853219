// By which names a device may call itself in IKE (RFC 7296 §3.5): those in its certificate.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kaido::session {

/// As charon's configuration writes identities: the first mail address or DNS name of the
/// subjectAltName, and the subject (RFC 5280 §4.1.2.6), since clients differ: Apple's send what
/// their profile says, Windows the subject, strongSwan either. No name that charon would take for a
/// pattern. Empty: the text is no certificate, or names nobody. `pem` has been read by OpenSSL
/// before it came into the store; whatever it is, nothing outside of it is read.
[[nodiscard]] std::vector<std::string> ike_identities(std::string_view pem);

}  // namespace kaido::session
