#include "core/wireguard.hpp"

#include <algorithm>

namespace kaido {
namespace {

// The value of a base64 digit, -1 for anything else. Without branches and tables, so that the
// time taken says nothing about a private key.
int digit_value(char digit) {
  const int c = static_cast<unsigned char>(digit);
  const auto between = [c](char low, char high) {
    return static_cast<int>(((low - 1 - c) & (c - high - 1)) < 0);
  };
  return -1 + between('A', 'Z') * (c - 'A' + 1) + between('a', 'z') * (c - 'a' + 27) +
         between('0', '9') * (c - '0' + 53) + between('+', '+') * 63 + between('/', '/') * 64;
}

char digit_of(unsigned value) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return kDigits[value & 63U];
}

bool same_allowed_ips(const std::vector<Prefix>& a, const std::vector<Prefix>& b) {
  if (a == b) return true;
  if (a.size() != b.size()) return false;
  auto left = a;  // both should be ascending; order alone must never cause a write
  auto right = b;
  std::ranges::sort(left);
  std::ranges::sort(right);
  return left == right;
}

WireGuardPeerChange removal(const WireGuardKey& key) {
  WireGuardPeerChange change;
  change.peer.public_key = key;
  change.remove = true;
  change.update_only = true;  // if it has gone meanwhile it shall not come back
  return change;
}

WireGuardPeerChange addition(const WireGuardPeer& peer) {
  WireGuardPeerChange change;
  change.peer = peer;
  change.set_endpoint = peer.endpoint.has_value();
  change.set_allowed_ips = true;
  change.set_keepalive = peer.persistent_keepalive != 0;
  change.set_preshared_key = peer.preshared_key.has_value();
  return change;
}

// nullopt: the peer is as it should be.
std::optional<WireGuardPeerChange> correction(const WireGuardPeer& desired,
                                              const WireGuardPeer& observed) {
  WireGuardPeerChange change;
  change.set_endpoint = desired.endpoint.has_value() && desired.endpoint != observed.endpoint;
  change.set_allowed_ips = !same_allowed_ips(desired.allowed_ips, observed.allowed_ips);
  change.set_keepalive = desired.persistent_keepalive != observed.persistent_keepalive;
  change.set_preshared_key = desired.preshared_key != observed.preshared_key;
  if (!change.set_endpoint && !change.set_allowed_ips && !change.set_keepalive &&
      !change.set_preshared_key)
    return std::nullopt;
  change.peer = desired;
  change.update_only = true;
  return change;
}

// Pointers, ascending by key, to what is usually ascending already.
template <typename T, typename Key>
std::vector<const T*> by_key(const std::vector<T>& peers, Key key) {
  std::vector<const T*> result;
  result.reserve(peers.size());
  for (const auto& peer : peers) result.push_back(&peer);
  const auto ascending = [&](const T* a, const T* b) { return key(*a) < key(*b); };
  if (!std::ranges::is_sorted(result, ascending)) std::ranges::sort(result, ascending);
  return result;
}

const WireGuardKey& key_of(const WireGuardPeer& peer) { return peer.public_key; }
const WireGuardKey& key_of(const ObservedWireGuardPeer& peer) { return peer.peer.public_key; }

// The peers' part of the difference: one merge of two ascending lists.
std::vector<WireGuardPeerChange> peer_changes(const std::vector<WireGuardPeer>& desired,
                                              const std::vector<ObservedWireGuardPeer>& observed) {
  const auto wanted = by_key(desired, [](const auto& peer) { return key_of(peer); });
  const auto present = by_key(observed, [](const auto& peer) { return key_of(peer); });
  std::vector<WireGuardPeerChange> removals;
  std::vector<WireGuardPeerChange> rest;
  auto have = present.begin();
  for (const auto* peer : wanted) {
    for (; have != present.end() && key_of(**have) < peer->public_key; ++have)
      removals.push_back(removal(key_of(**have)));
    if (have == present.end() || key_of(**have) != peer->public_key) {
      rest.push_back(addition(*peer));
      continue;
    }
    if (auto change = correction(*peer, (*have)->peer)) rest.push_back(std::move(*change));
    ++have;
  }
  for (; have != present.end(); ++have) removals.push_back(removal(key_of(**have)));
  removals.insert(removals.end(), std::make_move_iterator(rest.begin()),
                  std::make_move_iterator(rest.end()));
  return removals;
}

}  // namespace

WireGuardPrivateKey::WireGuardPrivateKey(const WireGuardKey& bytes) : bytes_(bytes) {
  const auto key = bytes_.writable();
  key[0] &= 0xf8U;
  key[31] = static_cast<std::uint8_t>((key[31] & 0x7fU) | 0x40U);
}

std::optional<WireGuardKey> parse_wireguard_key(std::string_view base64) {
  if (base64.size() != 44 || base64.back() != '=') return std::nullopt;
  WireGuardKey key{};
  std::uint32_t bits = 0;
  int invalid = 0;
  for (std::size_t i = 0; i < 44; ++i) {
    const int value = i == 43 ? 0 : digit_value(base64[i]);
    invalid |= value;  // negative once any value was
    bits = bits << 6 | (static_cast<std::uint32_t>(value) & 63U);
    if (i % 4 != 3) continue;
    for (std::size_t byte = 0; byte < 3; ++byte) {
      const auto at = i / 4 * 3 + byte;
      const auto octet = static_cast<std::uint8_t>(bits >> (16 - 8 * byte));
      if (at < key.size())
        key[at] = octet;
      else if (octet != 0)
        invalid = -1;  // bits past the key's end
    }
  }
  if (invalid >= 0) return key;
  wipe(key);
  return std::nullopt;
}

std::string to_base64(std::span<const std::uint8_t, 32> key) {
  std::string text;
  text.reserve(44);
  for (std::size_t i = 0; i < key.size(); i += 3) {
    const auto octet = [&](std::size_t at) { return at < key.size() ? unsigned{key[at]} : 0U; };
    const unsigned bits = octet(i) << 16 | octet(i + 1) << 8 | octet(i + 2);
    for (int shift = 18; shift >= 0; shift -= 6) text.push_back(digit_of(bits >> shift));
  }
  text.back() = '=';
  return text;
}

WireGuardChange difference(const WireGuardDevice& desired,
                           const ObservedWireGuardDevice& observed) {
  WireGuardChange change;
  change.device = desired.name;
  if (!observed.private_key || *observed.private_key != desired.private_key)
    change.private_key = desired.private_key;
  if (desired.listen_port != 0 && desired.listen_port != observed.listen_port)
    change.listen_port = desired.listen_port;
  if (desired.fwmark != observed.fwmark) change.fwmark = desired.fwmark;
  change.peers = peer_changes(desired.peers, observed.peers);
  return change;
}

}  // namespace kaido
