// Many connections that want nothing but to be in the way.
#pragma once

#include <atomic>
#include <cstdint>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "kaido/descriptor.hpp"

namespace kaido::test {

/// A thread that keeps so many open to a port of loopback, ten of each source; each that is closed
/// is opened again within a second. A third says nothing, a third a byte a second, a third what is
/// no TLS.
class Flood {
 public:
  Flood(std::uint16_t port, std::size_t count);
  ~Flood() = default;  // the thread ends first
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

  [[nodiscard]] std::size_t opened() const { return opened_; }  ///< since the start
  [[nodiscard]] std::size_t most() const { return most_; }      ///< at once

 private:
  void run(const std::stop_token& stop);
  void open(std::size_t index);
  void speak(std::size_t index);
  void close(std::size_t index);
  void look();

  std::uint16_t port_;
  std::vector<Descriptor> sockets_;
  Descriptor waiting_;
  std::mt19937 chance_{std::random_device{}()};
  std::size_t open_ = 0;
  std::atomic<std::size_t> opened_ = 0;
  std::atomic<std::size_t> most_ = 0;
  std::jthread thread_;
};

}  // namespace kaido::test
