#include "hub.hpp"

#include <tuple>

namespace kaido::sim {

SimHub::SimHub(std::uint16_t number) {
  claims_.own_number = number;
  claims_.sites.resize(1);
}

bool SimHub::probe(std::size_t path, std::uint32_t sequence,
                   const std::optional<stamp::Claim>& claim, Instant arrived) {
  auto& session = sessions_.at(path);
  session.known = true;
  session.heard = std::max(session.heard, arrived);
  session.sequence = std::max(session.sequence, sequence);
  ++session.replies;
  last_probe_ = std::max(last_probe_, arrived);
  if (!claim) {
    return false;
  }
  if (claim->epoch == applied_epoch_ && claim->generation == applied_generation_) {
    applied_heard_ = arrived;
  }
  const bool again = silent_;
  silent_ = false;
  if (told_ && !again) {
    const auto age = [](const stamp::Claim& c) { return std::tuple(c.epoch, c.generation); };
    // An older one may still be under way on a slower path.
    const bool forgotten = applied_epoch_ != 0 && arrived - applied_heard_ >= kForget;
    if (*claim == *told_ || (age(*claim) < age(*told_) && !forgotten)) {
      return false;
    }
  }
  told_ = claim;
  return true;
}

std::optional<Instant> SimHub::silence_due() const {
  if (!told_ || silent_) {
    return std::nullopt;
  }
  return last_probe_ + std::chrono::milliseconds(told_->hold);
}

bool SimHub::silence_check(Instant now) {
  const auto due = silence_due();
  if (!due || now < *due) {
    return false;
  }
  silent_ = true;
  return true;
}

void SimHub::reflector_lost() {
  sessions_ = {};
  told_.reset();
  silent_ = true;
  applied_epoch_ = 0;
  applied_generation_ = 0;
}

ClaimVerdict SimHub::claim(Instant now) {
  const auto unheard = applied_epoch_ == 0 ? Duration{} : now - applied_heard_;
  const auto verdict = apply_claim(claims_, 0, *told_, unheard, now);
  if (const auto& claim = claims_.sites[0].claim) {
    if (claim->epoch != applied_epoch_ || claim->generation != applied_generation_) {
      applied_heard_ = now;
    }
    applied_epoch_ = claim->epoch;
    applied_generation_ = claim->generation;
  }
  return verdict;
}

void SimHub::restart(const Return& before, Instant now) {
  const auto claim = in_force();
  claims_.sites[0] = {};
  if (!claim || !before.own) {
    return;
  }
  auto adopted = *claim;
  adopted.carries = before.deliver;
  adopt_claim(claims_, 0, adopted, !before.stale, now);
}

}  // namespace kaido::sim
