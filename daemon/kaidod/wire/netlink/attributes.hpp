// Reading netlink attributes without trusting any length in them.
#pragma once

#include <linux/netlink.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>

namespace kaido::netlink {

using Bytes = std::span<const std::uint8_t>;

/// The value at the start of `bytes`; nullopt when they are too few. Nothing is assumed of its
/// alignment.
template <typename T>
  requires std::is_trivially_copyable_v<T>
[[nodiscard]] std::optional<T> value_at_start(Bytes bytes) {
  if (bytes.size() < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

/// What follows a message's fixed header of type T.
template <typename T>
[[nodiscard]] Bytes after_header(Bytes bytes) {
  const std::size_t size = NLMSG_ALIGN(sizeof(T));
  return bytes.size() < size ? Bytes{} : bytes.subspan(size);
}

/// One attribute: its type without the flag bits, and the bytes that are really there.
struct Attribute {
  std::uint16_t type = 0;
  Bytes data;

  template <typename T>
  [[nodiscard]] std::optional<T> as() const {
    return value_at_start<T>(data);
  }
  /// The value, or `fallback` when there are too few bytes.
  template <typename T>
  [[nodiscard]] T value_or(T fallback) const {
    return as<T>().value_or(fallback);
  }
  /// Up to the first NUL.
  [[nodiscard]] std::string text() const {
    std::string result;
    for (const auto byte : data) {
      if (byte == 0) break;
      result.push_back(static_cast<char>(byte));
    }
    return result;
  }
};

/// Calls `each` for every attribute; stops at the first that is malformed or cut off.
template <typename Each>
void for_each_attribute(Bytes bytes, Each each) {
  while (const auto header = value_at_start<nlattr>(bytes)) {
    if (header->nla_len < sizeof(nlattr) || header->nla_len > bytes.size()) return;
    each(Attribute{static_cast<std::uint16_t>(header->nla_type & NLA_TYPE_MASK),
                   bytes.subspan(sizeof(nlattr), header->nla_len - sizeof(nlattr))});
    const std::size_t step = NLA_ALIGN(header->nla_len);
    if (step >= bytes.size()) return;
    bytes = bytes.subspan(step);
  }
}

}  // namespace kaido::netlink
