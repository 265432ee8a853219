// What a stranger sends: as HTTP in two pieces, and as the JSON of each route. A question that is
// taken must fit into a packet for kaidod.
#include "portal/request.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "kaido/portal_link.hpp"
#include "portal/http.hpp"
#include "portal/routes.hpp"

namespace {

using namespace kaido;
using namespace kaido::portal;

void parse_as_each(const Secret& json) {
  for (const auto& each : routes()) {
    auto body = parse_request(each.route, json, "192.0.2.1");
    if (!body) continue;
    const auto packet = encode({.id = 1, .body = std::move(*body)});
    if (!packet) std::abort();
    if (!decode(std::as_bytes(packet->reveal()))) std::abort();
  }
}

/// Until the reader wants more than `bytes`; false: it wants no more at all.
bool feed(HttpReader& reader, std::span<const char>& bytes) {
  while (true) {
    const auto step = reader.feed(bytes);
    if (step.consumed > bytes.size()) std::abort();
    bytes = bytes.subspan(step.consumed);
    if (step.state == HttpReader::State::more) return true;
    if (step.state == HttpReader::State::done) parse_as_each(reader.take_body());
    if (step.state != HttpReader::State::head) return false;
    (void)target_of(reader.head(), Names({"portal.example.org"}), {}, {});
  }
}

void read_as_http(std::span<const char> bytes) {
  HttpReader reader(Limits{});
  auto first = bytes.first(bytes.size() / 2);
  if (!feed(reader, first)) return;
  auto rest = bytes.subspan(bytes.size() / 2 - first.size());
  (void)feed(reader, rest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parse_as_each(Secret(std::span(data, size)));
  read_as_http({reinterpret_cast<const char*>(data), size});
  return 0;
}
