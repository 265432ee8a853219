// What only the real one can meet: work that is under way.
#include "adapters/workers/thread_pool.hpp"

#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <csignal>
#include <memory>
#include <semaphore>
#include <string>
#include <thread>

namespace kaido {
namespace {

using namespace std::chrono_literals;

/// A work that has begun and ends when it is let go.
struct Gate {
  std::binary_semaphore begun{0};
  std::binary_semaphore go{0};
  void pass() {
    begun.release();
    go.acquire();
  }
};

TEST(ThreadPool, IsDestroyedWhenTheWorkUnderWayHasEnded) {
  boost::asio::io_context strand{1};
  auto pool = std::make_unique<ThreadPool>(strand);
  Gate gate;
  std::atomic<bool> ended = false;
  bool done = false;
  pool->run(
      [&] {
        gate.pass();
        ended = true;
      },
      [&](const std::exception_ptr&) { done = true; });
  ASSERT_TRUE(gate.begun.try_acquire_for(10s));
  const std::jthread helper([&] { gate.go.release(); });
  pool.reset();
  EXPECT_TRUE(ended);
  strand.poll();
  EXPECT_FALSE(done);
}

TEST(ThreadPool, RunsTwoWorksAtTheSameTimeAndKeepsTheirOrder) {
  boost::asio::io_context strand{1};
  ThreadPool pool(strand);
  Gate first;
  std::binary_semaphore second_has_run{0};
  std::string order;
  pool.run([&] { first.pass(); }, [&](const std::exception_ptr&) { order += '1'; });
  ASSERT_TRUE(first.begun.try_acquire_for(10s));
  pool.run([&] { second_has_run.release(); }, [&](const std::exception_ptr&) { order += '2'; });
  ASSERT_TRUE(second_has_run.try_acquire_for(10s)) << "the first is under way";
  strand.poll();
  EXPECT_EQ(order, "");
  first.go.release();
  const auto limit = std::chrono::steady_clock::now() + 10s;
  while (order.size() < 2 && std::chrono::steady_clock::now() < limit) {
    strand.restart();
    strand.run_one_for(5ms);
  }
  EXPECT_EQ(order, "12");
}

TEST(ThreadPool, HasSmallNamedThreadsThatTakeNoSignals) {
  boost::asio::io_context strand{1};
  auto pool = std::make_unique<ThreadPool>(strand);
  std::array<char, 16> name{};
  std::size_t stack = 0;
  sigset_t mask;
  sigemptyset(&mask);
  std::binary_semaphore over{0};
  pool->run(
      [&] {
        pthread_getname_np(pthread_self(), name.data(), name.size());
        pthread_attr_t attributes;
        pthread_getattr_np(pthread_self(), &attributes);
        pthread_attr_getstacksize(&attributes, &stack);
        pthread_attr_destroy(&attributes);
        pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        over.release();
      },
      [](const std::exception_ptr&) {});
  ASSERT_TRUE(over.try_acquire_for(10s));
  pool.reset();
  EXPECT_STREQ(name.data(), "kaidod-work");
  EXPECT_LE(stack, 2 * ThreadPool::kStack) << "a sanitizer asks for some more";
  EXPECT_EQ(sigismember(&mask, SIGTERM), 1);
}

}  // namespace
}  // namespace kaido
