// The machine's time, with a wall clock that a test may set ahead: each code counts once, and the
// next one is half a minute away.
#pragma once

#include <chrono>
#include <memory>

#include "adapters/clock/asio_clock.hpp"

namespace kaido::test {

class AheadClock final : public Clock {
 public:
  AheadClock(boost::asio::io_context& io, std::chrono::seconds ahead) : real_(io), ahead_(ahead) {}

  [[nodiscard]] Instant now() const override { return real_.now(); }
  [[nodiscard]] std::chrono::system_clock::time_point wall() const override {
    return real_.wall() + ahead_;
  }
  [[nodiscard]] std::chrono::seconds utc_offset(
      std::chrono::system_clock::time_point at) const override {
    return real_.utc_offset(at);
  }
  std::unique_ptr<Timer> make_timer() override { return real_.make_timer(); }

  void set_ahead(std::chrono::seconds ahead) { ahead_ = ahead; }

 private:
  AsioClock real_;
  std::chrono::seconds ahead_;
};

}  // namespace kaido::test
