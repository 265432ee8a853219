// Two threads for blocking work.
#pragma once

#include <pthread.h>

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <deque>
#include <memory>

#include "ports/workers.hpp"

namespace kaido {

/// Owns its threads, which block all signals and are called kaidod-work in ps(1), and a queue of
/// Asio's that they run. (boost::asio::thread_pool is the same, but has the system's stacks.) The
/// constructor throws std::system_error when a thread cannot be made.
class ThreadPool final : public Workers {
 public:
  static constexpr std::size_t kThreads = 2;
  static constexpr std::size_t kStack = 256UZ * 1024;  ///< bytes of each thread's

  /// `done` is called on the thread that runs `strand`, which outlives this object.
  explicit ThreadPool(boost::asio::io_context& strand);
  ~ThreadPool() override;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  void run(Work work, Done done) override;

 private:
  struct Job;
  void start_thread();
  void stop_threads();
  void finished(Job& job);

  boost::asio::io_context& strand_;
  boost::asio::io_context queue_{kThreads};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> open_;
  std::array<pthread_t, kThreads> threads_{};
  std::size_t started_ = 0;
  std::deque<std::shared_ptr<Job>> jobs_;  ///< in the order of run(); the strand's alone
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< handlers hold it weakly
};

}  // namespace kaido
