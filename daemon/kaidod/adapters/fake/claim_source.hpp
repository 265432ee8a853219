// kaido-reflector in memory.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ports/claim_source.hpp"

namespace kaido::fake {

/// A reflector that a test steers. Single-threaded. Nothing is called from inside a call: events
/// wait in a queue that `pump()` runs, or go through the `post` given to the constructor (say, an
/// io_context's). Keeps the contract of tests/contract/claim_source.
class ClaimSource final : public kaido::ClaimSource {
 public:
  using Task = std::move_only_function<void()>;
  using Post = std::function<void(Task)>;

  ClaimSource() = default;
  explicit ClaimSource(Post post) : post_(std::move(post)) {}

  void start(std::move_only_function<void(const ClaimEvent&)> on_event) override;
  void applied(const reflector::SiteKey& site, const stamp::Claim& claim) override;

  /// Runs what waits, and what that makes wait; false when there was nothing.
  bool pump();

  // The world.
  /// The reflector runs from the beginning, knowing nothing. It forgets when it stops.
  void start_reflector();
  void stop_reflector();
  /// A site's probe with this claim came in by `device`. Told only when it differs from the last.
  void hear(const reflector::Message& message, const std::string& device);
  /// It is of an older version, as long as this one runs.
  void be_outdated();
  /// None for the hold time of the site's claim.
  void fall_silent(const reflector::SiteKey& site);

  struct Applied {
    reflector::SiteKey site{};
    std::uint64_t epoch = 0;
    std::uint32_t generation = 0;
    friend bool operator==(const Applied&, const Applied&) = default;
  };
  [[nodiscard]] const std::vector<Applied>& heard() const { return applied_; }

 private:
  void tell(ClaimEvent event);
  void tell_all();

  Post post_;
  std::deque<Task> queue_;
  std::move_only_function<void(const ClaimEvent&)> on_event_;
  bool running_ = true;
  std::map<reflector::SiteKey, ClaimHeard> sites_;
  std::vector<Applied> applied_;
};

}  // namespace kaido::fake
