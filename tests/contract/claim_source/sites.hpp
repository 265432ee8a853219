// Many sites on one loopback.
#pragma once

#include <cstdint>
#include <optional>

#include "kaido/reflector_link.hpp"
#include "kaido/stamp.hpp"
#include "lines/namespace.hpp"

namespace kaido::test {

/// Owns a network namespace in which every address of the fleet fd4b:6169:646f::/48 is local, and a
/// UDP socket that probes from any of them. One thread. A failure throws std::runtime_error.
class Sites {
 public:
  Sites();
  ~Sites();
  Sites(const Sites&) = delete;
  Sites& operator=(const Sites&) = delete;

  [[nodiscard]] const Namespace& where() const { return where_; }
  /// Probes [::1]:port from the site's first path; waits for the answer.
  stamp::Reply ask(const reflector::SiteKey& site, std::uint16_t port,
                   const std::optional<stamp::Claim>& claim);

 private:
  void send(const reflector::SiteKey& site, std::uint16_t port,
            const std::optional<stamp::Claim>& claim);

  Namespace where_;
  int fd_ = -1;
  std::uint32_t sequence_ = 0;
};

}  // namespace kaido::test
