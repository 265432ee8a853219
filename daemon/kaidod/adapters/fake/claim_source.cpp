#include "adapters/fake/claim_source.hpp"

#include <cstring>
#include <utility>

namespace kaido::fake {
namespace {

// Every byte of a message is a value.
bool same(const reflector::Message& a, const reflector::Message& b) {
  return std::memcmp(&a, &b, sizeof(a)) == 0;
}

}  // namespace

void ClaimSource::start(std::move_only_function<void(const ClaimEvent&)> on_event) {
  on_event_ = std::move(on_event);
  if (running_)
    tell_all();
  else
    tell(ReflectorDown{});
}

void ClaimSource::applied(const reflector::SiteKey& site, const stamp::Claim& claim) {
  if (running_) applied_.push_back({site, claim.epoch, claim.generation});
}

void ClaimSource::be_outdated() { tell(ReflectorOutdated{}); }

void ClaimSource::tell(ClaimEvent event) {
  if (!on_event_) return;
  auto task = [this, event = std::move(event)] { on_event_(event); };
  if (post_) {
    post_(std::move(task));
  } else {
    queue_.emplace_back(std::move(task));
  }
}

void ClaimSource::tell_all() {
  tell(ReflectorUp{});
  for (const auto& [site, claim] : sites_) tell(claim);
}

bool ClaimSource::pump() {
  if (queue_.empty()) return false;
  while (!queue_.empty()) {
    auto task = std::move(queue_.front());
    queue_.pop_front();
    task();
  }
  return true;
}

void ClaimSource::start_reflector() {
  if (std::exchange(running_, true)) return;
  tell_all();
}

void ClaimSource::stop_reflector() {
  if (!std::exchange(running_, false)) return;
  sites_.clear();
  tell(ReflectorDown{});
}

void ClaimSource::hear(const reflector::Message& message, const std::string& device) {
  if (!running_) return;
  const auto known = sites_.find(message.site);
  if (known != sites_.end() && same(known->second.message, message)) return;
  sites_[message.site] = {.message = message, .device = device};
  tell(sites_[message.site]);
}

void ClaimSource::fall_silent(const reflector::SiteKey& site) {
  if (sites_.erase(site) != 0) tell(SiteSilent{site});
}

}  // namespace kaido::fake
