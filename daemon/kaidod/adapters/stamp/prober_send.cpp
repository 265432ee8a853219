// Sending.
#include <algorithm>
#include <cerrno>

#include "adapters/stamp/prober.hpp"
#include "adapters/stamp/sizes.hpp"
#include "adapters/stamp/sockets.hpp"
#include "kaido/ntp_clock.hpp"

namespace kaido::stamp_prober {
namespace {

// The interface has been removed, and perhaps made anew with another index.
bool is_stale(int code) { return code == ENODEV || code == ENXIO || code == EINVAL; }

std::size_t payload_size(const OutgoingProbe& probe, std::size_t headers) {
  return std::min<std::size_t>(probe.size - std::min<std::size_t>(probe.size, headers),
                               stamp::kMaximumSize);
}

}  // namespace

void Prober::send(std::span<const OutgoingProbe> probes) {
  for (const auto& probe : probes) {
    if (probe.path >= paths_.size() || find_interface(paths_[probe.path], false) == 0) continue;
    if (probe.echo || !paths_[probe.path].target.stamp) {
      send_echo(probe);
    } else {
      add_stamp(probe);
      if (outbox_.full()) flush();
    }
  }
  flush();
}

void Prober::add_stamp(const OutgoingProbe& probe) {
  const auto& path = paths_[probe.path];
  auto& item = outbox_.add();
  item.path = probe.path;
  item.sequence = probe.sequence;
  stamp::encode({.sequence = probe.sequence,
                 .sent = stamp::ntp_now(),
                 .ssid = ssid_,
                 .claim = probe.claim,
                 .room = probe.room,
                 .hmac = probe.hmac},
                payload_size(probe, kUdpHeaders), item.payload);
  item.envelope.address(path.target.source, path.target.destination, port_, path.interface);
}

void Prober::flush() {
  outbox_.flush(
      sockets_.stamp.get(),
      [this](const Outbox::Item& item, Instant at) {
        const auto size = static_cast<std::uint16_t>(item.payload.size() + kUdpHeaders);
        paths_[item.path].ledger->record({.at = at, .sequence = item.sequence, .size = size});
      },
      [this](Outbox::Item& item, int code) {
        auto& path = paths_[item.path];
        if (!is_stale(code) || find_interface(path, true) == 0) return false;
        item.envelope.address(path.target.source, path.target.destination, port_, path.interface);
        return true;
      });
}

// Few and far between: a witness, or a hub that is not Kaido. So a system call or two for each.
void Prober::send_echo(const OutgoingProbe& probe) {
  auto& path = paths_[probe.path];
  const auto family = path.target.source.family();
  const bool v4 = family == Family::v4;
  const auto headers = v4 ? kIpv4Header : kIpv6Header;
  encode({.target = path.id, .sequence = probe.sequence}, key_, family,
         payload_size(probe, headers), echo_);
  const auto& socket = v4 ? sockets_.sender4 : sockets_.sender6;
  if (!bind_to(socket, path.interface) &&
      (find_interface(path, true) == 0 || !bind_to(socket, path.interface)))
    return;
  Envelope envelope;
  envelope.address(path.target.source, path.target.destination, 0, path.interface);
  msghdr message{};
  envelope.attach(message, echo_);
  const auto now = std::chrono::steady_clock::now();
  const auto size = static_cast<std::uint16_t>(echo_.size() + headers);
  if (sendmsg(socket.get(), &message, 0) >= 0)
    path.ledger->record({.at = now, .sequence = probe.sequence, .size = size, .echo = true});
}

}  // namespace kaido::stamp_prober
