#include "adapters/fake/clock.hpp"

#include <algorithm>
#include <chrono>

namespace kaido::fake {

class Clock::OneTimer final : public kaido::Clock::Timer {
 public:
  explicit OneTimer(Clock& clock) : clock_(clock) {}
  ~OneTimer() override { OneTimer::cancel(); }
  OneTimer(const OneTimer&) = delete;
  OneTimer& operator=(const OneTimer&) = delete;

  void set(Instant at, std::move_only_function<void()> call) override {
    cancel();
    place_ = clock_.calls_.emplace(at, Waiting{.timer = this, .call = std::move(call)});
  }
  void cancel() override {
    if (place_) clock_.calls_.erase(*place_);
    place_.reset();
  }
  [[nodiscard]] std::optional<Instant> due() const override {
    return place_ ? std::optional((*place_)->first) : std::nullopt;
  }
  void called() { place_.reset(); }

 private:
  Clock& clock_;
  std::optional<Calls::iterator> place_;
};

std::chrono::system_clock::time_point Clock::wall() const {
  constexpr std::chrono::seconds kBegin(1'800'000'000);
  return std::chrono::system_clock::time_point(kBegin + now_.time_since_epoch());
}

std::unique_ptr<Clock::Timer> Clock::make_timer() { return std::make_unique<OneTimer>(*this); }

std::optional<Instant> Clock::next() const {
  if (calls_.empty()) return std::nullopt;
  return calls_.begin()->first;
}

void Clock::go_to(Instant at) {
  while (!calls_.empty() && calls_.begin()->first <= at) {
    auto due = calls_.extract(calls_.begin());
    now_ = std::max(now_, due.key());
    due.mapped().timer->called();
    due.mapped().call();
  }
  now_ = std::max(now_, at);
}

}  // namespace kaido::fake
