// What a raw socket gives, of either family. What is accepted encodes to the same bytes again, but
// for the type, the checksum and the padding.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <vector>

#include "adapters/stamp/icmp.hpp"

namespace {

using namespace kaido;
using namespace kaido::stamp_prober;

// The corpus was made with these.
constexpr EchoKey kKey{.identifier = 0x1234, .cookie = 0x0102030405060708};

void check(std::span<const std::byte> message, Family family) {
  const auto echo = parse_echo(message, kKey, family);
  if (!echo) return;
  std::vector<std::byte> again;
  encode(*echo, kKey, family, 0, again);
  if (std::memcmp(&again[4], &message[4], kEchoSize - 4) != 0) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
  check(bytes, Family::v6);
  if (const auto packet = parse_ipv4(bytes)) check(packet->payload, Family::v4);
  return 0;
}
