// What kaido-portal and kaidod say to each other: one message a packet over a Unix SOCK_SEQPACKET
// socket. The portal listens on a socket that systemd made, which only root can connect to
// (SO_PEERCRED is checked, too); kaidod connects. The portal decides nothing: it hands on what
// strangers typed, and kaidod answers. And what Kaido's own clients sign, which kaidod verifies: so
// a compromised portal cannot admit anybody.
//
// A packet: kind (1 byte), version (1 byte), id (8 bytes), then the fields of the kind in their
// order: numbers as 8 bytes, texts as 4 bytes of length and the bytes; all in network order. A
// packet with anything missing, too long or left over is refused whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kaido/secret.hpp"

namespace kaido::portal {

inline constexpr char kSocket[] = "/run/kaido-portal/kaidod.sock";
inline constexpr std::uint8_t kVersion = 2;
inline constexpr std::size_t kLargest = 32'768;      ///< bytes of a packet
inline constexpr std::size_t kLargestText = 16'384;  ///< bytes of a field
inline constexpr std::size_t kLargestUser = 128;     ///< of LogIn::user, code and the like

/// To kaidod: a nonce for one signature. It counts once, for a minute.
struct AskNonce {
  std::string source;  ///< the client's address
  friend bool operator==(const AskNonce&, const AskNonce&) = default;
};

/// To kaidod: somebody wants a session.
struct LogIn {
  std::string source;         ///< the client's address
  std::string user;           ///< as typed
  Secret code;                ///< as typed
  std::string certificates;   ///< PEM, the person's first
  std::string nonce;          ///< kaidod's; of a browser empty
  std::string wireguard_key;  ///< the client's public key, base64; empty: the registered one
  /// Of login_text() by the certificate's key. Empty: a browser, whose TLS has shown that it has
  /// the certificate's key, by the portal's word.
  std::string signature;
  friend bool operator==(const LogIn&, const LogIn&) = default;
};

enum class Verb : std::uint8_t { state = 1, extend = 2, log_out = 3 };

/// To kaidod: of a session that is open. Without a signature: of one that a browser opened.
struct OfSession {
  Verb verb = Verb::state;
  std::string source;
  std::string certificates;
  std::string nonce;
  std::string session;    ///< its id
  std::string signature;  ///< of session_text(); empty: a browser, as in LogIn
  friend bool operator==(const OfSession&, const OfSession&) = default;
};

/// To the portal.
struct Nonce {
  std::string nonce;  ///< 64 hexadecimal digits
  std::string hub;    ///< the hub's name, which a client signs with it
  friend bool operator==(const Nonce&, const Nonce&) = default;
};

enum class Outcome : std::uint8_t {
  admitted = 1,     ///< the session lives
  refused = 2,      ///< the one answer for all that is wrong
  wait = 3,         ///< too many attempts: `again` says how long
  ended = 4,        ///< the session is over
  unavailable = 5,  ///< kaidod cannot decide now: nobody is let in
};

/// To the portal: of LogIn and OfSession.
struct Answer {
  Outcome outcome = Outcome::refused;
  std::string session;     ///< its id, when it lives
  std::int64_t ends = 0;   ///< seconds since 1970
  std::int64_t now = 0;    ///< kaidod's clock, for a client whose own is wrong
  std::int64_t again = 0;  ///< seconds to wait
  std::string hub_key;     ///< the hub's WireGuard key, base64; empty: no WireGuard
  std::int64_t port = 0;   ///< where it listens for people
  std::string addresses;   ///< the device's own, "10.8.0.2/32 fd00:8::2/128"
  std::string networks;    ///< what it reaches, prefixes with a space between
  Secret preshared_key;    ///< of this session (WireGuard), base64; empty: none
  // of a browser only
  std::string user;        ///< whose session it is
  std::string device;      ///< of which of theirs
  std::string device_key;  ///< its WireGuard key, base64; empty: it has none
  /// All of the person: a line for each, with tabs between: name, "enabled" or "disabled", the end
  /// of its certificate (seconds since 1970), "wireguard" or "ikev2".
  std::string devices;
  std::string certificate;  ///< refused for its sake alone: why ("certificate-expired")
  friend bool operator==(const Answer&, const Answer&) = default;
};

using Body = std::variant<AskNonce, LogIn, OfSession, Nonce, Answer>;

struct Packet {
  std::uint64_t id = 0;  ///< the portal's; an answer has that of its question
  Body body;
  friend bool operator==(const Packet&, const Packet&) = default;
};

/// nullopt: a field is longer than it may be. What it returns holds the code: a Secret.
[[nodiscard]] std::optional<Secret> encode(const Packet& packet);
/// nullopt: it is none, or of another version.
[[nodiscard]] std::optional<Packet> decode(std::span<const std::byte> bytes);

/// What a client signs with its device's key (ECDSA or RSA PKCS#1 with SHA-256, or Ed25519): a line
/// for each value, so that none can stand for another; values have no line feeds.
[[nodiscard]] std::string login_text(std::string_view nonce, std::string_view hub,
                                     std::string_view user, std::string_view wireguard_key);
[[nodiscard]] std::string session_text(std::string_view nonce, std::string_view hub, Verb verb,
                                       std::string_view session);

}  // namespace kaido::portal
