#include "engine/site_mover.hpp"

#include <algorithm>
#include <utility>

#include "core/desired/difference.hpp"
#include "core/desired/kernel.hpp"

namespace kaido {

SiteMover::SiteMover(Clock& clock, const Board& board, KernelWriter& kernel,
                     std::function<void(const NetworkRoute&)> moved, std::function<void()> compare)
    : clock_(clock),
      board_(board),
      kernel_(kernel),
      moved_(std::move(moved)),
      compare_(std::move(compare)),
      timer_(clock.make_timer()) {}

void SiteMover::written(std::vector<NetworkRoute> routes) {
  written_ = std::move(routes);
  later_.clear();
  std::erase_if(paces_,
                [now = clock_.now()](const auto& entry) { return entry.second.is_fresh(now); });
}

void SiteMover::move(std::uint32_t site) {
  if (later_.contains(site)) return;
  const auto now = clock_.now();
  const auto pace = paces_.find(site);
  if (const auto at = pace == paces_.end() ? now : pace->second.next(now); at > now) {
    later_.emplace(site, at);
    return arm();
  }
  write(site);
  paces_[site].spend(now, clock_.now());
}

void SiteMover::write(std::uint32_t site) {
  auto route = route_to_site(board_, site);
  // Another configuration, or nothing was compared yet.
  if (site >= written_.size() || written_[site].name != route.name) return compare_();
  if (route == written_[site]) return;
  const auto before = std::exchange(written_[site], route);
  KernelState wanted;
  KernelState known;
  desired::add_route_to_site(wanted, board_, route);
  desired::add_route_to_site(known, board_, before);
  const auto failures = kernel_.apply(difference(wanted, known));
  // The routes outside to a site that is reached in fragments depend on what others wrote.
  if (!failures.empty() || before.fragments || route.fragments) compare_();
  if (before.tunnel != route.tunnel) moved_(route);
}

void SiteMover::arm() {
  if (later_.empty() || timer_->due()) return;
  const auto first =
      std::ranges::min_element(later_, {}, [](const auto& entry) { return entry.second; });
  timer_->set(first->second, [this] {
    const auto now = clock_.now();
    std::vector<std::uint32_t> ready;
    for (const auto& [site, at] : later_)
      if (at <= now) ready.push_back(site);
    for (const auto site : ready) {
      later_.erase(site);
      move(site);
    }
    arm();
  });
}

}  // namespace kaido
