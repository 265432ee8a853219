// A network namespace.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace kaido::test {

/// Owns a network namespace without a name; it goes with the object and with the last socket and
/// device in it. One thread. A failure throws std::runtime_error.
class Namespace {
 public:
  Namespace();
  ~Namespace();
  Namespace(const Namespace&) = delete;
  Namespace& operator=(const Namespace&) = delete;

  /// Calls `work` with the calling thread inside; sockets that it opens stay there.
  void run(const std::function<void()>& work) const;
  /// Lines for `ip -batch`; throws when one of them is refused.
  void ip(std::string_view lines) const { batch("ip -batch -", lines); }
  /// For `ip -6 -batch`.
  void ip6(std::string_view lines) const { batch("ip -6 -batch -", lines); }
  /// Writes to a file under /proc/sys/net.
  void set(const std::string& name, std::string_view value) const;
  /// For `ip link … netns`.
  [[nodiscard]] std::string path() const;

 private:
  void batch(const char* command, std::string_view lines) const;
  int fd_ = -1;
};

}  // namespace kaido::test
