// A connection to the system bus that lives on an Asio loop and comes back by itself.
#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace sdbus {
class IConnection;
}

namespace kaido::api {

/// Owns the sd-bus connection and the service's name on it.
///
/// Threading: everything on the thread of the io_context. Only connecting (authentication, asking
/// for the name) blocks, so it runs on a short-lived thread of its own and comes back as a posted
/// handler: a bus that hangs never stops the engine.
/// Timeouts: 5 s for the name; the next attempt after 250 ms, doubling up to 10 s.
/// Failure: `lost` with the reason, once per loss or failed attempt; nothing throws.
/// Idle: no timer runs and nothing wakes up.
class BusLink : public std::enable_shared_from_this<BusLink> {
 public:
  struct Events {
    /// The name is owned. Register objects now: calls that came meanwhile wait for the return.
    std::function<void(sdbus::IConnection&)> connected;
    /// The connection is about to be destroyed: let go of all that refers to it.
    std::function<void(const std::string& why)> lost;
  };

  BusLink(boost::asio::io_context& io, std::string name, Events events);
  ~BusLink();
  BusLink(const BusLink&) = delete;
  BusLink& operator=(const BusLink&) = delete;

  void start();
  /// Closes the connection without calling back; waits for an attempt that is under way.
  void stop();

  /// Null while there is none.
  [[nodiscard]] sdbus::IConnection* connection() const { return connection_.get(); }
  /// False when so much waits for a bus that does not read that a signal is better dropped.
  [[nodiscard]] bool accepts_signals() const;
  /// To be called after sending outside of a bus callback: what did not fit is sent later.
  void sent();

 private:
  void connect();
  void established(std::unique_ptr<sdbus::IConnection> connection, const std::string& why);
  void process();
  void wait();
  void wait_for(boost::asio::posix::stream_descriptor::wait_type what, bool& waiting);
  void wait_until_timeout();
  void drop(const std::string& why);
  void retry();

  boost::asio::io_context& io_;
  const std::string name_;
  Events events_;
  boost::asio::posix::stream_descriptor descriptor_;
  boost::asio::steady_timer timeout_;
  boost::asio::steady_timer retry_;
  std::thread connecting_;
  std::unique_ptr<sdbus::IConnection> connection_;
  std::chrono::milliseconds back_off_;
  std::uint64_t generation_ = 0;  ///< handlers of an earlier connection do nothing
  std::uint32_t unsent_ = 0;      ///< signals since the socket was last writable
  bool reading_ = false;
  bool writing_ = false;
  bool processing_ = false;
  bool posted_ = false;
  bool stopped_ = false;
};

}  // namespace kaido::api
