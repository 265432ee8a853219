#include "portal/sockets.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace kaido::portal {
namespace {

constexpr int kFirstPassed = 3;  // SD_LISTEN_FDS_START
constexpr int kBacklog = 4;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::system_category(), what);
}

std::string_view in_environment(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

int number_in_environment(const char* name) {
  const auto text = in_environment(name);
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
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

void bind_to(const Descriptor& socket, const SocketAddress& to) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(to.port);
  std::memcpy(&v4.sin_addr, to.address.bytes().data(), sizeof(v4.sin_addr));
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(to.port);
  std::memcpy(&v6.sin6_addr, to.address.bytes().data(), sizeof(v6.sin6_addr));
  const bool is_v4 = to.address.is_v4();
  const auto* address =
      is_v4 ? reinterpret_cast<const sockaddr*>(&v4) : reinterpret_cast<const sockaddr*>(&v6);
  if (bind(socket.get(), address, is_v4 ? sizeof(v4) : sizeof(v6)) != 0)
    fail("TCP " + to.to_string());
}

}  // namespace

std::optional<SocketAddress> parse_listen(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  auto host = text.substr(0, colon);
  const bool brackets = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
  if (brackets) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host);
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [rest, error] = std::from_chars(digits.begin(), digits.end(), port);
  if (!address || address->is_v4() == brackets || error != std::errc{} || rest != digits.end())
    return {};
  return SocketAddress{.address = *address, .port = port};
}

Sockets passed_by_systemd() {
  Sockets sockets;
  if (number_in_environment("LISTEN_PID") != getpid()) return sockets;
  const int count = number_in_environment("LISTEN_FDS");
  auto names = in_environment("LISTEN_FDNAMES");
  for (int fd = kFirstPassed; fd < kFirstPassed + count; ++fd) {
    Descriptor passed(fd);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    const auto name = names.substr(0, names.find(':'));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    const auto domain = option(fd, SO_DOMAIN);
    const auto type = option(fd, SO_TYPE);
    if (name == "https" && type == SOCK_STREAM && (domain == AF_INET || domain == AF_INET6)) {
      sockets.https.push_back(std::move(passed));
    } else if (name == "kaidod" && type == SOCK_SEQPACKET && domain == AF_UNIX) {
      sockets.kaidod = std::move(passed);
    }
  }
  return sockets;
}

Descriptor open_https(const SocketAddress& address) {
  const int family = address.address.is_v4() ? AF_INET : AF_INET6;
  Descriptor https(socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!https) fail("socket");
  const int on = 1;
  if (setsockopt(https.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0) fail("SO_REUSEADDR");
  bind_to(https, address);
  if (listen(https.get(), SOMAXCONN) != 0) fail("TCP " + address.to_string());
  return https;
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

}  // namespace kaido::portal
