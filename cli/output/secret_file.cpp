#include "output/secret_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "kaido/write_all.hpp"
#include "text_people.hpp"

namespace kaido::cli {

Outcome<SecretFile> SecretFile::create(const std::string& name) {
  constexpr mode_t owner_only = 0600;
  Descriptor descriptor(open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, owner_only));
  if (!descriptor)
    return std::unexpected(
        Failure{Exit::failed, "", text::cannot_write_new(name, std::strerror(errno)), {}, {}});
  return SecretFile(name, std::move(descriptor));
}

SecretFile::SecretFile(std::string name, Descriptor descriptor)
    : name_(std::move(name)), descriptor_(std::move(descriptor)) {}
SecretFile::SecretFile(SecretFile&& other) noexcept
    : name_(std::exchange(other.name_, {})), descriptor_(std::move(other.descriptor_)) {}

SecretFile::~SecretFile() {
  if (!name_.empty()) unlink(name_.c_str());
}

Outcome<void> SecretFile::write(const Secret& content) {
  const bool written = write_all(descriptor_.get(), content.reveal_text()) &&
                       fsync(descriptor_.get()) == 0 && descriptor_.close() == 0;
  if (!written)
    return std::unexpected(
        Failure{Exit::failed, "", text::svg_lost(name_, std::strerror(errno)), {}, {}});
  name_.clear();
  return {};
}

}  // namespace kaido::cli
