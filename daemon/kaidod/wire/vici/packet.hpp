// VICI's packet layer: a length, a type, for some types a name, then a message. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/vici/codec.hpp"

namespace kaido::vici {

enum class PacketType : std::uint8_t {
  command_request = 0,
  command_response = 1,
  command_unknown = 2,
  event_register = 3,
  event_unregister = 4,
  event_confirm = 5,
  event_unknown = 6,
  event = 7,
};

struct Packet {
  PacketType type = PacketType::command_request;
  std::string name;  ///< of requests, registrations and events; else empty
  Section message;   ///< of requests, responses and events; else empty
};

/// The largest packet that is read. charon itself stops at 512 KiB, so a longer one is no VICI.
inline constexpr std::size_t kMaxPacketRead = 4U << 20U;
/// The largest that charon accepts (VICI_MESSAGE_SIZE_MAX).
inline constexpr std::size_t kMaxPacketWritten = 512U << 10U;

/// A packet with its length in front. `message` is already encoded. Refuses with charon_protocol
/// what is longer than kMaxPacketWritten or a name longer than 255 bytes.
[[nodiscard]] Result<std::string> frame(PacketType type, std::string_view name,
                                        std::string_view message);

/// The packet in `bytes` (without the length). Refuses unknown types, a truncated name, a message
/// that does not decode, and anything after what has none.
[[nodiscard]] Result<Packet> parse_packet(std::string_view bytes);

/// Cuts a stream of bytes, in whatever pieces it comes, into packets.
class FrameReader {
 public:
  void append(std::string_view bytes) { buffer_.append(bytes); }
  /// The next whole packet; nullopt while there is none. After an error the stream is lost.
  [[nodiscard]] Result<std::optional<Packet>> next();
  /// True when the stream ends inside a packet.
  [[nodiscard]] bool partial() const { return buffer_.size() > used_; }

 private:
  std::string buffer_;
  std::size_t used_ = 0;
};

}  // namespace kaido::vici
