#include "adapters/workers/thread_pool.hpp"

#include <boost/asio/post.hpp>
#include <csignal>
#include <span>
#include <system_error>
#include <utility>

namespace kaido {
namespace {

constexpr char kName[] = "kaidod-work";  // 15 characters at most: pthread_setname_np(3)

void require(int error, const char* what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

/// A new thread inherits the mask: the signals are for the strand.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

void* serve(void* queue) {
  static_cast<boost::asio::io_context*>(queue)->run();
  return nullptr;
}

}  // namespace

/// `work` and `thrown` belong to a thread of the pool until it has posted the end to the strand.
struct ThreadPool::Job {
  Work work;
  Done done;
  std::exception_ptr thrown;
  bool finished = false;

  void execute() {
    try {
      work();
    } catch (...) {
      thrown = std::current_exception();
    }
  }
};

ThreadPool::ThreadPool(boost::asio::io_context& strand)
    : strand_(strand), open_(boost::asio::make_work_guard(queue_)) {
  const SignalsBlocked blocked;
  try {
    while (started_ < kThreads) start_thread();
  } catch (...) {
    stop_threads();
    throw;
  }
}

ThreadPool::~ThreadPool() {
  stop_threads();
  alive_.reset();
  // What was to be called goes now, and not with the strand that still holds some of it.
  for (const auto& job : jobs_) {
    job->work = {};
    job->done = {};
  }
}

void ThreadPool::start_thread() {
  pthread_attr_t attributes;
  require(pthread_attr_init(&attributes), "pthread_attr_init");
  int error = pthread_attr_setstacksize(&attributes, kStack);
  if (error == 0) error = pthread_create(&threads_.at(started_), &attributes, serve, &queue_);
  pthread_attr_destroy(&attributes);
  require(error, "start a thread for blocking work");
  pthread_setname_np(threads_.at(started_++), kName);
}

void ThreadPool::stop_threads() {
  queue_.stop();
  for (const auto thread : std::span(threads_).first(started_)) pthread_join(thread, nullptr);
}

void ThreadPool::run(Work work, Done done) {
  auto job = std::make_shared<Job>();
  job->work = std::move(work);
  job->done = std::move(done);
  jobs_.push_back(job);
  // The destructor waits for the threads, so `this` outlives each handler that runs on them.
  boost::asio::post(queue_, [this, job = std::move(job), alive = std::weak_ptr(alive_)]() mutable {
    job->execute();
    boost::asio::post(strand_, [this, job = std::move(job), alive = std::move(alive)] {
      if (!alive.expired()) finished(*job);
    });
  });
}

void ThreadPool::finished(Job& job) {
  job.work = {};  // what it holds may be the strand's
  job.finished = true;
  const std::weak_ptr alive(alive_);
  while (!alive.expired() && !jobs_.empty() && jobs_.front()->finished) {
    const auto first = std::move(jobs_.front());
    jobs_.pop_front();
    first->done(std::move(first->thrown));
  }
}

}  // namespace kaido
