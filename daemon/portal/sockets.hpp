// The portal's listening sockets: made here, or passed by systemd (sd_listen_fds(3)). What cannot
// be had throws std::system_error (or std::runtime_error) at start; main() says it and ends.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kaido/descriptor.hpp"
#include "kaido/ip.hpp"

namespace kaido::portal {

struct Sockets {
  std::vector<Descriptor> https;  ///< TCP, listening
  Descriptor kaidod;              ///< Unix SOCK_SEQPACKET, listening
};

/// "192.0.2.1:443" or "[::]:443".
[[nodiscard]] std::optional<SocketAddress> parse_listen(std::string_view text);

/// What systemd has passed to this process, by the names `https` and `kaidod`; the environment is
/// read, not changed.
[[nodiscard]] Sockets passed_by_systemd();
[[nodiscard]] Descriptor open_https(const SocketAddress& address);
/// A file at `path` is replaced if it is a socket. Mode 0600.
[[nodiscard]] Descriptor open_link(const std::string& path);

}  // namespace kaido::portal
