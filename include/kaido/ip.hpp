// Addresses and prefixes of both families as plain values.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kaido {

enum class Family : std::uint8_t { v4, v6 };

/// An IPv4 or IPv6 address. An IPv4 address uses the first four bytes, the others are zero.
class IpAddress {
 public:
  IpAddress() = default;
  IpAddress(Family family, const std::array<std::uint8_t, 16>& bytes)
      : bytes_(bytes), family_(family) {}

  /// Accepts what inet_pton(3) accepts; no zone, no prefix length.
  static std::optional<IpAddress> parse(std::string_view text);
  /// `size` is 4 or 16; anything else gives nullopt.
  static std::optional<IpAddress> from_bytes(const void* data, std::size_t size);

  [[nodiscard]] Family family() const { return family_; }
  [[nodiscard]] bool is_v4() const { return family_ == Family::v4; }
  /// Length in bytes: 4 or 16.
  [[nodiscard]] std::size_t size() const { return is_v4() ? 4 : 16; }
  /// Length in bits: 32 or 128.
  [[nodiscard]] std::uint8_t bits() const { return is_v4() ? 32 : 128; }
  [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  /// fe80::/10 (RFC 4291 §2.5.6) or 169.254/16 (RFC 3927).
  [[nodiscard]] bool is_link_local() const;
  /// 224/4 or ff00::/8.
  [[nodiscard]] bool is_multicast() const;
  /// 0.0.0.0 or ::.
  [[nodiscard]] bool is_unspecified() const;
  /// IPv6 as RFC 5952 writes it.
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
  friend auto operator<=>(const IpAddress& a, const IpAddress& b) {
    if (auto c = a.family_ <=> b.family_; c != 0) return c;
    return a.bytes_ <=> b.bytes_;
  }

 private:
  std::array<std::uint8_t, 16> bytes_{};
  Family family_ = Family::v4;
};

/// A network: an address with its host bits zero, and a length of 0 to 32 or 0 to 128 bits.
class Prefix {
 public:
  Prefix() = default;
  /// Clears the host bits; a length past the family's bits is cut to them.
  Prefix(const IpAddress& address, std::uint8_t length);
  /// The host prefix: /32 or /128.
  explicit Prefix(const IpAddress& address) : Prefix(address, address.bits()) {}

  /// "10.0.0.0/8" or a bare address (a host prefix). Refuses host bits that are set.
  static std::optional<Prefix> parse(std::string_view text);

  [[nodiscard]] const IpAddress& address() const { return address_; }
  [[nodiscard]] std::uint8_t length() const { return length_; }
  [[nodiscard]] Family family() const { return address_.family(); }
  [[nodiscard]] bool contains(const IpAddress& address) const;
  [[nodiscard]] bool contains(const Prefix& other) const;
  [[nodiscard]] bool overlaps(const Prefix& other) const;
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const Prefix&, const Prefix&) = default;
  friend auto operator<=>(const Prefix&, const Prefix&) = default;

 private:
  IpAddress address_;
  std::uint8_t length_ = 0;
};

struct SocketAddress {
  IpAddress address;
  std::uint16_t port = 0;
  /// "192.0.2.1:500" or "[2001:db8::1]:500".
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const SocketAddress&, const SocketAddress&) = default;
};

}  // namespace kaido
