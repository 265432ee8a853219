#include "wire/netlink/message.hpp"

#include <cstring>
#include <string>

namespace kaido::netlink {

Message::Message(std::uint16_t type, std::uint16_t flags, std::size_t capacity)
    : buffer_(capacity) {
  auto* header = mnl_nlmsg_put_header(buffer_.data());
  header->nlmsg_type = type;
  header->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
}

Message::~Message() {
  if (!buffer_.empty()) explicit_bzero(buffer_.data(), buffer_.size());
}

bool Message::put(std::uint16_t type, std::span<const std::uint8_t> bytes) {
  return mnl_attr_put_check(head(), buffer_.size(), type, bytes.size(), bytes.data());
}

bool Message::put_u8(std::uint16_t type, std::uint8_t value) {
  return mnl_attr_put_u8_check(head(), buffer_.size(), type, value);
}

bool Message::put_u16(std::uint16_t type, std::uint16_t value) {
  return mnl_attr_put_u16_check(head(), buffer_.size(), type, value);
}

bool Message::put_u32(std::uint16_t type, std::uint32_t value) {
  return mnl_attr_put_u32_check(head(), buffer_.size(), type, value);
}

bool Message::put_name(std::uint16_t type, std::string_view text) {
  return mnl_attr_put_strz_check(head(), buffer_.size(), type, std::string(text).c_str());
}

bool Message::put_address(std::uint16_t type, const IpAddress& address) {
  return put(type, std::span(address.bytes()).first(address.size()));
}

nlattr* Message::begin(std::uint16_t type) {
  return mnl_attr_nest_start_check(head(), buffer_.size(), type);
}

std::span<const std::uint8_t> Message::bytes() const {
  std::uint32_t length = 0;
  std::memcpy(&length, buffer_.data(), sizeof(length));
  return std::span(buffer_).first(length);
}

}  // namespace kaido::netlink
