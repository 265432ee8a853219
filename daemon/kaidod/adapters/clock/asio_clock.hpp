// The machine's time.
#pragma once

#include <boost/asio/io_context.hpp>

#include "ports/clock.hpp"

namespace kaido {

class AsioClock final : public Clock {
 public:
  /// Timers call on the thread that runs `io`.
  explicit AsioClock(boost::asio::io_context& io) : io_(io) {}

  [[nodiscard]] Instant now() const override;
  [[nodiscard]] std::chrono::system_clock::time_point wall() const override;
  [[nodiscard]] std::chrono::seconds utc_offset(
      std::chrono::system_clock::time_point at) const override;
  std::unique_ptr<Timer> make_timer() override;

 private:
  boost::asio::io_context& io_;
};

}  // namespace kaido
