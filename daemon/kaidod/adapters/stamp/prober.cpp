#include "adapters/stamp/prober.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <random>

#include "adapters/stamp/sockets.hpp"

namespace kaido::stamp_prober {
namespace {

// std::random_device reads the kernel's generator: nobody else can guess what it gives.
template <typename T>
T random_nonzero() {
  std::random_device device;
  std::uniform_int_distribution<T> any(1);
  return any(device);
}

bool watch(const Descriptor& epoll, const Descriptor& socket) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = socket.get()}};
  return epoll_ctl(epoll.get(), EPOLL_CTL_ADD, socket.get(), &event) == 0;
}

}  // namespace

Result<std::unique_ptr<Prober>> Prober::open(std::uint16_t port) {
  const EchoKey key{random_nonzero<std::uint16_t>(), random_nonzero<std::uint64_t>()};
  Sockets sockets;
  Result<void> opened;
  const auto keep = [&opened](Result<Descriptor> socket, Descriptor& place) {
    if (socket) {
      place = std::move(*socket);
    } else if (opened) {
      opened = std::unexpected(socket.error());
    }
  };
  keep(open_stamp(), sockets.stamp);
  keep(open_echo_receiver(Family::v4, key.identifier), sockets.receiver4);
  keep(open_echo_receiver(Family::v6, key.identifier), sockets.receiver6);
  keep(open_echo_sender(Family::v4), sockets.sender4);
  keep(open_echo_sender(Family::v6), sockets.sender6);
  if (!opened) return std::unexpected(opened.error());
  Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!watch(epoll, sockets.stamp) || !watch(epoll, sockets.receiver4) ||
      !watch(epoll, sockets.receiver6))
    return failure(Condition::kernel_refused, "watch the sockets for probes");
  return std::unique_ptr<Prober>(new Prober(std::move(sockets), std::move(epoll), port, key));
}

Prober::Prober(Sockets sockets, Descriptor epoll, std::uint16_t port, const EchoKey& key)
    : sockets_(std::move(sockets)),
      epoll_(std::move(epoll)),
      port_(port),
      key_(key),
      ssid_(random_nonzero<std::uint16_t>()) {
  clocks_.look(Reading::take());
}

Result<void> Prober::set_targets(std::vector<ProbeTarget> targets) {
  for (const auto& target : targets) {
    if (target.source.family() != target.destination.family() ||
        (target.stamp && target.source.is_v4()))
      return failure(Condition::internal, "probes from " + target.source.to_string() + " to " +
                                              target.destination.to_string());
  }
  // What is outstanding on a path that stays is still answered, under its new number.
  std::vector<Path> before = std::move(paths_);
  paths_.clear();
  by_destination_.clear();
  for (auto& target : targets) {
    const auto same = std::ranges::find_if(
        before, [&](const Path& path) { return path.ledger != nullptr && path.target == target; });
    auto& path = paths_.emplace_back();
    if (same != before.end()) {
      path = std::move(*same);
    } else {
      path = {.target = std::move(target), .id = next_id_++, .ledger = std::make_unique<Ledger>()};
    }
    find_interface(path, true);
    if (path.target.stamp) by_destination_.push_back(paths_.size() - 1);
  }
  std::ranges::sort(by_destination_, {}, [&](std::size_t number) -> const IpAddress& {
    return paths_[number].target.destination;
  });
  return {};
}

unsigned Prober::find_interface(Path& path, bool anew) {
  if (anew || path.interface == 0) path.interface = interfaces_.index(path.target.device);
  return path.interface;
}

DevicePackets Prober::packets(std::size_t path) {
  if (path >= paths_.size()) return {};
  if (const auto counted = interfaces_.packets(find_interface(paths_[path], false));
      counted != DevicePackets{})
    return counted;
  return interfaces_.packets(find_interface(paths_[path], true));
}

}  // namespace kaido::stamp_prober
