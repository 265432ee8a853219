// Writing netlink messages: libmnl's builders behind a buffer that cannot be overrun.
#pragma once

#include <libmnl/libmnl.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "kaido/ip.hpp"

namespace kaido::netlink {

/// One message under construction. Each put fails (false), and changes nothing, when the capacity
/// is used up. The buffer is never moved, and wiped when it goes: it may hold a private key.
class Message {
 public:
  /// Capacity in bytes; 1 KiB holds every rtnetlink request that Kaido makes.
  Message(std::uint16_t type, std::uint16_t flags, std::size_t capacity = 1024);
  Message(Message&&) noexcept = default;
  Message& operator=(Message&&) = delete;
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;
  ~Message();

  /// The fixed header behind nlmsghdr, zeroed; to be called first, once.
  template <typename T>
    requires std::is_trivially_copyable_v<T>
  T& header() {
    return *static_cast<T*>(mnl_nlmsg_put_extra_header(head(), sizeof(T)));
  }

  bool put(std::uint16_t type, std::span<const std::uint8_t> bytes);
  bool put_u8(std::uint16_t type, std::uint8_t value);
  bool put_u16(std::uint16_t type, std::uint16_t value);
  bool put_u32(std::uint16_t type, std::uint32_t value);
  /// With its NUL.
  bool put_name(std::uint16_t type, std::string_view text);
  bool put_address(std::uint16_t type, const IpAddress& address);
  /// nullptr: no room.
  nlattr* begin(std::uint16_t type);
  void end(nlattr* nest) { mnl_attr_nest_end(head(), nest); }
  /// Takes the nest and everything in it back.
  void cancel(nlattr* nest) { mnl_attr_nest_cancel(head(), nest); }

  nlmsghdr* head() { return reinterpret_cast<nlmsghdr*>(buffer_.data()); }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const;

 private:
  std::vector<std::uint8_t> buffer_;
};

}  // namespace kaido::netlink
