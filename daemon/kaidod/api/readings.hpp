// How much of the strand goes to what anybody may ask.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>

namespace kaido::api {

/// Any local user may read, and as fast as he likes: the answers are given in the order of the
/// questions, and after each there is a pause of kPause times as long as it took. So all readers
/// together have a quarter of the strand at most; one who asks now and then notices nothing. On the
/// thread of its io_context; what waits is dropped with it.
class Readings {
 public:
  using Task = std::move_only_function<void()>;
  static constexpr int kPause = 3;
  static constexpr std::size_t kMost = 256;  ///< that wait

  explicit Readings(boost::asio::io_context& io) : timer_(io) {}

  /// Runs it, now or later; false: too many wait.
  [[nodiscard]] bool add(Task task);
  void clear();

 private:
  void run(Task task);
  void wait();

  std::deque<Task> waiting_;
  std::chrono::steady_clock::time_point free_;
  boost::asio::steady_timer timer_;
};

}  // namespace kaido::api
