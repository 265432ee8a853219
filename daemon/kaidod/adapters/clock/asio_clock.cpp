#include "adapters/clock/asio_clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <memory>
#include <utility>

namespace kaido {
namespace {

class AsioTimer final : public Clock::Timer {
 public:
  explicit AsioTimer(boost::asio::io_context& io) : timer_(io) {}

  void set(Instant at, std::move_only_function<void()> call) override {
    timer_.expires_at(at);  // cancels
    call_ = std::move(call);
    due_ = at;
    // One that has expired is not cancelled any more, and may come when the timer is gone.
    timer_.async_wait(
        [this, last = std::weak_ptr(round_), round = ++*round_](boost::system::error_code error) {
          if (error || last.expired() || *last.lock() != round) return;
          due_.reset();
          std::exchange(call_, {})();
        });
  }

  void cancel() override {
    timer_.cancel();
    ++*round_;
    due_.reset();
    call_ = {};
  }

  [[nodiscard]] std::optional<Instant> due() const override { return due_; }

 private:
  boost::asio::steady_timer timer_;
  std::move_only_function<void()> call_;
  std::optional<Instant> due_;
  std::shared_ptr<std::uint64_t> round_ = std::make_shared<std::uint64_t>(0);  ///< of set()
};

}  // namespace

Instant AsioClock::now() const { return std::chrono::steady_clock::now(); }

std::chrono::system_clock::time_point AsioClock::wall() const {
  return std::chrono::system_clock::now();
}

std::chrono::seconds AsioClock::utc_offset(std::chrono::system_clock::time_point at) const {
  const auto time = std::chrono::system_clock::to_time_t(at);
  std::tm local{};
  tzset();
  return std::chrono::seconds(localtime_r(&time, &local) != nullptr ? local.tm_gmtoff : 0);
}

std::unique_ptr<Clock::Timer> AsioClock::make_timer() { return std::make_unique<AsioTimer>(io_); }

}  // namespace kaido
