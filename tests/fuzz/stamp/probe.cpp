// A packet as anybody might send it to the reflector: parser, sessions, and the reply made of it.
#include <algorithm>
#include <cstdlib>
#include <span>
#include <vector>

#include "kaido/stamp.hpp"
#include "reflector/sessions.hpp"

namespace kaido {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

// What was understood can be said again, and is understood the same.
void check_probe(const stamp::Probe& probe, std::size_t size) {
  require(probe.room <= stamp::kMaximumEntries);
  require(probe.claim || !probe.hmac);
  std::vector<std::byte> again;
  stamp::encode(probe, size, again);
  require(stamp::parse_probe(again) == probe);
}

void check_reply(std::span<const std::byte> before, std::span<const std::byte> after,
                 const stamp::Reply& meant) {
  const bool twamp_light = std::any_of(before.begin() + 16, before.begin() + stamp::kBaseSize,
                                       [](auto byte) { return byte != std::byte{}; });
  if (twamp_light)  // its padding is its own
    return require(std::equal(before.begin() + stamp::kBaseSize, before.end(),
                              after.begin() + stamp::kBaseSize, after.end()));
  const auto reply = stamp::parse_reply(after);
  // A fault of the probe may be one of the reply, but then it is marked; never one of ours.
  if (!reply) return require(reply.error() == stamp::Fault::bad_tlv_length);
  require(reply->sequence == meant.sequence && reply->sent == meant.sent &&
          reply->received == meant.received);
  require(std::equal(before.begin(), before.begin() + 14, after.begin() + 24));
  if (!reply->kaido) return;
  require(reply->applied_epoch == meant.applied_epoch);
  require(reply->heard.size() <= meant.heard.size());
  require(std::equal(reply->heard.begin(), reply->heard.end(), meant.heard.begin()));
}

}  // namespace
}  // namespace kaido

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaido;
  // The sites and sessions of all inputs so far; small, so that they overflow.
  static reflector::Sessions sessions({1, 2}, {.sessions = 64, .sessions_per_site = 8, .sites = 8});
  static reflector::Instant now{std::chrono::hours(1)};
  std::vector<std::byte> packet(reinterpret_cast<const std::byte*>(data),
                                reinterpret_cast<const std::byte*>(data) + size);
  auto probe = stamp::parse_probe(packet);
  if (probe) check_probe(*probe, size);
  if (size < stamp::kBaseSize || size > stamp::kMaximumSize) return 0;
  if (!probe) probe = stamp::parse_probe(std::span(packet).first(stamp::kBaseSize));
  // Its SSID chooses where it came from.
  reflector::Arrival arrival{.source = {0xfd}, .port = probe->ssid};
  arrival.source[7] = static_cast<std::uint8_t>(probe->ssid & 0x0f);
  arrival.source[13] = static_cast<std::uint8_t>(1 + (probe->ssid >> 4 & 1));
  arrival.source[15] = static_cast<std::uint8_t>(probe->ssid >> 8);
  now += std::chrono::milliseconds(10);
  stamp::Reply reply;
  sessions.answer(arrival, *probe, now, reply);
  sessions.expire(now);
  if (probe->ssid % 64 == 0) sessions.connected();
  if (const auto word = sessions.next_word(now)) {
    sessions.told(now);
    if (word->generation % 2 == 0)
      sessions.hear_kaidod(
          {.kind = reflector::Kind::applied, .site = word->site, .epoch = word->epoch}, now);
  }
  const auto before = packet;
  stamp::reflect(packet, reply);
  check_reply(before, packet, reply);
  return 0;
}
