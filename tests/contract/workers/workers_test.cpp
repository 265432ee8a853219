// The contract of Workers, for threads and for the fake that a test runs.
#include "ports/workers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "adapters/fake/workers.hpp"
#include "adapters/workers/thread_pool.hpp"

namespace kaido {
namespace {

class World {
 public:
  virtual ~World() = default;
  virtual Workers& workers() = 0;
  virtual void destroy() = 0;
  /// The strand, until `over` or ten seconds have passed.
  virtual bool run_until(const std::function<bool()>& over) = 0;
  /// What the strand has to do now.
  virtual void poll() = 0;
};

class ThreadWorld final : public World {
 public:
  Workers& workers() override { return *pool_; }
  void destroy() override { pool_.reset(); }
  bool run_until(const std::function<bool()>& over) override {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!over()) {
      if (std::chrono::steady_clock::now() > limit) return false;
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(5));
    }
    return true;
  }
  void poll() override {
    io_.restart();
    io_.poll();
  }

 private:
  boost::asio::io_context io_{1};
  std::unique_ptr<ThreadPool> pool_ = std::make_unique<ThreadPool>(io_);
};

class FakeWorld final : public World {
 public:
  Workers& workers() override { return *workers_; }
  void destroy() override { workers_.reset(); }
  bool run_until(const std::function<bool()>& over) override {
    poll();
    return over();
  }
  void poll() override {
    if (workers_) workers_->poll();
  }

 private:
  std::unique_ptr<fake::Workers> workers_ = std::make_unique<fake::Workers>();
};

class WorkersContract : public ::testing::TestWithParam<bool> {
 protected:
  WorkersContract() {
    if (GetParam()) {
      world_ = std::make_unique<ThreadWorld>();
    } else {
      world_ = std::make_unique<FakeWorld>();
    }
  }
  void run(Workers::Work work, Workers::Done done) {
    world_->workers().run(std::move(work), std::move(done));
  }
  void destroy() { world_->destroy(); }
  bool run_until(const std::function<bool()>& over) { return world_->run_until(over); }
  void poll() { world_->poll(); }
  /// Until all that was handed in before this is done.
  bool drain() {
    bool done = false;
    run([] {}, [&](const std::exception_ptr&) { done = true; });
    return run_until([&] { return done; });
  }

 private:
  std::unique_ptr<World> world_;
};

TEST_P(WorkersContract, CallsDoneOnTheStrandWithWhatTheWorkHasMade) {
  int made = 0;
  int seen = 0;
  std::thread::id where;
  run([&] { made = 7; },
      [&](const std::exception_ptr& thrown) {
        EXPECT_FALSE(thrown);
        seen = made;
        where = std::this_thread::get_id();
      });
  ASSERT_TRUE(run_until([&] { return seen != 0; }));
  EXPECT_EQ(seen, 7);
  EXPECT_EQ(where, std::this_thread::get_id());
}

TEST_P(WorkersContract, NeverCallsDoneFromInsideTheCall) {
  bool inside = false;
  int done = 0;
  const auto hand_in = [&](Workers::Done then) {
    inside = true;
    run([] {}, std::move(then));
    inside = false;
  };
  hand_in([&](const std::exception_ptr&) {
    EXPECT_FALSE(inside);
    ++done;
    hand_in([&](const std::exception_ptr&) {
      EXPECT_FALSE(inside);
      ++done;
    });
  });
  EXPECT_EQ(done, 0);
  EXPECT_TRUE(run_until([&] { return done == 2; }));
}

TEST_P(WorkersContract, CallsDoneInTheOrderInWhichWorkWasHandedIn) {
  constexpr int kMany = 200;
  std::vector<int> order;
  for (int i = 0; i < kMany; ++i) {
    // The first of each ten takes longest.
    const auto effort = i % 10 == 0 ? 20'000 : 1;
    run(
        [effort] {
          for (volatile int turn = 0; turn < effort;) turn = turn + 1;
        },
        [&order, i](const std::exception_ptr&) { order.push_back(i); });
  }
  ASSERT_TRUE(run_until([&] { return order.size() == kMany; }));
  for (int i = 0; i < kMany; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST_P(WorkersContract, HandsWhatTheWorkThrewToDone) {
  std::string text;
  run([] { throw std::runtime_error("disk full"); },
      [&](const std::exception_ptr& thrown) {
        ASSERT_TRUE(thrown);
        try {
          std::rethrow_exception(thrown);
        } catch (const std::runtime_error& error) {
          text = error.what();
        }
      });
  ASSERT_TRUE(run_until([&] { return !text.empty(); }));
  EXPECT_EQ(text, "disk full");
  EXPECT_TRUE(drain()) << "and the next work runs";
}

TEST_P(WorkersContract, CallsNothingOnceItIsGone) {
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
  int done = 0;
  const auto held = std::make_shared<int>(0);
  for (int i = 0; i < 100; ++i)
    run(
        [&, held] {
          ++begun;
          ++ended;
        },
        [&, held](const std::exception_ptr&) { ++done; });
  destroy();
  const int until_then = begun;
  EXPECT_EQ(begun, ended) << "what ran was waited for";
  EXPECT_EQ(held.use_count(), 1) << "what was to be called is forgotten";
  poll();
  EXPECT_EQ(done, 0);
  EXPECT_EQ(begun, until_then);
}

TEST_P(WorkersContract, MayBeDestroyedByDone) {
  bool destroyed = false;
  int later = 0;
  run([] {},
      [&](const std::exception_ptr&) {
        destroy();
        destroyed = true;
      });
  for (int i = 0; i < 3; ++i) run([] {}, [&](const std::exception_ptr&) { ++later; });
  ASSERT_TRUE(run_until([&] { return destroyed; }));
  poll();
  EXPECT_EQ(later, 0);
}

INSTANTIATE_TEST_SUITE_P(All, WorkersContract, ::testing::Bool(), [](const auto& info) {
  return std::string(info.param ? "Threads" : "Fake");
});

}  // namespace
}  // namespace kaido
