// Lines between a site and a hub, with a router in the middle of each:
//
//   site        p0 ── s0  middle  h0 ── d0        hub
//   <fleet>:7::1:1                               <fleet>:65::1:1     (p1, d1: …:1:2)
//   10.0.7.1 (p0)                                10.0.65.1 (d0)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "kaido/ip.hpp"
#include "lines/namespace.hpp"

namespace kaido::test {

/// Owns three namespaces and `count` lines; what enters a line leaves it at its other end, by
/// nobody's routes. One thread.
class Lines {
 public:
  explicit Lines(std::size_t count);

  [[nodiscard]] const Namespace& site() const { return site_; }
  [[nodiscard]] const Namespace& hub() const { return hub_; }

  static std::string device(std::size_t line);      ///< at the site
  static std::string hub_device(std::size_t line);  ///< at the hub
  static IpAddress site_address(std::size_t line);
  static IpAddress hub_address(std::size_t line);
  static IpAddress site_address4();
  static IpAddress hub_address4();

  void set_middle_mtu(std::size_t line, unsigned mtu);  ///< of the hub's half; the router tells
  void set_site_mtu(std::size_t line, unsigned mtu);
  /// In the middle of all lines: UDP over IPv6 to that port of the hub, and what comes from it.
  void pass_port(std::uint16_t port, bool to_hub, bool from_hub) const;
  void remove_device(std::size_t line);
  void make_device(std::size_t line);
  /// The hub's own route to the site's address of `line`.
  void return_by(std::size_t line, std::size_t other);

 private:
  void make_hub_half(std::size_t line);

  Namespace site_;
  Namespace middle_;
  Namespace hub_;
};

}  // namespace kaido::test
