// One connection to charon's VICI socket.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "wire/vici/packet.hpp"

namespace kaido::vici {

/// An asynchronous VICI client. Owns its socket. Use by shared_ptr: operations under way keep it
/// alive, but after close() it calls nobody, so an owner closes it and forgets it.
///
/// Threading: everything on the thread that runs the io_context; callbacks never come from inside
/// a call. Requests are sent one at a time, because VICI's answers carry no number; the others
/// wait in a queue. Timeout: a request that has no answer after kAnswerTimeout ends the connection
/// (VICI cannot resynchronise). Failure: connection lost (charon_absent) or a frame that is no
/// VICI (charon_protocol): every request under way or queued completes with that error, then
/// on_closed is called, once.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Reply = std::move_only_function<void(Result<Section>)>;
  using Collected = std::move_only_function<void(Result<std::vector<Section>>)>;
  struct Handlers {
    std::move_only_function<void(Result<void>)> on_open;  ///< once, the outcome of connecting
    std::move_only_function<void(const std::string&, const Section&)> on_event;
    std::move_only_function<void(const Error&)> on_closed;  ///< once, after a successful on_open
  };
  static constexpr std::chrono::seconds kAnswerTimeout{30};

  Connection(boost::asio::io_context& io, std::string path, Handlers handlers,
             std::chrono::milliseconds answer_timeout = kAnswerTimeout);

  /// Begins to connect. Called once.
  void open();

  /// Sends a command with an encoded message. A "success = no" in the answer is the error
  /// charon_refused with charon's own words; so is a command that charon does not know.
  void command(std::string name, std::string message, Reply reply);
  void command(std::string name, const Section& message, Reply reply);

  /// A command that answers by a stream of events; the result is those, in order. The event stays
  /// registered (charon sends it only to the connection that asked).
  void stream(std::string name, std::string event, const Section& message, Collected done);

  void subscribe(std::string event, Reply done);
  void unsubscribe(std::string event, Reply done);

  /// Ends the connection: what is pending completes with `error`; on_closed is not called.
  void abort(const Error& error);

  /// Ends the connection without a word to anyone.
  void close();

 private:
  struct Request {
    PacketType type;
    std::string name;
    std::string message;
    std::string stream_event;  ///< not empty: collect these
    Reply reply;
    Collected collected;
  };

  void enqueue(Request request);
  void send_next();
  void on_written();
  void read();
  void on_packet(Packet packet);
  void on_stream_packet(Packet packet);
  void answer(Result<Section> result);
  void finish(Request& request, Result<Section> result);
  void fail(const Error& error);
  void arm_timeout();

  boost::asio::local::stream_protocol::socket socket_;
  boost::asio::steady_timer timeout_;
  std::chrono::milliseconds answer_timeout_;
  std::string path_;
  Handlers handlers_;
  FrameReader frames_;
  std::array<char, 16384> input_{};
  std::string output_;
  std::deque<Request> queue_;  ///< the front is under way when busy_
  std::vector<Section> collected_;
  std::set<std::string, std::less<>> subscribed_;
  bool open_ = false;
  bool closed_ = false;
  bool busy_ = false;     ///< the front request is sent or being sent
  bool writing_ = false;  ///< output_ belongs to the kernel's side of async_write
};

}  // namespace kaido::vici
