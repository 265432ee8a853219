// A real charon, started and stopped by a test.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace kaido::test {

/// Runs `command` in a shell; throws std::runtime_error with its text when it fails.
void run(const std::string& command);

/// charon-systemd in a network namespace, with its own configuration and socket in `folder`. Dies
/// with the test, however that ends.
class CharonDaemon {
 public:
  CharonDaemon(std::filesystem::path folder, std::string network_namespace);
  ~CharonDaemon();
  CharonDaemon(const CharonDaemon&) = delete;
  CharonDaemon& operator=(const CharonDaemon&) = delete;

  /// Why none can run here, or "".
  static std::string obstacle();

  void start();  ///< returns when its socket answers; throws after 10 s
  void stop();   ///< ends it and waits
  void kill();   ///< the same, without a word to its peers
  /// What strongswan.service runs after a start and at a reload; it finds no files here.
  void load_all() const;
  /// How many lines of its log, over all starts, have `text` in them.
  [[nodiscard]] std::size_t lines(std::string_view text) const;
  [[nodiscard]] std::string socket() const { return (folder_ / "vici").string(); }

 private:
  void write_configuration() const;
  void end(int signal);

  std::filesystem::path folder_;
  std::string namespace_;
  pid_t pid_ = -1;
};

}  // namespace kaido::test
