// A secret: a key, a one-time password's seed, the text of a file that may hold one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kaido {

/// Overwrites memory in a way that no compiler leaves out.
void wipe(std::span<std::uint8_t> bytes);
void wipe(std::string& text);  ///< and empties it

/// Any number of bytes that nobody reads by accident: no stream, no format and no conversion takes
/// one, and what it holds is seen only by a call of reveal(). The bytes lie on the heap, so that a
/// dump of the object itself shows none of them. They are wiped when it ends or gets another value;
/// a moved one is empty afterwards. A copy is a secret of its own.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::span<const std::uint8_t> bytes) : bytes_(bytes.begin(), bytes.end()) {}
  explicit Secret(std::string_view text) : bytes_(text.begin(), text.end()) {}
  /// So many zeros, to be filled through writable().
  [[nodiscard]] static Secret zeros(std::size_t size);
  /// Takes the text over and wipes it where it was.
  [[nodiscard]] static Secret absorb(std::string& text);

  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) {}
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(bytes_); }

  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }  ///< bytes
  /// The bytes themselves; valid until the secret changes or ends. Who copies them wipes the copy.
  [[nodiscard]] std::span<const std::uint8_t> reveal() const { return bytes_; }
  [[nodiscard]] std::string_view reveal_text() const;
  [[nodiscard]] std::span<std::uint8_t> writable() { return bytes_; }
  /// Keeps the first `size` bytes, at most as many as there are, and wipes the others.
  void truncate(std::size_t size);

  /// In a time that depends on the sizes alone.
  friend bool operator==(const Secret& a, const Secret& b);

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace kaido
