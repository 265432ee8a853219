#include "adapters/user_store/checkpoint.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <new>
#include <string_view>

#include "kaido/atomic_file.hpp"
#include "kaido/descriptor.hpp"

namespace kaido::user_store {
namespace {

constexpr std::size_t kKeySize = 32;
constexpr std::string_view kPurpose = "kaido audit checkpoint v1\n";

std::string hex(const Hash& bytes) {
  std::string text;
  for (const auto byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

/// Takes a value off the front of `text`.
bool take_word(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}
bool take_number(std::string_view& text, std::uint64_t& value) {
  const auto* const begin = text.data();
  const auto [rest, error] = std::from_chars(begin, begin + text.size(), value);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(rest - begin));
  return true;
}
bool take_hash(std::string_view& text, Hash& hash) {
  for (auto& byte : hash) {
    if (text.size() < 2) return false;
    const auto* const begin = text.data();
    const auto [rest, error] = std::from_chars(begin, begin + 2, byte, 16);
    if (error != std::errc() || rest != begin + 2) return false;
    text.remove_prefix(2);
  }
  return true;
}

struct Signed {
  Point point;
  Hash signature{};
};

std::string to_text(const Signed& value) {
  return fmt::format("{}number {}\nhash {}\nsignature {}\n", kPurpose, value.point.number,
                     hex(value.point.hash), hex(value.signature));
}

std::optional<Signed> parse(std::string_view text) {
  Signed value;
  const bool good = take_word(text, kPurpose) && take_word(text, "number ") &&
                    take_number(text, value.point.number) && take_word(text, "\nhash ") &&
                    take_hash(text, value.point.hash) && take_word(text, "\nsignature ") &&
                    take_hash(text, value.signature) && text == "\n";
  return good ? std::optional(value) : std::nullopt;
}

/// At most as much as `room` holds; -1 with errno.
ssize_t read_some(int fd, std::span<std::uint8_t> room) {
  std::size_t size = 0;
  while (size < room.size()) {
    const auto got = ::read(fd, room.data() + size, room.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  return static_cast<ssize_t>(size);
}

Descriptor open_to_read(const std::string& file) {
  // Not blocking: a FIFO in its place would stop us.
  return Descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
}

}  // namespace

Result<void> Checkpoint::make_key() const {
  struct stat status{};
  if (::lstat(key_file_.c_str(), &status) == 0) return {};
  auto key = Secret::zeros(kKeySize);
  if (RAND_bytes(key.writable().data(), static_cast<int>(kKeySize)) != 1)
    return failure(Condition::user_store_failed, "no random numbers for " + key_file_);
  return write_atomically(key_file_, key.reveal_text(), 0600, Condition::user_store_failed);
}

std::optional<std::string> Checkpoint::read_key() {
  key_ = Secret();
  const auto fd = open_to_read(key_file_);
  if (!fd && errno == ENOENT)
    return fmt::format("the key of the checkpoint, {}, is missing", key_file_);
  struct stat status{};
  if (!fd || ::fstat(fd.get(), &status) != 0) return key_file_ + ": " + std::strerror(errno);
  if (!S_ISREG(status.st_mode) || status.st_uid != ::geteuid() || (status.st_mode & 077U) != 0)
    return key_file_ + " is not a file of kaidod's user alone: set owner and mode 0600";
  auto key = Secret::zeros(kKeySize + 1);
  const auto size = read_some(fd.get(), key.writable());
  if (size < 0) return key_file_ + ": " + std::strerror(errno);
  if (size != static_cast<ssize_t>(kKeySize)) return key_file_ + " is not a key of 32 bytes";
  key.truncate(kKeySize);
  key_ = std::move(key);
  return std::nullopt;
}

Hash Checkpoint::sign(const Point& point) const {
  std::string covered(kPurpose);
  for (unsigned shift = 64; shift > 0; shift -= 8)
    covered += static_cast<char>((point.number >> (shift - 8)) & 0xffU);
  covered.append(point.hash.begin(), point.hash.end());
  Hash signature{};
  std::size_t size = 0;
  const auto key = key_.reveal();
  if (EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key.data(), key.size(),
                reinterpret_cast<const unsigned char*>(covered.data()), covered.size(),
                signature.data(), signature.size(), &size) == nullptr)
    throw std::bad_alloc();
  return signature;
}

Checkpoint::Found Checkpoint::read() {
  if (auto fault = read_key()) return {.point = {}, .fault = std::move(fault)};
  const auto fd = open_to_read(file_);
  if (!fd && errno == ENOENT)
    return {.point = {},
            .fault = fmt::format("the checkpoint, {}, is missing", file_),
            .missing = true};
  std::array<std::uint8_t, 512> room{};
  const auto size = fd ? read_some(fd.get(), room) : -1;
  if (size < 0) return {.point = {}, .fault = file_ + ": " + std::strerror(errno)};
  const auto found =
      parse({reinterpret_cast<const char*>(room.data()), static_cast<std::size_t>(size)});
  if (!found) return {.point = {}, .fault = file_ + " is not a checkpoint"};
  const auto signature = sign(found->point);
  if (CRYPTO_memcmp(signature.data(), found->signature.data(), signature.size()) != 0)
    return {.point = {}, .fault = fmt::format("the checkpoint, {}, has a wrong signature", file_)};
  return {.point = found->point, .fault = {}};
}

Result<void> Checkpoint::write(const Point& point) const {
  if (key_.empty()) return failure(Condition::user_store_failed, "no key for " + file_);
  return write_atomically(file_, to_text({.point = point, .signature = sign(point)}), 0600,
                          Condition::user_store_failed);
}

}  // namespace kaido::user_store
