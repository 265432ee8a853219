// Ports that cost nothing, for benchmarks of the engine.
#pragma once

#include <fmt/format.h>

#include <string>

#include "ports/log_sink.hpp"
#include "ports/notebook_file.hpp"

namespace kaido::bench {

class Forgetful final : public NotebookFile {
 public:
  Result<Remembered> load() override { return Remembered{}; }
  Result<void> save(const Remembered&) override { return {}; }
  Result<std::string> load_firewall() override { return std::string(); }
  Result<void> save_firewall(const std::string&) override { return {}; }
};

/// But for what went wrong.
class Silent final : public LogSink {
 public:
  void write(const LogEntry& entry) override {
    if (entry.priority <= 4) fmt::print(stderr, "{} {}: {}\n", entry.id, entry.subject, entry.text);
  }
};

}  // namespace kaido::bench
