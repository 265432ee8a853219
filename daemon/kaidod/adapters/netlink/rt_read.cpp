#include "adapters/netlink/rt_read.hpp"

#include <linux/nexthop.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <cerrno>
#include <unordered_map>

#include "adapters/netlink/build.hpp"
#include "adapters/netlink/parse.hpp"
#include "adapters/netlink/sysctl.hpp"

namespace kaido::netlink {
namespace {

constexpr Family kFamilies[] = {Family::v4, Family::v6};

/// Reads one KernelState; lives for one read.
class Reader {
 public:
  explicit Reader(Socket& socket) : socket_(socket) {}

  Outcome<KernelState> read(const ReadScope& scope) {
    if (scope.while_it_changes) interrupted_ = Socket::Interrupted::accepted;
    for (const auto step : {&Reader::links, &Reader::addresses, &Reader::rules, &Reader::nexthops})
      if (auto done = (this->*step)(); !done) return std::unexpected(done.error());
    if (auto done = routes(scope.uplink_devices); !done) return std::unexpected(done.error());
    if (auto done = routes(scope.towards, scope.uplink_devices); !done)
      return std::unexpected(done.error());
    for (const auto& path : scope.sysctl_paths)
      if (auto value = read_sysctl(path)) state_.sysctls.push_back({path, std::move(*value)});
    return std::move(state_);
  }

 private:
  // Appends what `parse` makes of each message of a dump to `out`; a dump that starts again takes
  // back what it had appended.
  template <typename T, typename Parse>
  Outcome<void> collect(Message request, std::vector<T>& out, Parse parse) {
    const auto before = out.size();
    return socket_.dump(
        request, [&] { out.erase(out.begin() + static_cast<std::ptrdiff_t>(before), out.end()); },
        [&](std::uint16_t, Bytes payload) { parse(payload, out); }, interrupted_);
  }

  // Empty for a device that came up after the links were read: its notification is on its way.
  [[nodiscard]] std::string name_of(int index) const {
    const auto found = names_.find(index);
    return found == names_.end() ? std::string() : found->second;
  }

  Outcome<void> links() {
    std::vector<LinkMessage> messages;
    auto done = collect(dump_links(), messages, [](Bytes payload, auto& out) {
      if (auto link = parse_link(payload)) out.push_back(std::move(*link));
    });
    for (const auto& message : messages) names_[message.link.index] = message.link.name;
    for (auto& message : messages) {
      message.link.master = name_of(message.master);
      if (auto* xfrm = std::get_if<XfrmLink>(&message.link.kind))
        xfrm->underlying = name_of(message.underlying);
      state_.links.push_back(std::move(message.link));
    }
    return done;
  }

  Outcome<void> addresses() {
    auto done = collect(dump_addresses(), state_.addresses, [this](Bytes payload, auto& out) {
      auto message = parse_address(payload);
      if (!message) return;
      message->address.device = name_of(message->device);
      if (!message->address.device.empty()) out.push_back(std::move(message->address));
    });
    return done;
  }

  Outcome<void> rules() {
    for (const auto family : kFamilies) {
      auto done = collect(dump_rules(family), state_.rules, [](Bytes payload, auto& out) {
        if (auto rule = parse_rule(payload)) out.push_back(*rule);
      });
      if (!done) return done;
    }
    return {};
  }

  Outcome<void> nexthops() {
    return collect(dump_nexthops(), state_.nexthops, [this](Bytes payload, auto& out) {
      auto message = parse_nexthop(payload);
      if (!message) return;
      message->nexthop.device = name_of(message->device);
      out.push_back(std::move(message->nexthop));
    });
  }

  Outcome<void> routes(const std::vector<std::string>& uplinks) {
    for (const auto family : kFamilies)
      if (auto done = routes(family, kRouteProtocol, 0); !done) return done;
    for (const auto& link : state_.links) {
      if (std::ranges::find(uplinks, link.name) == uplinks.end()) continue;
      for (const auto family : kFamilies) {
        auto done = routes(family, 0, link.index);
        if (!done && done.error().code != ENODEV) return done;  // it went away meanwhile
      }
    }
    return {};
  }

  /// The kernel cannot be asked for "every route to X", so all are read: only where it matters.
  Outcome<void> routes(const std::vector<IpAddress>& towards,
                       const std::vector<std::string>& known) {
    for (const auto family : kFamilies) {
      const auto leads = [&](const Prefix& prefix) {
        return std::ranges::any_of(towards,
                                   [&](const IpAddress& to) { return prefix.contains(to); });
      };
      if (std::ranges::count(towards, family, &IpAddress::family) == 0) continue;
      auto done = collect(dump_routes(family, 0, 0), state_.routes, [&](Bytes payload, auto& out) {
        for (auto& message : parse_route(payload)) {
          if (message.route.protocol == kRouteProtocol || !leads(message.route.destination))
            continue;
          message.route.device = name_of(message.device);
          if (std::ranges::find(known, message.route.device) == known.end())
            out.push_back(std::move(message.route));
        }
      });
      if (!done) return done;
    }
    return {};
  }

  Outcome<void> routes(Family family, std::uint8_t protocol, int device) {
    return collect(dump_routes(family, protocol, device), state_.routes,
                   [&](Bytes payload, auto& out) {
                     for (auto& message : parse_route(payload)) {
                       // Kaido's own were read by protocol; a kernel that does not filter sends
                       // all.
                       if ((message.route.protocol == kRouteProtocol) != (device == 0)) continue;
                       if (device != 0 && message.device != device) continue;
                       message.route.device = name_of(message.device);
                       out.push_back(std::move(message.route));
                     }
                   });
  }

  Socket& socket_;
  Socket::Interrupted interrupted_ = Socket::Interrupted::again;
  KernelState state_;
  std::unordered_map<int, std::string> names_;
};

}  // namespace

Outcome<KernelState> read_state(Socket& socket, const ReadScope& scope) {
  return Reader(socket).read(scope);
}

namespace {

bool is_relevant_route(Bytes payload, const std::vector<int>& uplinks) {
  const auto header = value_at_start<rtmsg>(payload);
  if (!header || (header->rtm_flags & RTM_F_CLONED) != 0) return false;
  if (header->rtm_protocol == kRouteProtocol || header->rtm_dst_len == 0) return true;
  return !uplinks.empty() && std::ranges::any_of(parse_route(payload), [&](const auto& message) {
    return std::ranges::find(uplinks, message.device) != uplinks.end();
  });
}

}  // namespace

bool is_relevant(std::uint16_t type, Bytes payload, const std::vector<int>& uplinks) {
  switch (type) {
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
      return is_relevant_route(payload, uplinks);
    case RTM_NEWNEXTHOP: {
      const auto header = value_at_start<nhmsg>(payload);
      return header && header->nh_protocol == kRouteProtocol;
    }
    case RTM_NEWLINK:
    case RTM_DELLINK:
    case RTM_NEWADDR:
    case RTM_DELADDR:
    case RTM_NEWRULE:
    case RTM_DELRULE:
    case RTM_DELNEXTHOP:
      return true;
    default:
      return false;
  }
}

}  // namespace kaido::netlink
