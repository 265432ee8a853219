#include "portal/log.hpp"

#include <cstdio>
#include <utility>

namespace kaido::portal {
namespace {

std::string prefix(Level level) { return '<' + std::to_string(std::to_underlying(level)) + '>'; }

}  // namespace

Log::Log() : Log([](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }) {}

void Log::write(Level level, std::string_view text, const std::string& source) {
  write(level, text, source, std::chrono::steady_clock::now());
}

void Log::write(Level level, std::string_view text, const std::string& source, Instant now) {
  if (now - second_ >= std::chrono::seconds(1)) {
    second_ = now;
    lines_ = 0;
    if (const auto count = std::exchange(left_out_, 0); count != 0)
      sink_(prefix(Level::warning) + std::to_string(count) + " lines were left out");
  }
  if (++lines_ > kLinesPerSecond) {
    ++left_out_;
    return;
  }
  auto line = prefix(level).append(text);
  if (!source.empty()) line.append(": ").append(source);
  sink_(line);
}

}  // namespace kaido::portal
