// What charon sends, as bytes: cut into packets, decoded, and read as events, SAs and log lines.
// What decodes must encode to the same bytes again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "adapters/vici/events.hpp"
#include "adapters/vici/sas.hpp"
#include "core/tunnels/ike_failure.hpp"
#include "wire/vici/packet.hpp"

namespace {

using namespace kaido;

void read_as_everything(const vici::Packet& packet, vici::EventReader& reader) {
  for (const auto* event : {"ike-updown", "child-updown", "ike-rekey", "child-rekey", "log"})
    for (const auto& each : reader.read(event, packet.message))
      if (const auto* line = std::get_if<IkeLogLine>(&each)) (void)classify_ike_log(line->text);
  for (const auto& [name, section] : packet.message.sections())
    reader.learn({vici::read_ike_sa(name, *section)});
}

void check_round_trip(const vici::Section& message) {
  const auto bytes = vici::encode(message);
  if (!bytes || vici::decode(*bytes) != message) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)classify_ike_log(bytes);
  vici::FrameReader frames;
  vici::EventReader reader;
  // In two pieces, so that the seams are exercised as well.
  frames.append(bytes.substr(0, size / 2));
  for (bool second = false;;) {
    auto packet = frames.next();
    if (!packet) return 0;
    if (*packet) {
      check_round_trip((*packet)->message);
      read_as_everything(**packet, reader);
    } else if (second) {
      return 0;
    } else {
      frames.append(bytes.substr(size / 2));
      second = true;
    }
  }
}
