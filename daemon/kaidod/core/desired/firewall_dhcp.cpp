#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/addressing.hpp"
#include "core/desired/firewall.hpp"

namespace kaido {
namespace {

/// "0x020000000001".
std::string number_of(const std::string& mac) {
  std::string text = "0x";
  std::ranges::copy_if(mac, std::back_inserter(text), [](char c) { return c != ':'; });
  return text;
}

std::string list_of_v4(const std::vector<IpAddress>& addresses) {
  std::string text;
  for (const auto& address : addresses) {
    if (!address.is_v4()) continue;
    if (!text.empty()) text += ", ";
    text += address.to_string();
  }
  return text;
}

}  // namespace

std::string dhcp_chains(const Board& state) {
  const auto renewal = fmt::format("udp sport {} udp dport {}", kDhcpClientPort, kDhcpServerPort);
  std::string marks;
  std::string strays;
  std::string sources;
  for (std::size_t i = 0; i < state.model.uplinks.size(); ++i) {
    const auto& uplink = state.model.uplinks[i];
    const auto& seen = state.uplinks.at(i);
    strays += fmt::format("    oifname \"{}\" meta mark {:#x} {} drop\n", uplink.device,
                          kOtherDhcpMark, renewal);
    if (seen.mac.empty()) continue;
    // The client's hardware address, 28 bytes into the message (RFC 951 §3).
    marks += fmt::format("    @th,288,48 {} meta mark set {:#x} return\n", number_of(seen.mac),
                         fwmark(uplink.number));
    if (const auto own = list_of_v4(seen.addresses); !own.empty())
      sources += fmt::format("    oifname \"{}\" {} ip saddr != {{ {} }} masquerade\n",
                             uplink.device, renewal, own);
  }
  return fmt::format(
      "  chain dhcp {{ type route hook output priority mangle; policy accept;\n"
      "    {} jump dhcp_clients\n"
      "  }}\n"
      "  chain dhcp_clients {{\n{}    meta mark set {:#x}\n  }}\n"
      "  chain dhcp_strays {{ type filter hook postrouting priority mangle; policy accept;\n{}  "
      "}}\n"
      "  chain dhcp_sources {{ type nat hook postrouting priority srcnat; policy accept;\n{}  }}\n",
      renewal, marks, kOtherDhcpMark, strays, sources);
}

}  // namespace kaido
