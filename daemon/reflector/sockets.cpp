#include "reflector/sockets.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace kaido::reflector {
namespace {

constexpr int kFirstPassed = 3;  // SD_LISTEN_FDS_START
constexpr int kBacklog = 4;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::system_category(), what);
}

int number_in_environment(const char* name) {
  const char* text = std::getenv(name);
  int number = 0;
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), number);
  return number;
}

int option(int fd, int name) {
  int value = -1;
  socklen_t size = sizeof(value);
  return getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

void remove_stale_socket(const std::string& path) {
  struct stat status{};
  if (lstat(path.c_str(), &status) != 0) return;
  if (!S_ISSOCK(status.st_mode)) throw std::runtime_error(path + " is there and is no socket");
  if (unlink(path.c_str()) != 0) fail(path);
}

}  // namespace

std::optional<SocketAddress> parse_listen(std::string_view text) {
  const auto end = text.rfind("]:");
  if (!text.starts_with('[') || end == std::string_view::npos) return {};
  const auto address = IpAddress::parse(text.substr(1, end - 1));
  const auto digits = text.substr(end + 2);
  std::uint16_t port = 0;
  const auto [rest, error] = std::from_chars(digits.begin(), digits.end(), port);
  if (!address || address->is_v4() || error != std::errc{} || rest != digits.end()) return {};
  return SocketAddress{.address = *address, .port = port};
}

Sockets passed_by_systemd() {
  Sockets sockets;
  if (number_in_environment("LISTEN_PID") != getpid()) return sockets;
  const int count = number_in_environment("LISTEN_FDS");
  for (int fd = kFirstPassed; fd < kFirstPassed + count; ++fd) {
    Descriptor passed(fd);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    const auto domain = option(fd, SO_DOMAIN);
    const auto type = option(fd, SO_TYPE);
    if (domain == AF_INET6 && type == SOCK_DGRAM) {
      sockets.udp = std::move(passed);
    } else if (domain == AF_UNIX && type == SOCK_SEQPACKET) {
      sockets.link = std::move(passed);
    }
  }
  return sockets;
}

Descriptor open_udp(const SocketAddress& address) {
  Descriptor udp(socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!udp) fail("socket");
  const int on = 1;
  if (setsockopt(udp.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) != 0) fail("IPV6_V6ONLY");
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_port = htons(address.port);
  std::memcpy(&to.sin6_addr, address.address.bytes().data(), sizeof(to.sin6_addr));
  if (bind(udp.get(), reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0)
    fail("UDP " + address.to_string());
  return udp;
}

Descriptor open_link(const std::string& path) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  if (path.size() >= sizeof(to.sun_path)) throw std::runtime_error(path + " is too long");
  std::memcpy(to.sun_path, path.data(), path.size());
  Descriptor link(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!link) fail("socket");
  remove_stale_socket(path);
  // By the mask, so that there is no moment in which others may connect.
  const auto mask = umask(0177);
  const int status = bind(link.get(), reinterpret_cast<const sockaddr*>(&to), sizeof(to));
  const int error = errno;
  umask(mask);
  errno = error;
  if (status != 0 || listen(link.get(), kBacklog) != 0) fail(path);
  return link;
}

}  // namespace kaido::reflector
