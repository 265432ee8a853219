#include "wire/vici/connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>

namespace kaido::vici {
namespace {

Error lost(const std::string& path, const boost::system::error_code& code) {
  const bool denied = code.value() == EACCES || code.value() == EPERM;
  return {denied ? Condition::permission_denied : Condition::charon_absent,
          path + ": " + code.message()};
}

}  // namespace

Connection::Connection(boost::asio::io_context& io, std::string path, Handlers handlers,
                       std::chrono::milliseconds answer_timeout)
    : socket_(io),
      timeout_(io),
      answer_timeout_(answer_timeout),
      path_(std::move(path)),
      handlers_(std::move(handlers)) {}

void Connection::open() {
  // The constructor of an endpoint throws on a path that does not fit.
  if (path_.size() >= sizeof(sockaddr_un{}.sun_path)) {
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
      if (self->closed_) return;
      auto on_open = std::move(self->handlers_.on_open);
      self->close();
      on_open(failure(Condition::charon_absent, self->path_ + ": the path is too long"));
    });
    return;
  }
  socket_.async_connect(path_, [self = shared_from_this()](boost::system::error_code code) {
    if (self->closed_) return;
    auto on_open = std::move(self->handlers_.on_open);
    if (code) {
      self->close();
      on_open(std::unexpected(lost(self->path_, code)));
      return;
    }
    self->open_ = true;
    self->read();
    on_open({});
  });
}

void Connection::command(std::string name, std::string message, Reply reply) {
  enqueue({.type = PacketType::command_request,
           .name = std::move(name),
           .message = std::move(message),
           .stream_event = {},
           .reply = std::move(reply),
           .collected = {}});
}

void Connection::command(std::string name, const Section& message, Reply reply) {
  auto encoded = encode(message);
  if (encoded) return command(std::move(name), std::move(*encoded), std::move(reply));
  boost::asio::post(socket_.get_executor(),
                    [reply = std::move(reply), error = encoded.error()]() mutable {
                      reply(std::unexpected(std::move(error)));
                    });
}

void Connection::stream(std::string name, std::string event, const Section& message,
                        Collected done) {
  if (!subscribed_.contains(event)) subscribe(event, [](const Result<Section>&) {});
  auto encoded = encode(message);
  enqueue({.type = PacketType::command_request,
           .name = std::move(name),
           .message = encoded ? std::move(*encoded) : std::string(),
           .stream_event = std::move(event),
           .reply = {},
           .collected = std::move(done)});
}

void Connection::subscribe(std::string event, Reply done) {
  subscribed_.insert(event);
  enqueue({.type = PacketType::event_register,
           .name = std::move(event),
           .message = {},
           .stream_event = {},
           .reply = std::move(done),
           .collected = {}});
}

void Connection::unsubscribe(std::string event, Reply done) {
  subscribed_.erase(event);
  enqueue({.type = PacketType::event_unregister,
           .name = std::move(event),
           .message = {},
           .stream_event = {},
           .reply = std::move(done),
           .collected = {}});
}

void Connection::enqueue(Request request) {
  queue_.push_back(std::move(request));
  if (busy_ || writing_) return;
  // Posted, so that no outcome ever arrives from inside the caller's call.
  boost::asio::post(socket_.get_executor(), [self = shared_from_this()] { self->send_next(); });
}

void Connection::send_next() {
  if (busy_ || writing_ || queue_.empty()) return;
  if (!open_) {
    auto request = std::move(queue_.front());
    queue_.pop_front();
    finish(request, failure(Condition::charon_absent, path_ + ": not connected"));
    return send_next();
  }
  auto& request = queue_.front();
  busy_ = true;
  auto bytes = frame(request.type, request.name, request.message);
  request.message = {};
  if (!bytes) return answer(std::unexpected(bytes.error()));
  output_ = std::move(*bytes);
  writing_ = true;
  arm_timeout();
  boost::asio::async_write(
      socket_, boost::asio::buffer(output_),
      [self = shared_from_this()](boost::system::error_code code, std::size_t) {
        if (code) {
          self->writing_ = false;
          return self->fail(lost(self->path_, code));
        }
        self->on_written();
      });
}

void Connection::on_written() {
  writing_ = false;
  output_.clear();
  // The answer may have been read before this handler ran.
  if (!busy_) send_next();
}

void Connection::read() {
  socket_.async_read_some(
      boost::asio::buffer(input_),
      [self = shared_from_this()](boost::system::error_code code, std::size_t size) {
        if (self->closed_) return;
        if (code) {
          if (self->frames_.partial())
            return self->fail({Condition::charon_protocol, "the connection ended inside a packet"});
          return self->fail(lost(self->path_, code));
        }
        self->frames_.append({self->input_.data(), size});
        for (;;) {
          auto packet = self->frames_.next();
          if (!packet) return self->fail(packet.error());
          if (!*packet) break;
          self->on_packet(std::move(**packet));
          if (self->closed_) return;
        }
        self->read();
      });
}

void Connection::on_packet(Packet packet) {
  if (packet.type == PacketType::event) return on_stream_packet(std::move(packet));
  if (!busy_) return fail({Condition::charon_protocol, "an answer to no question"});
  const bool registering = queue_.front().type != PacketType::command_request;
  const auto& name = queue_.front().name;
  switch (packet.type) {
    case PacketType::command_response:
      if (registering) break;
      if (packet.message.get("success") == "no")
        return answer(failure(Condition::charon_refused,
                              name + ": " + std::string(packet.message.get("errmsg"))));
      return answer(std::move(packet.message));
    case PacketType::command_unknown:
    case PacketType::event_unknown:
      if (registering != (packet.type == PacketType::event_unknown)) break;
      return answer(failure(Condition::charon_refused, name + ": charon does not know it"));
    case PacketType::event_confirm:
      if (!registering) break;
      return answer(Section{});
    case PacketType::command_request:
    case PacketType::event_register:
    case PacketType::event_unregister:
    case PacketType::event:
      break;
  }
  fail({Condition::charon_protocol, "an answer that does not fit " + name});
}

void Connection::on_stream_packet(Packet packet) {
  if (busy_ && !queue_.front().stream_event.empty() && queue_.front().stream_event == packet.name) {
    collected_.push_back(std::move(packet.message));
    arm_timeout();
    return;
  }
  if (handlers_.on_event) handlers_.on_event(packet.name, packet.message);
}

void Connection::answer(Result<Section> result) {
  busy_ = false;
  timeout_.cancel();
  auto request = std::move(queue_.front());
  queue_.pop_front();
  // The next request goes out before the callback runs: charon works while the caller thinks.
  send_next();
  finish(request, std::move(result));
}

void Connection::finish(Request& request, Result<Section> result) {
  if (request.reply) return request.reply(std::move(result));
  if (!request.collected) return;
  auto events = std::exchange(collected_, {});
  if (!result) return request.collected(std::unexpected(result.error()));
  request.collected(std::move(events));
}

void Connection::fail(const Error& error) {
  if (closed_) return;
  const auto self = shared_from_this();  // a callback may let go of the last other owner
  auto pending = std::exchange(queue_, {});
  auto on_closed = std::move(handlers_.on_closed);
  close();
  for (auto& request : pending) finish(request, std::unexpected(error));
  if (on_closed) on_closed(error);
}

void Connection::abort(const Error& error) {
  handlers_.on_closed = nullptr;
  fail(error);
}

void Connection::close() {
  closed_ = true;
  open_ = false;
  busy_ = false;
  queue_.clear();  // handlers_ stay: one of them may be what calls this
  timeout_.cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void Connection::arm_timeout() {
  timeout_.expires_after(answer_timeout_);
  timeout_.async_wait([weak = weak_from_this()](boost::system::error_code code) {
    const auto self = weak.lock();
    if (code || !self || self->closed_ || !self->busy_) return;
    self->fail({Condition::charon_absent, "charon does not answer"});
  });
}

}  // namespace kaido::vici
