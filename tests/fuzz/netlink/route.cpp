// A datagram as rtnetlink might send it: framing, refusals, and every rtnetlink parser.
#include <linux/rtnetlink.h>

#include <cstdlib>

#include "adapters/netlink/build.hpp"
#include "adapters/netlink/parse.hpp"
#include "adapters/netlink/rt_read.hpp"
#include "wire/netlink/frames.hpp"

namespace kaido::netlink {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

// What was understood can be said again, and is understood the same.
void check_route(Bytes payload) {
  for (const auto& parsed : parse_route(payload)) {
    const auto& route = parsed.route;
    require(route.destination.length() <= route.destination.address().bits());
    const auto again = replace_route(route, parsed.device);
    const auto reparsed = parse_route(again.bytes().subspan(sizeof(nlmsghdr)));
    require(reparsed.size() == 1 && reparsed[0].route.destination == route.destination &&
            reparsed[0].route.table == route.table && reparsed[0].route.type == route.type);
  }
}

void check_message(std::uint16_t type, Bytes payload) {
  (void)is_relevant(type, payload, {1, 2});
  check_route(payload);
  if (const auto address = parse_address(payload))
    require(address->address.prefix_length <= address->address.address.bits());
  if (const auto rule = parse_rule(payload)) (void)describe(AddRule{*rule});
  if (const auto link = parse_link(payload)) require(link->link.index > 0);
  if (const auto nexthop = parse_nexthop(payload)) require(nexthop->nexthop.id != 0);
}

}  // namespace
}  // namespace kaido::netlink

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaido::netlink;
  for_each_message(Bytes(data, size), [](const nlmsghdr& header, Bytes payload) {
    if (header.nlmsg_type == NLMSG_ERROR) {
      require(parse_error(header, payload).code >= 0);
    } else {
      check_message(header.nlmsg_type, payload);
    }
    return true;
  });
  return 0;
}
