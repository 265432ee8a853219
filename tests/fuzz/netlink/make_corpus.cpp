// Writes the seeds: make_corpus FOLDER. Messages of our own builders, a few to a file.
#include <linux/rtnetlink.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "adapters/netlink/build.hpp"
#include "adapters/netlink/wireguard_messages.hpp"

namespace kaido::netlink {
namespace {

void save(const std::filesystem::path& path, std::vector<Message>& messages) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  for (auto& message : messages) {
    const auto bytes = message.bytes();
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
}

void save_one(const std::filesystem::path& path, Message message) {
  std::vector<Message> messages;
  messages.push_back(std::move(message));
  save(path, messages);
}

Message refusal(const std::string& text) {
  Message message(NLMSG_ERROR, 0);
  message.header<nlmsgerr>().error = -22;
  message.put_name(NLMSGERR_ATTR_MSG, text);
  message.head()->nlmsg_flags = NLM_F_ACK_TLVS | NLM_F_CAPPED;
  return message;
}

void make_routes(const std::filesystem::path& folder) {
  Route route;
  route.destination = Prefix::parse("fd05::/32").value();
  route.gateway = IpAddress::parse("fe80::1");
  route.source = IpAddress::parse("fd01::1");
  route.mtu = 1300;
  route.mtu_locked = true;
  save_one(folder / "route6", replace_route(route, 3));
  route = {};
  route.destination = Prefix::parse("10.5.0.0/16").value();
  route.nexthop = 11;
  save_one(folder / "route4-nexthop", replace_route(route, 0));
  Rule rule;
  rule.fwmark = 0x100;
  rule.fwmask = 0xff00;
  rule.table = 70000;
  save_one(folder / "rule", add_rule(rule));
  save_one(folder / "address", add_address({"", IpAddress::parse("fd01::1").value(), 64}, 3));
  save_one(folder / "nexthop", replace_nexthop({11, Family::v6, ""}, 3));
  Link link;
  link.name = "kd-ike1";
  link.kind = XfrmLink{5, ""};
  auto message = create_link(link, 3);
  static_cast<ifinfomsg*>(mnl_nlmsg_get_payload(message.head()))->ifi_index = 7;
  save_one(folder / "link", std::move(message));
  save_one(folder / "refusal", refusal("Nexthop id does not exist"));
}

void make_wireguard(const std::filesystem::path& folder) {
  WireGuardChange change{.device = "kd-wg1"};
  change.listen_port = 51801;
  change.fwmark = 0x100;
  for (std::uint8_t i = 0; i < 3; ++i) {
    auto& peer = change.peers.emplace_back();
    peer.peer.public_key[0] = i;
    peer.peer.allowed_ips = {Prefix::parse("10.1.0.0/16").value(),
                             Prefix::parse("fd05::/32").value()};
    peer.peer.endpoint =
        SocketAddress{IpAddress::parse(i == 0 ? "192.0.2.1" : "2001:db8::1").value(), 51801};
    peer.set_allowed_ips = peer.set_endpoint = peer.set_keepalive = true;
  }
  auto messages = set_device(30, change);
  save(folder / "device", messages);
  messages = set_device(30, change, 360);
  save(folder / "device-in-pieces", messages);
  save_one(folder / "refusal", refusal("no"));
}

}  // namespace
}  // namespace kaido::netlink

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::filesystem::path folder(argv[1]);
  kaido::netlink::make_routes(folder / "route");
  kaido::netlink::make_wireguard(folder / "wireguard");
}
