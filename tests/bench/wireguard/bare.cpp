#include "bare.hpp"

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/wireguard.h>
#include <netinet/in.h>

#include <chrono>
#include <cstring>
#include <memory>
#include <vector>

#include "adapters/netlink/wireguard_messages.hpp"

namespace kaido::bench {
namespace {

constexpr std::size_t kCapacity = 32 * 1024;
constexpr std::size_t kLargestPeer = 256;  // with two prefixes

struct Buffer {
  std::vector<char> bytes = std::vector<char>(kCapacity);
  nlmsghdr* head = nullptr;

  Buffer(std::uint16_t family, const std::string& device) {
    head = mnl_nlmsg_put_header(bytes.data());
    head->nlmsg_type = family;
    head->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    auto* header = static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(head, sizeof(genlmsghdr)));
    header->cmd = WG_CMD_SET_DEVICE;
    header->version = 1;
    mnl_attr_put_strz(head, WGDEVICE_A_IFNAME, device.c_str());
  }
};

void put_peer(nlmsghdr* head, const WireGuardPeer& peer) {
  auto* nest = mnl_attr_nest_start(head, 0);
  mnl_attr_put(head, WGPEER_A_PUBLIC_KEY, 32, peer.public_key.data());
  mnl_attr_put_u32(head, WGPEER_A_FLAGS, WGPEER_F_REPLACE_ALLOWEDIPS);
  auto* ips = mnl_attr_nest_start(head, WGPEER_A_ALLOWEDIPS);
  for (const auto& prefix : peer.allowed_ips) {
    const bool v4 = prefix.family() == Family::v4;
    auto* ip = mnl_attr_nest_start(head, 0);
    mnl_attr_put_u16(head, WGALLOWEDIP_A_FAMILY, v4 ? AF_INET : AF_INET6);
    mnl_attr_put(head, WGALLOWEDIP_A_IPADDR, prefix.address().size(),
                 prefix.address().bytes().data());
    mnl_attr_put_u8(head, WGALLOWEDIP_A_CIDR_MASK, prefix.length());
    mnl_attr_nest_end(head, ip);
  }
  mnl_attr_nest_end(head, ips);
  mnl_attr_nest_end(head, nest);
}

// Sends one message and reads its acknowledgement.
bool exchange(mnl_socket* socket, const nlmsghdr* message) {
  std::vector<char> answer(kCapacity);
  if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0) return false;
  const auto size = mnl_socket_recvfrom(socket, answer.data(), answer.size());
  return size > 0 && mnl_cb_run(answer.data(), static_cast<std::size_t>(size), 0,
                                mnl_socket_get_portid(socket), nullptr, nullptr) >= 0;
}

std::uint16_t find_family(mnl_socket* socket) {
  std::vector<char> buffer(kCapacity);
  auto* head = mnl_nlmsg_put_header(buffer.data());
  head->nlmsg_type = GENL_ID_CTRL;
  head->nlmsg_flags = NLM_F_REQUEST;
  auto* header = static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(head, sizeof(genlmsghdr)));
  header->cmd = CTRL_CMD_GETFAMILY;
  header->version = 1;
  mnl_attr_put_strz(head, CTRL_ATTR_FAMILY_NAME, WG_GENL_NAME);
  mnl_socket_sendto(socket, head, head->nlmsg_len);
  if (mnl_socket_recvfrom(socket, buffer.data(), buffer.size()) < 0) return 0;
  const auto* payload = static_cast<const std::uint8_t*>(mnl_nlmsg_get_payload(head));
  return netlink::parse_family({payload, mnl_nlmsg_get_payload_len(head)});
}

}  // namespace

double load_bare(const WireGuardDevice& device) {
  const std::unique_ptr<mnl_socket, int (*)(mnl_socket*)> socket(mnl_socket_open(NETLINK_GENERIC),
                                                                 mnl_socket_close);
  if (!socket || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) return -1;
  const auto family = find_family(socket.get());
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t next = 0; next < device.peers.size();) {
    Buffer buffer(family, device.name);
    if (next == 0) mnl_attr_put_u16(buffer.head, WGDEVICE_A_LISTEN_PORT, device.listen_port);
    auto* peers = mnl_attr_nest_start(buffer.head, WGDEVICE_A_PEERS);
    while (next < device.peers.size() && buffer.head->nlmsg_len + kLargestPeer < kCapacity)
      put_peer(buffer.head, device.peers[next++]);
    mnl_attr_nest_end(buffer.head, peers);
    if (!exchange(socket.get(), buffer.head)) return -1;
  }
  Buffer key(family, device.name);
  mnl_attr_put(key.head, WGDEVICE_A_PRIVATE_KEY, 32, device.private_key.reveal().data());
  if (!exchange(socket.get(), key.head)) return -1;
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace kaido::bench
