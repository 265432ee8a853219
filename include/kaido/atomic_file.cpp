#include "kaido/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "kaido/descriptor.hpp"
#include "kaido/write_all.hpp"

namespace kaido {
namespace {

/// The umask counts for new files only.
bool keep_rights(int fd, const std::filesystem::path& old) {
  struct stat status{};
  if (::stat(old.c_str(), &status) != 0) return true;
  // kaidod has no CAP_CHOWN: it may only give the file to its own groups.
  [[maybe_unused]] const int given = ::fchown(fd, static_cast<uid_t>(-1), status.st_gid);
  return ::fchmod(fd, status.st_mode & 0777U) == 0;
}

}  // namespace

Result<void> write_atomically(const std::filesystem::path& file, std::string_view content,
                              unsigned mode, Condition on_failure) {
  auto temporary = file;
  temporary += ".new";
  const auto failed = [&](const std::filesystem::path& what) {
    const int reason = errno;
    ::unlink(temporary.c_str());
    return failure(on_failure, what.string() + ": " + std::strerror(reason));
  };
  ::unlink(temporary.c_str());
  Descriptor out(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (out.get() < 0) return failed(temporary);
  if (!keep_rights(out.get(), file) || !write_all(out.get(), content) || ::fsync(out.get()) != 0 ||
      out.close() != 0)
    return failed(temporary);
  if (::rename(temporary.c_str(), file.c_str()) != 0) return failed(file);
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() >= 0) ::fsync(directory.get());
  return {};
}

}  // namespace kaido
