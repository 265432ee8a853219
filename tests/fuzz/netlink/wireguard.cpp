// A device's dump as generic netlink might send it: framing, the parsers, and what comes of them.
#include <cstdlib>

#include "adapters/netlink/wireguard_messages.hpp"
#include "wire/netlink/frames.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaido;
  using namespace kaido::netlink;
  ObservedWireGuardDevice device;
  for_each_message(Bytes(data, size), [&](const nlmsghdr& header, Bytes payload) {
    if (header.nlmsg_type == NLMSG_ERROR) {
      (void)parse_error(header, payload);
    } else {
      (void)parse_family(payload);
      parse_device(payload, device);
    }
    return true;
  });
  for (const auto& observed : device.peers)
    for (const auto& prefix : observed.peer.allowed_ips)
      if (prefix.length() > prefix.address().bits()) std::abort();
  // Whatever was read, the difference to a device without peers removes each once.
  const WireGuardDevice empty{.name = "kd-wg1", .private_key = WireGuardPrivateKey({})};
  const auto change = difference(empty, device);
  if (change.peers.size() != device.peers.size()) std::abort();
  (void)set_device(30, change, 1024);
  return 0;
}
