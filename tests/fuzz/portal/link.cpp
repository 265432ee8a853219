// A packet of the portal's link, as bytes: what decodes must encode to the same bytes again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "kaido/portal_link.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(data, size);
  const auto packet = kaido::portal::decode(std::as_bytes(bytes));
  if (!packet) return 0;
  const auto again = kaido::portal::encode(*packet);
  if (!again || !std::ranges::equal(again->reveal(), bytes)) std::abort();
  return 0;
}
