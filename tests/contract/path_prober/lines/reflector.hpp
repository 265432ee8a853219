// The smallest STAMP reflector, which a test can make lie.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "kaido/ip.hpp"
#include "kaido/stamp.hpp"
#include "lines/namespace.hpp"

namespace kaido::test {

/// Owns a UDP socket in a hub's namespace. One thread; non-blocking.
class Reflector {
 public:
  static constexpr std::uint16_t kPort = 8862;
  struct Heard {
    IpAddress from;
    std::uint16_t port = 0;
    IpAddress to;
    unsigned interface = 0;
    stamp::Probe probe;
    std::vector<std::byte> packet;
  };
  explicit Reflector(const Namespace& hub, std::uint16_t port = kPort);
  ~Reflector();
  Reflector(const Reflector&) = delete;
  Reflector& operator=(const Reflector&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  /// All probes that wait.
  std::vector<Heard> read();
  /// Answers by the interface and from the address that `heard` names.
  void answer(const Heard& heard, const stamp::Reply& reply) const;
  /// What an honest stateful reflector says.
  stamp::Reply honest(const Heard& heard);

 private:
  int fd_;
  std::map<IpAddress, std::uint32_t> sessions_;  ///< by source: replies so far
};

}  // namespace kaido::test
