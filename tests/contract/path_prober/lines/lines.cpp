#include "lines/lines.hpp"

#include <fmt/format.h>

namespace kaido::test {
namespace {

constexpr auto kFleet = "fd4b:6169:646f";

std::string inner(unsigned gateway, std::size_t line) {
  return fmt::format("{}:{:x}::1:{:x}", kFleet, gateway, line + 1);
}

}  // namespace

Lines::Lines(std::size_t count) {
  for (const auto* each : {&site_, &middle_, &hub_}) {
    each->set("ipv6/conf/default/accept_dad", "0");
    each->set("ipv6/conf/default/addr_gen_mode", "1");  // none: all addresses are ours
    each->set("ipv4/conf/all/rp_filter", "0");
    each->set("ipv4/conf/default/rp_filter", "0");
    each->set("ipv4/neigh/default/gc_thresh3", "8192");
    each->set("ipv6/neigh/default/gc_thresh3", "8192");
  }
  middle_.set("ipv6/conf/all/forwarding", "1");
  middle_.set("ipv4/ip_forward", "1");
  for (std::size_t i = 0; i < count; ++i) {
    make_hub_half(i);
    make_device(i);
  }
}

std::string Lines::device(std::size_t line) { return fmt::format("p{}", line); }
std::string Lines::hub_device(std::size_t line) { return fmt::format("d{}", line); }
IpAddress Lines::site_address(std::size_t line) { return IpAddress::parse(inner(7, line)).value(); }
IpAddress Lines::hub_address(std::size_t line) {
  return IpAddress::parse(inner(0x65, line)).value();
}
IpAddress Lines::site_address4() { return IpAddress::parse("10.0.7.1").value(); }
IpAddress Lines::hub_address4() { return IpAddress::parse("10.0.65.1").value(); }

void Lines::make_hub_half(std::size_t line) {
  hub_.ip(
      fmt::format("link add d{0} type veth peer name h{0} netns {1}\n"
                  "link set d{0} up\n"
                  "address add {2}/128 dev d{0}\n"
                  "address add fe80::65/64 dev d{0}\n",
                  line, middle_.path(), inner(0x65, line)));
  middle_.ip(
      fmt::format("link set h{0} up\n"
                  "address add fe80::1/64 dev h{0}\n",
                  line));
  middle_.ip6(
      fmt::format("rule add iif s{0} lookup {1}\n"
                  "rule add iif h{0} lookup {2}\n"
                  "route add default via fe80::65 dev h{0} table {1}\n",
                  line, 1000 + line, 3000 + line));
  return_by(line, line);
  if (line != 0) return;
  hub_.ip(
      "address add 10.0.65.1/32 dev d0\naddress add 169.254.0.65/32 dev d0\n"
      "route add 10.0.7.1 via 169.254.0.1 dev d0 onlink src 10.0.65.1\n");
  middle_.ip(
      "address add 169.254.0.1/32 dev h0\n"
      "rule add iif s0 lookup 1000\nrule add iif h0 lookup 3000\n"
      "route add default via 169.254.0.65 dev h0 onlink table 1000\n");
}

void Lines::make_device(std::size_t line) {
  site_.ip(
      fmt::format("link add p{0} type veth peer name s{0} netns {1}\n"
                  "link set p{0} up\n"
                  "address add {2}/128 dev p{0}\n"
                  "address add fe80::7/64 dev p{0}\n",
                  line, middle_.path(), inner(7, line)));
  middle_.ip(
      fmt::format("link set s{0} up\n"
                  "address add fe80::1/64 dev s{0}\n",
                  line));
  middle_.ip6(fmt::format("route add default via fe80::7 dev s{0} table {1}\n", line, 3000 + line));
  site_.ip6(fmt::format("route add {}/128 via fe80::1 dev p{}\n", inner(0x65, line), line));
  if (line != 0) return;
  site_.ip(
      "address add 10.0.7.1/32 dev p0\naddress add 169.254.0.7/32 dev p0\n"
      "route add 10.0.65.1 via 169.254.0.1 dev p0 onlink src 10.0.7.1\n");
  middle_.ip(
      "address add 169.254.0.1/32 dev s0\n"
      "route add default via 169.254.0.7 dev s0 onlink table 3000\n");
}

void Lines::remove_device(std::size_t line) { site_.ip(fmt::format("link delete p{}\n", line)); }

void Lines::set_site_mtu(std::size_t line, unsigned mtu) {
  site_.ip(fmt::format("link set p{} mtu {}\n", line, mtu));
}

void Lines::set_middle_mtu(std::size_t line, unsigned mtu) {
  middle_.ip(fmt::format("link set h{} mtu {}\n", line, mtu));
  hub_.ip(fmt::format("link set d{} mtu {}\n", line, mtu));
}

void Lines::pass_port(std::uint16_t port, bool to_hub, bool from_hub) const {
  middle_.ip6("rule flush pref 1\nrule flush pref 2\n");
  if (!to_hub) middle_.ip6(fmt::format("rule add pref 1 blackhole ipproto udp dport {}\n", port));
  if (!from_hub) middle_.ip6(fmt::format("rule add pref 2 blackhole ipproto udp sport {}\n", port));
}

void Lines::return_by(std::size_t line, std::size_t other) {
  hub_.ip6(fmt::format("route replace {}/128 via fe80::1 dev d{}\n", inner(7, line), other));
}

}  // namespace kaido::test
