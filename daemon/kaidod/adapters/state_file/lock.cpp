#include "adapters/state_file/lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace kaido {
namespace {

std::string holder(int fd) {
  std::array<char, 16> text{};
  const auto size = pread(fd, text.data(), text.size(), 0);
  return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "?";
}

}  // namespace

Result<Descriptor> lock_state(const std::filesystem::path& folder) {
  mkdir(folder.c_str(), 0700);  // a failure shows at the next line
  const auto file = folder / "lock";
  Descriptor fd(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (fd.get() < 0) {
    const auto denied = errno == EACCES || errno == EPERM;
    return failure(denied ? Condition::permission_denied : Condition::state_not_written,
                   file.string() + ": " + std::strerror(errno));
  }
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    return failure(Condition::daemon_running,
                   fmt::format("process {}, {}", holder(fd.get()), folder.string()));
  const auto own = std::to_string(getpid());
  if (ftruncate(fd.get(), 0) != 0 ||
      pwrite(fd.get(), own.data(), own.size(), 0) != static_cast<ssize_t>(own.size()))
    return failure(Condition::state_not_written, file.string() + ": " + std::strerror(errno));
  return fd;
}

}  // namespace kaido
