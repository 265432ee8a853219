// The routers: what each hub and core believe about who reaches the site, after the time that
// routing needs to converge, and where a packet for the site goes because of it.
#pragma once

#include <array>
#include <optional>

#include "queue.hpp"
#include "world.hpp"

namespace kaido::sim {

/// What a hub says of the site. A lower word counts only where there is no higher one.
enum class Word : std::uint8_t { none, stale, fresh, outranks };

/// BIRD at the hubs and at core: core prefers tokyo, then shanghai, then hongkong among those that
/// announce; so does a hub that does not deliver itself. A dead hub is noticed by BFD.
class Backbone {
 public:
  static constexpr std::size_t kCore = kHubs;  ///< as an observer
  static constexpr auto kBfd = std::chrono::milliseconds(150);

  explicit Backbone(const World& world) : convergence_(world.convergence) {}

  /// News that its neighbours have not heard yet. What `due` returns has to be handed to `arrive`.
  struct News {
    Instant at;
    std::size_t observer = 0;
    std::size_t hub = 0;
  };
  using NewsList = std::array<std::optional<News>, kHubs + 1>;
  [[nodiscard]] NewsList announce(std::size_t hub, Word word, Instant now);
  [[nodiscard]] NewsList alive(std::size_t hub, bool alive, Instant now);
  [[nodiscard]] NewsList partition(std::size_t one, std::size_t other, bool apart, Instant now);
  void arrive(std::size_t observer, std::size_t hub);

  struct Way {
    std::optional<std::size_t> hub;  ///< that delivers; nullopt: dropped on the way
    bool loop = false;
  };
  /// `delivers`: those hubs that hand packets to the site themselves.
  [[nodiscard]] Way resolve(const std::array<bool, kHubs>& delivers) const;

 private:
  [[nodiscard]] Word truth(std::size_t observer, std::size_t hub) const;
  [[nodiscard]] std::optional<std::size_t> best(std::size_t observer, Word least) const;
  [[nodiscard]] NewsList tell(std::size_t hub, Duration delay, Instant now) const;
  [[nodiscard]] Way follow(std::size_t node, const std::array<bool, kHubs>& delivers) const;

  Duration convergence_;
  std::array<Word, kHubs> words_{};
  std::array<bool, kHubs> alive_{true, true, true};
  std::array<std::array<bool, kHubs>, kHubs> apart_{};
  std::array<std::array<Word, kHubs>, kHubs + 1> seen_{};  ///< by observer
};

}  // namespace kaido::sim
