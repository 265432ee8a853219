#include "config/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "kaido/descriptor.hpp"
#include "kaido/write_all.hpp"

namespace kaido::config {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

FileFault fault(const std::filesystem::path& file, int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return {true, fmt::format("{} does not exist", file.string()), {}};
    case EACCES:
    case EPERM:
      return {false, fmt::format("no permission to read {}", file.string()),
              "run as root, or give this user the right", true};
    default:
      return {false, fmt::format("cannot read {}: {}", file.string(), reason(error)), {}};
  }
}

FileFault write_fault(const std::filesystem::path& file, int error) {
  return {false, fmt::format("cannot make {}: {}", file.string(), reason(error)), {}};
}

FileFault too_large(const std::filesystem::path& file, std::size_t largest) {
  return {false, fmt::format("{} is larger than {} KiB", file.string(), largest / 1024), {}};
}

std::expected<Secret, FileFault> read_all(int fd, const std::filesystem::path& file,
                                          std::size_t expected_size) {
  // Filled in place: growth would leave copies of a secret behind.
  auto content = Secret::zeros(expected_size);
  std::size_t size = 0;
  while (size < content.size()) {
    const auto rest = content.writable().subspan(size);
    const auto got = read(fd, rest.data(), rest.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(fault(file, errno));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  content.truncate(size);
  return content;
}

}  // namespace

std::expected<Secret, FileFault> read_file(const std::filesystem::path& file,
                                           const ReadOptions& options) {
  const Descriptor fd(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (fd.get() < 0) return std::unexpected(fault(file, errno));
  struct stat status{};
  if (fstat(fd.get(), &status) != 0) return std::unexpected(fault(file, errno));
  if (!S_ISREG(status.st_mode))
    return std::unexpected(FileFault{
        false,
        fmt::format("{} is {}", file.string(), S_ISDIR(status.st_mode) ? "a folder" : "no file"),
        "expected a file"});
  if (options.secret && (status.st_mode & 077) != 0)
    return std::unexpected(
        FileFault{false,
                  fmt::format("{} is a secret and others can use it (mode {:04o})", file.string(),
                              status.st_mode & 07777),
                  fmt::format("chmod 600 {}", file.string())});
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > options.largest) return std::unexpected(too_large(file, options.largest));
  return read_all(fd.get(), file, size);
}

std::expected<void, FileFault> make_secret_file(const std::filesystem::path& file,
                                                std::string_view content) {
  const auto folder = file.parent_path();
  if (!folder.empty() && mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return std::unexpected(write_fault(folder, errno));
  auto temporary = (folder / ".new-XXXXXX").string();
  const Descriptor fd(mkostemp(temporary.data(), O_CLOEXEC));  // mode 0600
  if (fd.get() < 0) return std::unexpected(write_fault(file, errno));
  // link() and not rename(): a key that another process made meanwhile must stay.
  const bool done = write_all(fd.get(), content) && fsync(fd.get()) == 0 &&
                    (link(temporary.c_str(), file.c_str()) == 0 || errno == EEXIST);
  const int error = errno;
  unlink(temporary.c_str());
  if (!done) return std::unexpected(write_fault(file, error));
  const Descriptor parent(
      open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.get() >= 0) fsync(parent.get());  // the new name must outlive a power cut, too
  return {};
}

}  // namespace kaido::config
