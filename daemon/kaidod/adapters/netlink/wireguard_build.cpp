#include <linux/genetlink.h>
#include <linux/wireguard.h>
#include <netinet/in.h>

#include <utility>

#include "adapters/netlink/wireguard_messages.hpp"

namespace kaido::netlink {
namespace {

constexpr std::size_t kSmall = 512;

Message device_message(std::uint16_t family, std::uint8_t command, const std::string& device,
                       std::size_t capacity) {
  Message message(family, 0, capacity);
  auto& header = message.header<genlmsghdr>();
  header.cmd = command;
  header.version = WG_GENL_VERSION;
  message.put_name(WGDEVICE_A_IFNAME, device);
  return message;
}

template <typename T>
bool put_value(Message& message, std::uint16_t type, const T& value) {
  return message.put(type, std::span(reinterpret_cast<const std::uint8_t*>(&value), sizeof(value)));
}

bool put_endpoint(Message& message, const SocketAddress& endpoint) {
  if (endpoint.address.is_v4()) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(endpoint.port);
    std::memcpy(&in.sin_addr, endpoint.address.bytes().data(), sizeof(in.sin_addr));
    return put_value(message, WGPEER_A_ENDPOINT, in);
  }
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_port = htons(endpoint.port);
  std::memcpy(&in.sin6_addr, endpoint.address.bytes().data(), sizeof(in.sin6_addr));
  return put_value(message, WGPEER_A_ENDPOINT, in);
}

bool put_allowed_ip(Message& message, const Prefix& prefix) {
  auto* nest = message.begin(0);
  if (nest == nullptr) return false;
  const bool fits =
      message.put_u16(WGALLOWEDIP_A_FAMILY, prefix.family() == Family::v4 ? AF_INET : AF_INET6) &&
      message.put_address(WGALLOWEDIP_A_IPADDR, prefix.address()) &&
      message.put_u8(WGALLOWEDIP_A_CIDR_MASK, prefix.length());
  if (fits) {
    message.end(nest);
  } else {
    message.cancel(nest);
  }
  return fits;
}

std::uint32_t flags_of(const WireGuardPeerChange& change) {
  std::uint32_t flags = 0;
  if (change.remove) flags |= WGPEER_F_REMOVE_ME;
  if (change.update_only) flags |= WGPEER_F_UPDATE_ONLY;
  if (change.set_allowed_ips && !change.remove) flags |= WGPEER_F_REPLACE_ALLOWEDIPS;
  return flags;
}

/// Zeros stand for none.
bool put_preshared_key(Message& message, const std::optional<Secret>& key) {
  constexpr std::array<std::uint8_t, WG_KEY_LEN> kNone{};
  return message.put(WGPEER_A_PRESHARED_KEY,
                     key ? key->reveal() : std::span<const std::uint8_t>(kNone));
}

/// Fills messages with peers, and begins a new one when one is full.
class PeerWriter {
 public:
  PeerWriter(std::uint16_t family, const std::string& device, std::size_t capacity)
      : family_(family), device_(device), capacity_(capacity) {}

  Message& first() {
    if (messages_.empty()) next();
    return messages_.back();
  }

  void write(const WireGuardPeerChange& change) {
    first();
    std::size_t written = 0;  // allowed IPs
    if (try_write(change, false, written)) return;
    // What does not fit an empty message either goes on in as many as it takes.
    do {
      const auto before = written;
      const bool continued = begun_;
      next();
      if (try_write(change, continued, written)) return;
      if (written == before && begun_ == continued) return;  // `capacity` holds nothing at all
    } while (true);
  }

  std::vector<Message> finish() {
    close();
    return std::move(messages_);
  }

 private:
  void close() {
    if (peers_ != nullptr) messages_.back().end(peers_);
    peers_ = nullptr;
  }

  void next() {
    close();
    begun_ = false;
    messages_.push_back(device_message(family_, WG_CMD_SET_DEVICE, device_, capacity_));
  }

  // Writes the peer, or its remaining allowed IPs, into the message at hand. False: some remain;
  // begun_ tells whether the peer itself is in.
  bool try_write(const WireGuardPeerChange& change, bool continued, std::size_t& written) {
    auto& message = messages_.back();
    begun_ = continued;
    if (peers_ == nullptr) peers_ = message.begin(WGDEVICE_A_PEERS);
    auto* nest = peers_ == nullptr ? nullptr : message.begin(0);
    if (nest == nullptr) return false;
    if (!put_head(message, change, continued)) {
      message.cancel(nest);
      return false;
    }
    const bool with_ips = change.set_allowed_ips && !change.remove;
    const auto count = with_ips ? change.peer.allowed_ips.size() : 0;
    auto* ips = count == 0 ? nullptr : message.begin(WGPEER_A_ALLOWEDIPS);
    if (count != 0 && ips == nullptr) {
      message.cancel(nest);
      return false;
    }
    while (written < count && put_allowed_ip(message, change.peer.allowed_ips[written])) ++written;
    if (ips != nullptr) message.end(ips);
    message.end(nest);
    begun_ = true;
    return written == count;
  }

  static bool put_head(Message& message, const WireGuardPeerChange& change, bool continued) {
    if (!message.put(WGPEER_A_PUBLIC_KEY, change.peer.public_key)) return false;
    if (continued) return message.put_u32(WGPEER_A_FLAGS, WGPEER_F_UPDATE_ONLY);
    if (const auto flags = flags_of(change); flags != 0 && !message.put_u32(WGPEER_A_FLAGS, flags))
      return false;
    if (change.remove) return true;
    if (change.set_endpoint && change.peer.endpoint &&
        !put_endpoint(message, *change.peer.endpoint))
      return false;
    if (change.set_preshared_key && !put_preshared_key(message, change.peer.preshared_key))
      return false;
    return !change.set_keepalive || message.put_u16(WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL,
                                                    change.peer.persistent_keepalive);
  }

  std::uint16_t family_;
  const std::string& device_;
  std::size_t capacity_;
  std::vector<Message> messages_;
  nlattr* peers_ = nullptr;
  bool begun_ = false;
};

}  // namespace

Message get_wireguard_family() {
  Message message(GENL_ID_CTRL, 0, kSmall);
  auto& header = message.header<genlmsghdr>();
  header.cmd = CTRL_CMD_GETFAMILY;
  header.version = 1;
  message.put_name(CTRL_ATTR_FAMILY_NAME, WG_GENL_NAME);
  return message;
}

Message get_device(std::uint16_t family, const std::string& device) {
  return device_message(family, WG_CMD_GET_DEVICE, device, kSmall);
}

std::vector<Message> set_device(std::uint16_t family, const WireGuardChange& change,
                                std::size_t capacity) {
  PeerWriter writer(family, change.device, capacity);
  if (change.listen_port) writer.first().put_u16(WGDEVICE_A_LISTEN_PORT, *change.listen_port);
  if (change.fwmark) writer.first().put_u32(WGDEVICE_A_FWMARK, *change.fwmark);
  for (const auto& peer : change.peers) writer.write(peer);
  auto messages = writer.finish();
  if (change.private_key) {
    auto& last =
        messages.emplace_back(device_message(family, WG_CMD_SET_DEVICE, change.device, kSmall));
    last.put(WGDEVICE_A_PRIVATE_KEY, change.private_key->reveal());
  }
  return messages;
}

}  // namespace kaido::netlink
