// WireGuard devices as values: what should be, what is, and the difference to write.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kaido/ip.hpp"
#include "kaido/secret.hpp"

namespace kaido {

/// A Curve25519 public key.
using WireGuardKey = std::array<std::uint8_t, 32>;

/// A Curve25519 private key, clamped (RFC 7748 §5): an unclamped one would be read back different
/// from what was written. A secret: see kaido/secret.hpp. Who makes one wipes the bytes it is made
/// of.
class WireGuardPrivateKey {
 public:
  explicit WireGuardPrivateKey(const WireGuardKey& bytes);
  // A move is a copy: a key always has its 32 bytes.
  WireGuardPrivateKey(const WireGuardPrivateKey&) = default;
  WireGuardPrivateKey& operator=(const WireGuardPrivateKey&) = default;
  ~WireGuardPrivateKey() = default;
  [[nodiscard]] std::span<const std::uint8_t, 32> reveal() const {
    return bytes_.reveal().first<32>();
  }
  friend bool operator==(const WireGuardPrivateKey&, const WireGuardPrivateKey&) = default;

 private:
  Secret bytes_;
};

/// 44 characters of base64 with padding, as `wg genkey` writes them; nullopt for anything else.
[[nodiscard]] std::optional<WireGuardKey> parse_wireguard_key(std::string_view base64);
[[nodiscard]] std::string to_base64(std::span<const std::uint8_t, 32> key);

struct WireGuardPeer {
  WireGuardKey public_key{};
  std::optional<SocketAddress> endpoint;   ///< nullopt: learned from the peer's packets
  std::vector<Prefix> allowed_ips;         ///< ascending
  std::uint16_t persistent_keepalive = 0;  ///< seconds; 0: off
  std::optional<Secret> preshared_key;     ///< 32 bytes; nullopt: none
  friend bool operator==(const WireGuardPeer&, const WireGuardPeer&) = default;
};

/// What a device should be.
struct WireGuardDevice {
  std::string name;
  WireGuardPrivateKey private_key;
  std::uint16_t listen_port = 0;  ///< 0: the kernel chooses
  std::uint32_t fwmark = 0;
  std::vector<WireGuardPeer> peers;  ///< ascending by key
};

/// What a peer is, as the kernel tells it.
struct ObservedWireGuardPeer {
  WireGuardPeer peer;
  std::int64_t last_handshake = 0;  ///< seconds since 1970; 0: never
  std::uint64_t received = 0;       ///< bytes
  std::uint64_t sent = 0;           ///< bytes
};

struct ObservedWireGuardDevice {
  std::string name;
  std::optional<WireGuardPrivateKey> private_key;
  std::uint16_t listen_port = 0;
  std::uint32_t fwmark = 0;
  std::vector<ObservedWireGuardPeer> peers;  ///< ascending by key
};

struct WireGuardPeerChange {
  WireGuardPeer peer;
  bool remove = false;
  bool set_endpoint = false;
  bool set_allowed_ips = false;  ///< replaces them all
  bool set_keepalive = false;
  bool set_preshared_key = false;
  bool update_only = false;  ///< the peer exists already
};

/// The difference, for one device. Adapters write the private key last where peers are added:
/// otherwise the kernel computes a Diffie-Hellman for each peer at once (FACTS: 3.06 s against
/// 0.36 s for 10,000).
struct WireGuardChange {
  std::string device;
  std::optional<WireGuardPrivateKey> private_key;
  std::optional<std::uint16_t> listen_port;
  std::optional<std::uint32_t> fwmark;
  std::vector<WireGuardPeerChange> peers;
  [[nodiscard]] bool empty() const {
    return !private_key && !listen_port && !fwmark && peers.empty();
  }
};

/// Pure. Peers that are not desired are removed; an endpoint is written only when one is desired
/// and the peer is new or its endpoint differs.
[[nodiscard]] WireGuardChange difference(const WireGuardDevice& desired,
                                         const ObservedWireGuardDevice& observed);

}  // namespace kaido
