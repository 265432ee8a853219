#include "adapters/otp_vault/key_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "adapters/otp_vault/sealing.hpp"
#include "kaido/atomic_file.hpp"
#include "kaido/descriptor.hpp"

namespace kaido::otp_vault {
namespace {

std::unexpected<Error> unusable(const std::string& file, std::string_view why) {
  return failure(Condition::otp_key_unusable, fmt::format("the key file {}: {}", file, why));
}

/// systemd from 254 on gives a credential to the service's user by an access list, and stat(2)
/// shows the list's mask as the group's rights: root's group there is nobody else.
bool is_credential(int fd, const struct stat& status) {
  return status.st_uid == 0 && status.st_gid == 0 && (status.st_mode & 07777U) == 0440 &&
         ::fgetxattr(fd, "system.posix_acl_access", nullptr, 0) > 0;
}

/// Empty: it may be used.
std::string_view fault_of(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return std::strerror(errno);
  if (!S_ISREG(status.st_mode)) return "it is not a file";
  if (status.st_uid != 0 && status.st_uid != ::geteuid()) return "it belongs to another user";
  if ((status.st_mode & 077U) != 0 && !is_credential(fd, status))
    return "others than its owner may read or write it; use: chmod 600";
  if (status.st_size != static_cast<off_t>(kKeySize)) return "it does not have 32 bytes";
  return {};
}

Result<Secret> read_key(const std::string& file, int fd) {
  if (const auto fault = fault_of(fd); !fault.empty()) return unusable(file, fault);
  Secret key = Secret::zeros(kKeySize);
  auto rest = key.writable();
  while (!rest.empty()) {
    const auto got = ::read(fd, rest.data(), rest.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unusable(file, std::strerror(errno));
    if (got == 0) return unusable(file, "it became shorter");
    rest = rest.subspan(static_cast<std::size_t>(got));
  }
  return key;
}

/// By O_NOFOLLOW: somebody else may decide what a link means. By O_NONBLOCK: a pipe must not hang.
Descriptor open_file(const std::string& file) {
  return Descriptor(
      ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
}

}  // namespace

Result<Secret> load_key(const std::string& file, const std::function<bool()>& seeds_exist) {
  auto found = open_file(file);
  if (!found && errno == ENOENT) {
    if (seeds_exist())
      return failure(Condition::otp_key_unusable,
                     fmt::format("the key file {} is missing, and one-time passwords are sealed "
                                 "with it",
                                 file));
    const auto made =
        write_atomically(file, chance(kKeySize).reveal_text(), 0600, Condition::otp_key_unusable);
    if (!made) return std::unexpected(made.error());
    found = open_file(file);
  }
  if (!found && errno == ELOOP) return unusable(file, "it is a symbolic link");
  if (!found) return unusable(file, std::strerror(errno));
  return read_key(file, found.get());
}

}  // namespace kaido::otp_vault
