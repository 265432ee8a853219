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
#include "kaido/secret.hpp"
#include "people_report.hpp"

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

  // People; all of it needs permission, so that polkit may ask, reading too. Where there is no more
  // to say, what is given back is the name that the daemon changed.
  [[nodiscard]] Outcome<json::array> users();
  [[nodiscard]] Outcome<std::uint32_t> add_users(const std::vector<NewPerson>& people,
                                                 bool dry_run);
  [[nodiscard]] Outcome<std::string> change_user(const std::string& name,
                                                 const PersonChange& change);
  [[nodiscard]] Outcome<std::string> remove_user(const std::string& name);
  [[nodiscard]] Outcome<Secret> new_otp(const std::string& user, const CodeShape& shape);
  [[nodiscard]] Outcome<bool> verify_otp(const std::string& user, const Secret& code);
  [[nodiscard]] Outcome<std::vector<Secret>> new_recovery_codes(const std::string& user);
  [[nodiscard]] Outcome<Secret> new_bypass_code(const std::string& user, std::uint32_t minutes);
  [[nodiscard]] Outcome<json::array> devices();
  [[nodiscard]] Outcome<json::object> add_device(const DeviceToAdd& device);
  [[nodiscard]] Outcome<std::string> enable_device(const std::string& user,
                                                   const std::string& device, bool enabled);
  [[nodiscard]] Outcome<std::string> remove_device(const std::string& user,
                                                   const std::string& device);
  [[nodiscard]] Outcome<json::array> sessions(bool all);
  [[nodiscard]] Outcome<std::string> end_session(const std::string& id);
  /// The new end.
  [[nodiscard]] Outcome<std::int64_t> extend_session(const std::string& id, std::uint32_t minutes);
  [[nodiscard]] Outcome<json::array> audit(const std::string& user, const std::string& act,
                                           std::uint32_t count);
  [[nodiscard]] Outcome<json::object> verify_audit();

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
