// What the reflector knows: its sessions (RFC 8762 §4: stateful) and the sites behind them. Pure:
// no I/O, no clock. Owns everything it knows, within fixed bounds; one thread; no allocation for a
// probe of a session and path that it knows.
//
//   session   the addresses, the source's port and the SSID (RFC 8972 §3). Its own sequence of
//             replies, from 0. Forgotten after kSessionIdle. When the table is full a stranger
//             takes the place of one that has been idle, or is answered without state (its own
//             sequence number comes back); a known site takes the place of the oldest stranger.
//   site      the first 8 bytes of an inner address (core/addressing.hpp):
//             <fleet /48>:<gateway>::<transport, 1 to 15>:<slot>. Known once kaidod has said
//             `applied` for it, a stranger before.
//   told      what kaidod last heard of a site. A claim that differs is told, by whatever path it
//             came; kaidod judges it. One that is not in force is told again after kRetell, after
//             kRetellMoved when it comes from elsewhere now, each growing up to 16 times: what was
//             refused for the path that it came by must not hide the same claim coming by the right
//             one. Told with it: how long the claim that is in force has not been heard. When that
//             passes kForgotten, what comes instead is told once more, since kaidod then forgets
//             it.
//   words     a bucket for each site: kWords at once, one more each kWordEach. While it is empty
//   the
//             latest claim waits, and one that came by another way than the last that was told has
//             precedence: whoever floods a site does not silence it.
//   silence   no probe of the site, on any path, for the hold time of its last claim: told once.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "kaido/reflector_link.hpp"
#include "kaido/stamp.hpp"
#include "reflector/bounded_table.hpp"

namespace kaido::reflector {

using Instant = std::chrono::steady_clock::time_point;

struct Limits {
  std::size_t sessions = 65'536;
  std::size_t sessions_per_site = 1'024;
  std::size_t sites = 16'384;
};

/// Where a probe came from.
struct Arrival {
  std::array<std::uint8_t, 16> source{};
  std::array<std::uint8_t, 16> destination{};
  std::uint16_t port = 0;
  std::uint32_t interface = 0;  ///< ifindex
};

class Sessions {
 public:
  static constexpr auto kSessionIdle = std::chrono::minutes(5);
  static constexpr auto kEvictable = std::chrono::seconds(10);
  static constexpr auto kSiteIdle = std::chrono::hours(1);
  static constexpr auto kRetell = std::chrono::milliseconds(1000);
  static constexpr auto kRetellMoved = std::chrono::milliseconds(200);
  static constexpr int kMostDoublings = 4;
  static constexpr auto kHoldUnsaid = std::chrono::milliseconds(1000);  ///< hold is 0
  static constexpr auto kLeastHold = std::chrono::milliseconds(50);
  static constexpr auto kForgotten = std::chrono::seconds(8);  ///< kaidod's kForget
  static constexpr int kWords = 10;
  static constexpr auto kWordEach = std::chrono::milliseconds(200);

  explicit Sessions(const Seed& seed) : Sessions(seed, Limits{}) {}
  Sessions(const Seed& seed, const Limits& limits);

  /// Takes the probe in and fills `reply` with all but the times and the TTL; reply.heard's
  /// capacity is used again.
  void answer(const Arrival& arrival, const stamp::Probe& probe, Instant now, stamp::Reply& reply);

  /// Silences, and words that had to wait; to be called at next_deadline().
  void expire(Instant now);
  /// May be early, never late.
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  /// kaidod is there and knows nothing: every site that is present is to be told.
  void connected();
  void disconnected();
  /// The next word to kaidod; told() when it has been handed over. While kaidod does not listen
  /// words are not piled up: of each site the latest is kept.
  [[nodiscard]] std::optional<Message> next_word(Instant now);
  void told(Instant now);
  /// kaidod's word; anything but `applied` is ignored.
  void hear_kaidod(const Message& message, Instant now);

  [[nodiscard]] std::size_t session_count() const { return sessions_.size(); }
  [[nodiscard]] std::size_t site_count() const { return sites_.size(); }
  /// Probes answered without a session, since the start.
  [[nodiscard]] std::uint64_t stateless() const { return stateless_; }

 private:
  struct Session {
    Instant heard;
    std::uint32_t sequence = 0;
    std::uint32_t site = ~0U;  // index, to be checked
  };
  struct PathName {
    std::uint8_t transport = 0;
    std::uint8_t slot = 0;
    friend bool operator==(const PathName&, const PathName&) = default;
  };
  struct Path {
    Instant heard;
    std::uint32_t sequence = 0;
    PathName name;
  };
  /// A claim, its probe's part in its seal, and the way it came.
  struct Heard {
    stamp::Claim claim;
    std::optional<stamp::Hmac> hmac;
    std::uint32_t sequence = 0;
    std::uint8_t room = 0;
    std::array<std::uint8_t, 16> source{};
    std::uint32_t interface = 0;

    [[nodiscard]] bool came_like(const Arrival& arrival) const {
      return source == arrival.source && interface == arrival.interface;
    }
  };
  enum class Told : std::uint8_t { nothing, claim, silent };
  struct Site {
    std::vector<Path> paths;
    Heard latest;  // counts once it has been present
    Heard told;    // counts with told_kind claim
    Instant heard;
    Instant told_at;
    std::optional<Instant> scheduled;  // its place in deadlines_
    stamp::Claim applied;              // of epoch 0: none is known
    Instant applied_heard;
    Instant words_paid;  // words that were told are paid for with time until then
    std::uint32_t sessions = 0;
    int retold = 0;  // times that this claim was told again
    Told told_kind = Told::nothing;
    bool present = false;
    bool again = false;  // the same claim is to be told again
    bool known = false;
    bool held = false;  // a word waits until the bucket has one
  };
  using SessionTable = BoundedTable<3, Session>;
  using SiteTable = BoundedTable<1, Site>;
  using Index = std::uint32_t;
  static constexpr Index kNone = SiteTable::kNone;
  struct Found {
    Index session = kNone;
    Index site = kNone;
  };

  static std::optional<PathName> path_name(const std::array<std::uint8_t, 16>& source);
  static bool needs_word(const Site& site);
  static bool overtakes(const Site& site, const Arrival& arrival, const stamp::Claim& claim);
  static bool is_due_again(const Site& site, const Arrival& arrival, Instant now);
  static Instant word_due(const Site& site) { return site.words_paid - (kWords - 1) * kWordEach; }
  static std::optional<Instant> deadline(const Site& site);
  [[nodiscard]] Message word(Index index, Instant now) const;
  Index site_of(const Arrival& arrival, const stamp::Probe& probe, Instant now);
  bool make_room_for_site(Instant now);
  void erase_site(Index index);
  Found find(const Arrival& arrival, bool from_site, const stamp::Probe& probe, Instant now);
  Index new_session(const SessionTable::Key& key, Index site, Rank rank, Instant now);
  bool make_room_for_session(Rank rank, Instant now);
  void forget_idle_sessions(Instant now);
  void erase_session(Index index);
  static void tell_paths(const Site& site, std::size_t room, Instant now, stamp::Reply& reply);
  static void hear_path(Site& site, PathName name, std::uint32_t sequence, Instant now);
  void hear_claim(Index index, const Arrival& arrival, const stamp::Probe& probe, Instant now);
  void schedule(Index index);
  void queue(Index index);

  Limits limits_;
  SessionTable sessions_;
  SiteTable sites_;
  std::set<std::pair<Instant, Index>> deadlines_;
  // The sites with a word to tell, first in first out; each at most once.
  std::vector<Index> words_;
  std::vector<std::uint8_t> queued_;  // by site's index; a flag each
  std::size_t first_word_ = 0;
  std::size_t word_count_ = 0;
  bool connected_ = false;
  std::uint64_t stateless_ = 0;
};

}  // namespace kaido::reflector
