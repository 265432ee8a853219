// One hub: its reflector, which lives on, and its kaidod, which holds the claims.
#pragma once

#include <array>
#include <optional>

#include "core/failover/claims.hpp"
#include "world.hpp"

namespace kaido::sim {

inline constexpr std::size_t kMostPaths = 24;

class SimHub {
 public:
  explicit SimHub(std::uint16_t number);

  // ---- the reflector
  /// A probe was read at `now`, having arrived at `arrived`. True: kaidod has to be told of a
  /// claim.
  bool probe(std::size_t path, std::uint32_t sequence, const std::optional<stamp::Claim>& claim,
             Instant arrived);
  struct Session {
    std::uint32_t sequence = 0;
    std::uint32_t replies = 0;
    Instant heard;
    bool known = false;
  };
  Session& session(std::size_t path) { return sessions_.at(path); }
  [[nodiscard]] std::optional<Instant> silence_due() const;
  /// True: kaidod has to be told that the site is silent.
  bool silence_check(Instant now);
  [[nodiscard]] const std::optional<stamp::Claim>& newest() const { return told_; }
  [[nodiscard]] bool hears() const { return told_ && !silent_; }
  void reflector_lost();
  [[nodiscard]] std::uint64_t applied_epoch() const { return applied_epoch_; }
  [[nodiscard]] std::uint32_t applied_generation() const { return applied_generation_; }

  // ---- kaidod
  ClaimVerdict claim(Instant now);  ///< of newest()
  bool silent(Instant now) { return kaido::mark_silent(claims_, 0, now); }
  void deaf(bool deaf, Instant now) {
    deaf ? kaido::reflector_away(claims_, now) : kaido::reflector_back(claims_, now);
  }
  bool tick(Instant now) { return kaido::end_graces(claims_, now); }
  [[nodiscard]] std::optional<Instant> deadline() const { return kaido::next_deadline(claims_); }
  /// `over`: the claimed tunnel has no session here.
  [[nodiscard]] Return route(bool over, Instant now) const {
    return return_route(claims_.sites[0], over, now);
  }
  [[nodiscard]] const std::optional<stamp::Claim>& in_force() const {
    return claims_.sites[0].claim;
  }
  /// Of kaidod, which adopts what the kernel had until now.
  void restart(const Return& before, Instant now);
  void unheard(Instant now) { mark_adopted_silent(claims_, now); }

  bool kaidod_runs = true;
  Instant stalled_until;
  Instant reflector_back;

 private:
  std::array<Session, kMostPaths> sessions_{};
  std::optional<stamp::Claim> told_;
  bool silent_ = true;
  Instant last_probe_;
  std::uint64_t applied_epoch_ = 0;
  std::uint32_t applied_generation_ = 0;
  Instant applied_heard_;
  ClaimsState claims_;
};

}  // namespace kaido::sim
