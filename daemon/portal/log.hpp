// The log: fixed texts, with a client's address at most, to standard error for the journal. Never
// what a client said. At most ten lines a second, since strangers cause them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace kaido::portal {

enum class Level : std::uint8_t { error = 3, warning = 4, info = 6 };

class Log {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  using Sink = std::function<void(const std::string& line)>;
  static constexpr int kLinesPerSecond = 10;

  Log();  ///< to standard error
  explicit Log(Sink sink) : sink_(std::move(sink)) {}

  void write(Level level, std::string_view text, const std::string& source = {});
  void write(Level level, std::string_view text, const std::string& source, Instant now);

 private:
  Sink sink_;
  Instant second_;  ///< when the count began
  int lines_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace kaido::portal
