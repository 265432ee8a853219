#include "adapters/fake/workers.hpp"

#include <exception>
#include <utility>

namespace kaido::fake {

void Workers::run(Work work, Done done) { jobs_.push_back({std::move(work), std::move(done)}); }

std::size_t Workers::poll() {
  const std::weak_ptr alive(alive_);
  std::size_t count = 0;
  while (!alive.expired() && !jobs_.empty()) {
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    std::exception_ptr thrown;
    try {
      job.work();
    } catch (...) {
      thrown = std::current_exception();
    }
    job.work = {};
    job.done(std::move(thrown));
    ++count;
  }
  return count;
}

}  // namespace kaido::fake
