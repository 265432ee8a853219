// kaidod as the CLI sees it.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exit.hpp"

namespace kaido::cli {

namespace json = boost::json;

/// A connection to the system bus and to org.kaido.Gateway1 on it.
///
/// Threading: one thread; calls wait for their answer. Timeouts: 25 s for reading, 150 s for what
/// may make polkit ask a person for a password. Failure: a Failure with the exit code; nothing
/// throws.
class Client {
 public:
  [[nodiscard]] static Outcome<Client> connect();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  [[nodiscard]] Outcome<json::object> status();
  [[nodiscard]] Outcome<json::array> tunnels();
  [[nodiscard]] Outcome<json::array> uplinks();
  [[nodiscard]] Outcome<json::array> networks();
  [[nodiscard]] Outcome<json::array> paths();
  [[nodiscard]] Outcome<json::array> log(std::uint32_t count);
  [[nodiscard]] Outcome<std::string> version();
  [[nodiscard]] Outcome<std::string> show();
  [[nodiscard]] Outcome<std::uint32_t> set_enabled(const std::string& name, bool enabled);
  /// The path in use afterwards. An empty `path`: choose freely.
  [[nodiscard]] Outcome<std::string> switch_network(const std::string& network,
                                                    const std::string& path);
  /// Both of a configuration's text; nullopt: of the daemon's own file.
  [[nodiscard]] Outcome<std::vector<std::string>> diff(const std::optional<std::string>& text);
  [[nodiscard]] Outcome<std::vector<std::string>> apply(const std::optional<std::string>& text);
  [[nodiscard]] Outcome<std::vector<std::string>> teardown();

  /// `handle` runs inside wait() with the signal's first argument.
  [[nodiscard]] Outcome<void> subscribe(const std::vector<const char*>& signals,
                                        const std::function<void(const json::value&)>& handle);
  /// Handles what has come; waits at most this long for it. Fails when the bus has gone.
  [[nodiscard]] Outcome<void> wait(std::chrono::milliseconds at_most);

 private:
  struct Bus;
  explicit Client(std::unique_ptr<Bus> bus);
  std::unique_ptr<Bus> bus_;
};

/// "FILE:LINE:COLUMN: message (hint)" a line, as the daemon sends mistakes.
[[nodiscard]] Diagnostics parse_mistakes(const std::string& text);

}  // namespace kaido::cli
