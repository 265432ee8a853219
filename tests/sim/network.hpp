// What a packet meets, as a pure function of the world and the time it is sent.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "world.hpp"

namespace kaido::sim {

/// A time in which nothing about one direction of one path changes, bursts apart.
struct Segment {
  Instant from;
  Duration delay{};
  Duration jitter{};
  double loss = 0;             ///< independent
  std::uint16_t size = 65535;  ///< larger ones vanish
  bool dead = false;
  bool data_dead = false;  ///< IKE passes all the same
  struct Bursts {
    std::uint32_t chain = 0;
    double loss = 1;   ///< in the bad state
    double share = 0;  ///< of the time in the bad state
  };
  std::array<Bursts, 3> bursts{};
  std::size_t burst_count = 0;
};

/// Made once for a world, shared by all who look at it.
class Network {
 public:
  explicit Network(const World& world);
  [[nodiscard]] const World& world() const { return world_; }
  [[nodiscard]] const std::vector<Segment>& segments(std::size_t path,
                                                     std::size_t direction) const {
    return segments_[(path * 2) + direction];
  }

 private:
  const World& world_;
  std::vector<std::vector<Segment>> segments_;
};

/// One observer's eyes on the network: it remembers where it looked last, so times should mostly
/// grow.
class View {
 public:
  explicit View(const Network& network);

  struct Packet {
    Instant sent;
    std::uint16_t size = 100;  ///< bytes, of the inner packet
    bool control = false;      ///< IKE rather than what goes through the tunnel
  };
  /// How long it takes; nullopt: it never arrives. Equal packets sent at one instant share their
  /// fate.
  [[nodiscard]] std::optional<Duration> send(std::size_t path, std::size_t direction,
                                             Packet packet);

  [[nodiscard]] const Segment& at(std::size_t path, std::size_t direction, Instant when);
  /// Expected loss of a small packet at this very instant, 0 to 1.
  [[nodiscard]] double loss(std::size_t path, std::size_t direction, Instant when);
  /// The same in the long run: what a user calls the quality of the line.
  [[nodiscard]] double mean_loss(std::size_t path, std::size_t direction, Instant when);
  /// The next instant at which loss() may change.
  [[nodiscard]] Instant next_change(std::size_t path, std::size_t direction, Instant when);
  /// The expected share of packets lost that are sent from `from` to `to`.
  [[nodiscard]] double share_lost(std::size_t path, std::size_t direction, Instant from,
                                  Instant to);
  /// Would a user have called it good, from a second before `when` to nine seconds after?
  [[nodiscard]] bool works(std::size_t path, Instant when, const Sla& sla);
  [[nodiscard]] Duration round_trip(std::size_t path, Instant when);
  /// The judge of every detector: was it wrong to leave `from`, whose tunnel is up, for `to`? It
  /// worked, and the other does not or is worth less: a later hub, or 20 ms longer.
  [[nodiscard]] bool false_switch(std::size_t from, std::optional<std::size_t> to, Instant when);
  [[nodiscard]] const World& world() const { return network_.world(); }

 private:
  [[nodiscard]] bool bad(std::uint32_t chain, Instant when);
  const Network& network_;
  std::vector<std::size_t> segment_;  ///< cursors
  std::vector<std::size_t> turn_;
};

}  // namespace kaido::sim
