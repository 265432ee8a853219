#include "wire/vici/packet.hpp"

namespace kaido::vici {
namespace {

constexpr std::size_t kLengthBytes = 4;

bool has_name(PacketType type) {
  return type == PacketType::command_request || type == PacketType::event_register ||
         type == PacketType::event_unregister || type == PacketType::event;
}

bool has_message(PacketType type) {
  return type == PacketType::command_request || type == PacketType::command_response ||
         type == PacketType::event;
}

std::unexpected<Error> malformed(const char* what) {
  return failure(Condition::charon_protocol, what);
}

}  // namespace

Result<std::string> frame(PacketType type, std::string_view name, std::string_view message) {
  const std::size_t size = 1 + (has_name(type) ? 1 + name.size() : 0) + message.size();
  if (name.size() > 0xff) return malformed("a command's name is longer than 255 bytes");
  if (size > kMaxPacketWritten) return malformed("a message is larger than charon accepts");
  std::string out;
  out.reserve(kLengthBytes + size);
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xff);
  out += static_cast<char>(type);
  if (has_name(type)) {
    out += static_cast<char>(name.size());
    out += name;
  }
  out += message;
  return out;
}

Result<Packet> parse_packet(std::string_view bytes) {
  if (bytes.empty()) return malformed("an empty packet");
  const auto type = static_cast<std::uint8_t>(bytes.front());
  bytes.remove_prefix(1);
  if (type > static_cast<std::uint8_t>(PacketType::event))
    return malformed("a packet of an unknown type");
  Packet packet{.type = static_cast<PacketType>(type), .name = {}, .message = {}};
  if (has_name(packet.type)) {
    if (bytes.empty()) return malformed("a packet without its name");
    const std::size_t size = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    if (bytes.size() < size) return malformed("a packet's name is truncated");
    packet.name = bytes.substr(0, size);
    bytes.remove_prefix(size);
  }
  if (!has_message(packet.type)) {
    if (!bytes.empty()) return malformed("bytes after the end of a packet");
    return packet;
  }
  auto message = decode(bytes);
  if (!message) return std::unexpected(message.error());
  packet.message = std::move(*message);
  return packet;
}

Result<std::optional<Packet>> FrameReader::next() {
  const auto rest = std::string_view(buffer_).substr(used_);
  std::size_t size = 0;
  if (rest.size() >= kLengthBytes) {
    for (std::size_t i = 0; i < kLengthBytes; ++i)
      size = size << 8 | static_cast<std::uint8_t>(rest[i]);
    if (size == 0) return malformed("an empty packet");
    if (size > kMaxPacketRead) return malformed("a packet is larger than any of charon's");
  }
  if (rest.size() < kLengthBytes || rest.size() - kLengthBytes < size) {
    // Move the tail to the front only here: once per read, not once per packet.
    buffer_.erase(0, used_);
    used_ = 0;
    return std::nullopt;
  }
  used_ += kLengthBytes + size;
  auto packet = parse_packet(rest.substr(kLengthBytes, size));
  if (!packet) return std::unexpected(packet.error());
  return std::optional<Packet>(std::move(*packet));
}

}  // namespace kaido::vici
