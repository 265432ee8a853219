// The two connections to charon and the attempts to have them.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/ike.hpp"
#include "wire/vici/connection.hpp"

namespace kaido::vici {

/// Keeps a connection for commands and one for events to charon, and counts as up only while both
/// live. Same threading and lifetime rules as Connection: stop it and forget it.
class Link : public std::enable_shared_from_this<Link> {
 public:
  struct Handlers {
    std::move_only_function<void(const std::string& version, const std::vector<IkeSa>&)> on_up;
    std::move_only_function<void(const Error&)> on_down;  ///< once per loss, and once at the start
    std::move_only_function<void(const std::string&, const Section&)> on_event;
  };
  static constexpr std::chrono::milliseconds kFirstRetry{100};
  static constexpr std::chrono::milliseconds kLastRetry{2000};

  Link(boost::asio::io_context& io, std::string path, Handlers handlers);

  void start();
  void stop();

  /// Stops or resumes log events; `then` is called when charon has done so, or the link is lost.
  void set_log(bool on, std::move_only_function<void()> then);

  /// The connection for commands, or nullptr while the link is down.
  [[nodiscard]] std::shared_ptr<Connection> commands() const { return up_ ? commands_ : nullptr; }
  /// Why it is down.
  [[nodiscard]] const Error& reason() const { return reason_; }

 private:
  using Step = void (Link::*)();
  std::shared_ptr<Connection> make(Step when_open);
  void attempt();
  void subscribe();
  void ask_version();
  void ask_sas(std::string version);
  void lost(const Error& error);

  boost::asio::io_context& io_;
  boost::asio::steady_timer retry_;
  std::chrono::milliseconds delay_ = kFirstRetry;
  std::string path_;
  Handlers handlers_;
  std::shared_ptr<Connection> commands_;
  std::shared_ptr<Connection> events_;
  Error reason_{Condition::charon_absent, "not yet connected"};
  bool up_ = false;
  bool told_down_ = false;
  bool stopped_ = false;
};

}  // namespace kaido::vici
