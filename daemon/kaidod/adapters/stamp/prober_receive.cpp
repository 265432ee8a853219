// Receiving: from frames that anyone may have sent to replies that are believed.
#include <algorithm>

#include "adapters/stamp/prober.hpp"
#include "adapters/stamp/sizes.hpp"

namespace kaido::stamp_prober {
namespace {

// A flood is cut off here: the descriptor stays readable, and others get their turn.
constexpr int kMostBatches = 64;

std::uint16_t proved_size(const Ledger::Sent& sent, std::size_t reply) {
  return static_cast<std::uint16_t>(std::min<std::size_t>(sent.size, reply));
}

// A reflector without TLVs may put anything behind its reply (RFC 5357 §4.2.1).
std::expected<stamp::Reply, stamp::Fault> parse(std::span<const std::byte> packet) {
  auto reply = stamp::parse_reply(packet);
  if (reply || reply.error() == stamp::Fault::too_short || reply.error() == stamp::Fault::too_long)
    return reply;
  return stamp::parse_reply(packet.first(stamp::kBaseSize));
}

// A turnaround that is negative or longer than the trip is a clock that somebody has set.
Duration round_trip(Duration trip, Duration turnaround) {
  if (turnaround < Duration::zero() || turnaround > trip) return trip;
  return trip - turnaround;
}

}  // namespace

void Prober::receive(std::vector<ProbeReply>& replies) {
  drain(sockets_.stamp, [&](const Datagram& datagram) { return take_stamp(datagram, replies); });
  const auto echo = [&](const Datagram& datagram) { return take_echo(datagram, replies); };
  drain(sockets_.receiver6, echo);
  drain(sockets_.receiver4, [&](Datagram datagram) {
    const auto packet = parse_ipv4(datagram.payload);
    if (!packet) return false;
    datagram.payload = packet->payload;
    datagram.source = packet->source;
    datagram.destination = packet->destination;
    return take_echo(datagram, replies);
  });
}

template <typename Take>
void Prober::drain(const Descriptor& socket, Take take) {
  for (int batch = 0; batch < kMostBatches; ++batch) {
    const auto count = inbox_.read(socket.get());
    if (count == 0) return;
    clocks_.look(Reading::take());
    for (std::size_t i = 0; i < count; ++i)
      if (!take(inbox_.at(i))) ++refused_;
    if (count < Inbox::kBatch) return;
  }
}

Prober::Path* Prober::find_stamp(const Datagram& datagram) {
  const auto candidates = std::ranges::equal_range(
      by_destination_, datagram.source, {},
      [&](std::size_t number) -> const IpAddress& { return paths_[number].target.destination; });
  for (const auto number : candidates) {
    auto& path = paths_[number];
    if (path.target.source == datagram.destination && path.interface == datagram.interface)
      return &path;
  }
  return nullptr;
}

bool Prober::take_stamp(const Datagram& datagram, std::vector<ProbeReply>& replies) {
  auto* const path = find_stamp(datagram);
  if (path == nullptr || datagram.port != port_) return false;
  auto reply = parse(datagram.payload);
  // A reflector without RFC 8972 sends zero here.
  if (!reply || (reply->ssid != 0 && reply->ssid != ssid_)) return false;
  const auto sent = path->ledger->take(reply->sender_sequence, false);
  if (!sent) return false;
  const auto at = clocks_.arrival(datagram.arrived, sent->at);
  const std::chrono::nanoseconds turnaround(
      stamp::nanoseconds_between(reply->received, reply->sent));
  replies.push_back({.path = static_cast<std::size_t>(path - paths_.data()),
                     .sequence = sent->sequence,
                     .round_trip = round_trip(at - sent->at, turnaround),
                     .at = at,
                     .size = proved_size(*sent, datagram.payload.size() + kUdpHeaders),
                     .reflector_sequence = reply->sequence,
                     .kaido = reply->kaido,
                     .applied_epoch = reply->applied_epoch,
                     .applied_generation = reply->applied_generation,
                     .heard = std::move(reply->heard)});
  return true;
}

bool Prober::take_echo(const Datagram& datagram, std::vector<ProbeReply>& replies) {
  const auto family = datagram.source.family();
  const auto echo = parse_echo(datagram.payload, key_, family);
  if (!echo) return false;
  const auto path = std::ranges::find(paths_, echo->target, &Path::id);
  // By whichever interface: a plain hub answers by the route it happens to have.
  if (path == paths_.end() || path->target.destination != datagram.source ||
      path->target.source != datagram.destination)
    return false;
  const auto sent = path->ledger->take(echo->sequence, true);
  if (!sent) return false;
  const auto at = clocks_.arrival(datagram.arrived, sent->at);
  const auto header = family == Family::v4 ? kIpv4Header : kIpv6Header;
  replies.push_back({.path = static_cast<std::size_t>(path - paths_.begin()),
                     .sequence = sent->sequence,
                     .echo = true,
                     .round_trip = at - sent->at,
                     .at = at,
                     .size = proved_size(*sent, datagram.payload.size() + header)});
  return true;
}

}  // namespace kaido::stamp_prober
