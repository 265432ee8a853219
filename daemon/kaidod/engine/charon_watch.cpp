#include "engine/charon_watch.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace kaido {
namespace {

constexpr auto kListing = std::chrono::milliseconds(250);
/// Where there are more, a list costs more than its news are worth: who asks has one made.
constexpr std::size_t kFew = 100;

bool may_fail(const Tunnel& tunnel) {
  return !tunnel.up() && !std::holds_alternative<state::Disabled>(tunnel.state);
}

}  // namespace

CharonWatch::CharonWatch(Clock& clock, IkeControl& ike, const TunnelStates& tunnels,
                         OnListed on_listed)
    : clock_(clock),
      ike_(ike),
      tunnels_(tunnels),
      on_listed_(std::move(on_listed)),
      timer_(clock.make_timer()) {}

void CharonWatch::list() {
  if (listing_) {
    list_again_ = true;
    return;
  }
  listing_ = true;
  ike_.list([this](const Result<std::vector<IkeSa>>& sas) {
    listing_ = false;
    if (sas) on_listed_(*sas);  // else charon went again; CharonUp will come
    if (std::exchange(list_again_, false)) list();
  });
}

void CharonWatch::list_soon() {
  if (timer_->due() || tunnels_.by_connection.size() > kFew) return;
  timer_->set(clock_.now() + kListing, [this] { refresh(); });
}

void CharonWatch::judge_log() {
  if (!tunnels_.charon_up) return;
  const bool wanted = std::ranges::any_of(
      tunnels_.by_connection, [&](std::uint32_t index) { return may_fail(tunnels_[index]); });
  if (std::exchange(log_wanted_, wanted) == wanted) return;
  ike_.listen_to_log(wanted, [](const Result<void>&) {});
}

}  // namespace kaido
