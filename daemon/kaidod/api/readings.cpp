#include "api/readings.hpp"

#include <utility>

namespace kaido::api {
namespace {

auto now() { return std::chrono::steady_clock::now(); }

}  // namespace

bool Readings::add(Task task) {
  if (waiting_.empty() && now() >= free_) {
    run(std::move(task));
    return true;
  }
  if (waiting_.size() >= kMost) return false;
  waiting_.push_back(std::move(task));
  if (waiting_.size() == 1) wait();
  return true;
}

void Readings::clear() {
  waiting_.clear();
  timer_.cancel();
}

void Readings::run(Task task) {
  const auto begin = now();
  task();
  const auto end = now();
  free_ = end + (end - begin) * kPause;
}

void Readings::wait() {
  timer_.expires_at(free_);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error || waiting_.empty()) return;
    auto task = std::move(waiting_.front());
    waiting_.pop_front();
    run(std::move(task));
    if (!waiting_.empty()) wait();
  });
}

}  // namespace kaido::api
