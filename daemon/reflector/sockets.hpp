// The reflector's two listening sockets: made here, or passed by systemd (sd_listen_fds(3)). What
// cannot be had throws std::system_error (or std::runtime_error) at start; main() says it and ends.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kaido/descriptor.hpp"
#include "kaido/ip.hpp"

namespace kaido::reflector {

struct Sockets {
  Descriptor udp;
  Descriptor link;  ///< Unix SOCK_SEQPACKET, listening
};

/// "[::]:862" or "[2001:db8::1]:862"; IPv6 only.
[[nodiscard]] std::optional<SocketAddress> parse_listen(std::string_view text);

/// What systemd has passed to this process, by kind; the environment is read, not changed.
[[nodiscard]] Sockets passed_by_systemd();
[[nodiscard]] Descriptor open_udp(const SocketAddress& address);
/// A file at `path` is replaced if it is a socket. Mode 0600.
[[nodiscard]] Descriptor open_link(const std::string& path);

}  // namespace kaido::reflector
