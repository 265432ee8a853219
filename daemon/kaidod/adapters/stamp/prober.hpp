// STAMP and ICMP echo through the paths.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "adapters/stamp/clocks.hpp"
#include "adapters/stamp/icmp.hpp"
#include "adapters/stamp/inbox.hpp"
#include "adapters/stamp/interfaces.hpp"
#include "adapters/stamp/ledger.hpp"
#include "adapters/stamp/outbox.hpp"
#include "ports/path_prober.hpp"

namespace kaido::stamp_prober {

/// Owns one UDP socket for STAMP over IPv6, a receiver and a sender of raw ICMP for each family
/// (CAP_NET_RAW), an epoll descriptor over the receivers, and what is outstanding on each path.
/// They belong to the network namespace of the thread that opened them. One thread; nothing waits.
///
/// A round trip is the kernel's time of arrival less our own time of sending, less the reflector's
/// turnaround (T3 - T2); what a reply says of T1 is not looked at. A reply counts when it comes
/// from the path's destination to the path's source, for STAMP by the path's device, and answers a
/// probe of the last 512 of that path that was not answered before. Sending never fails: what
/// cannot leave is lost, as on any path.
class Prober final : public PathProber {
 public:
  /// `port`: of the reflectors.
  static Result<std::unique_ptr<Prober>> open(std::uint16_t port = stamp::kPort);

  /// STAMP targets have IPv6 addresses; ICMP echo goes over either family.
  Result<void> set_targets(std::vector<ProbeTarget> targets) override;
  void send(std::span<const OutgoingProbe> probes) override;
  int fd() override { return epoll_.get(); }
  void receive(std::vector<ProbeReply>& replies) override;
  DevicePackets packets(std::size_t path) override;
  [[nodiscard]] std::uint64_t refused() const override { return refused_; }

 private:
  struct Path {
    ProbeTarget target;
    std::uint32_t id = 0;    ///< in our echo requests: the path's number may change
    unsigned interface = 0;  ///< index of the device; 0: not there when last looked for
    std::unique_ptr<Ledger> ledger;
  };
  struct Sockets {
    Descriptor stamp, receiver4, receiver6, sender4, sender6;
  };

  Prober(Sockets sockets, Descriptor epoll, std::uint16_t port, const EchoKey& key);
  unsigned find_interface(Path& path, bool anew);
  void send_echo(const OutgoingProbe& probe);
  void add_stamp(const OutgoingProbe& probe);
  void flush();
  template <typename Take>
  void drain(const Descriptor& socket, Take take);
  bool take_stamp(const Datagram& datagram, std::vector<ProbeReply>& replies);
  bool take_echo(const Datagram& datagram, std::vector<ProbeReply>& replies);
  Path* find_stamp(const Datagram& datagram);

  Sockets sockets_;
  Descriptor epoll_;
  std::uint16_t port_;
  EchoKey key_;
  std::uint16_t ssid_ = 0;  ///< of this process; reflectors of RFC 8972 send it back
  std::uint32_t next_id_ = 1;
  std::vector<Path> paths_;
  std::vector<std::size_t> by_destination_;  ///< numbers of the STAMP paths
  std::uint64_t refused_ = 0;
  Clocks clocks_;
  Interfaces interfaces_;
  Inbox inbox_;
  Outbox outbox_;
  std::vector<std::byte> echo_;
};

}  // namespace kaido::stamp_prober
