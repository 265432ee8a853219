// Processes of their own, and races between two of them.
#pragma once

#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <string>

namespace kaido::test {

inline constexpr unsigned kChildPatience = 600;  // seconds, then a child that hangs is ended

/// A process of its own; it never comes back.
template <typename Work>
pid_t fork_into(const Work& work) {
  const auto child = ::fork();
  if (child != 0) return child;
  ::alarm(kChildPatience);
  ::_exit(work());
}

/// What it left with; -1: a signal ended it.
inline int wait_for(pid_t child) {
  int status = 0;
  return ::waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// KAIDO_RACES says how many; `otherwise` without it.
inline std::size_t races_or(std::size_t otherwise) {
  const char* const value = std::getenv("KAIDO_RACES");
  return value == nullptr ? otherwise : std::stoul(value);
}

/// Memory that two processes share: a place where they wait for each other, and who won which race.
class Arena {
 public:
  explicit Arena(std::size_t races) : races_(races), size_(sizeof(pthread_barrier_t) + 2 * races) {
    memory_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory_ == MAP_FAILED) throw std::bad_alloc();
    barrier_ = new (memory_) pthread_barrier_t;
    pthread_barrierattr_t shared{};
    pthread_barrierattr_init(&shared);
    pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(barrier_, &shared, 2);
  }
  ~Arena() { ::munmap(memory_, size_); }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  [[nodiscard]] std::size_t races() const { return races_; }
  /// Comes back in both processes at the same instant.
  void meet() { pthread_barrier_wait(barrier_); }
  /// Of each race, whether process 0 or 1 won.
  [[nodiscard]] std::span<bool> won(std::size_t who) {
    return {reinterpret_cast<bool*>(barrier_ + 1) + who * races_, races_};
  }

 private:
  std::size_t races_;
  std::size_t size_;
  void* memory_;
  pthread_barrier_t* barrier_ = nullptr;
};

}  // namespace kaido::test
