// A DBusServer on a loop of its own, and a way to call it.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "api/dbus_server.hpp"
#include "fake_control.hpp"

namespace kaido::api {

/// The engine's side of a test: everything of the Controls happens on its thread.
class Gateway {
 public:
  Gateway() : guard_(boost::asio::make_work_guard(io_)), thread_([this] { io_.run(); }) {}
  ~Gateway() {
    on_engine([this] { server_.reset(); });
    guard_.reset();
    thread_.join();
  }
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Runs on the engine's thread and waits for it.
  template <typename F>
  std::invoke_result_t<F&> on_engine(F f) {
    std::packaged_task<decltype(f())()> task(std::move(f));
    auto result = task.get_future();
    boost::asio::post(io_, std::move(task));
    return result.get();
  }

  void start() {
    on_engine([this] {
      server_.emplace(io_, control.controls(), [this](bool up, const std::string& why) {
        const std::lock_guard lock(mutex_);
        seen_.emplace_back(up, why);
        changed_.notify_all();
      });
    });
  }
  void stop() {
    on_engine([this] { server_.reset(); });
  }

  /// The n-th report about the bus (from 0), waited for; nullopt after 10 s.
  std::optional<std::pair<bool, std::string>> bus_report(std::size_t n) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(10), [&] { return seen_.size() > n; }))
      return std::nullopt;
    return seen_[n];
  }

  FakeControl control;

 private:
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::optional<DBusServer> server_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<bool, std::string>> seen_;
  std::thread thread_;
};

}  // namespace kaido::api
