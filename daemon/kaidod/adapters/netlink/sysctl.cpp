#include "adapters/netlink/sysctl.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace kaido::netlink {
namespace {

class File {
 public:
  File(const std::string& path, int flags) : fd_(open(path.c_str(), flags | O_CLOEXEC)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

std::optional<std::string> full_path(const std::string& path) {
  if (path.empty() || path.find("..") != std::string::npos || path.find('\0') != std::string::npos)
    return std::nullopt;
  return "/proc/sys/net/" + path;
}

}  // namespace

std::optional<std::string> read_sysctl(const std::string& path) {
  const auto full = full_path(path);
  if (!full) return std::nullopt;
  const File file(*full, O_RDONLY);
  std::array<char, 4096> text{};
  const auto size = file.fd() < 0 ? -1 : read(file.fd(), text.data(), text.size());
  if (size < 0) return std::nullopt;
  constexpr std::string_view kSpace = " \t\n";
  const std::string_view value(text.data(), static_cast<std::size_t>(size));
  const auto first = value.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return "";
  return std::string(value.substr(first, value.find_last_not_of(kSpace) - first + 1));
}

Result<void> write_sysctl(const Sysctl& sysctl) {
  const auto full = full_path(sysctl.path);
  if (!full)
    return failure(Condition::kernel_refused,
                   fmt::format("{}: not a path under net/", sysctl.path));
  const File file(*full, O_WRONLY);
  if (file.fd() >= 0 && write(file.fd(), sysctl.value.data(), sysctl.value.size()) >= 0) return {};
  const int code = errno;
  const bool denied = code == EPERM || code == EACCES || code == EROFS;
  return failure(
      denied ? Condition::permission_denied : Condition::kernel_refused,
      fmt::format("set net/{} to {}: {}", sysctl.path, sysctl.value, std::strerror(code)));
}

}  // namespace kaido::netlink
