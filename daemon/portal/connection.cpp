#include "portal/connection.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <string>
#include <utility>

#include "portal/reply.hpp"
#include "portal/request.hpp"
#include "portal/response.hpp"

namespace kaido::portal {
namespace {

namespace asio = boost::asio;
constexpr std::size_t kBuffer = 16'384;         // more than a head may have
constexpr std::size_t kMostLingered = 131'072;  // bytes read of who does not stop
constexpr char kContinue[] = "HTTP/1.1 100 Continue\r\n\r\n";

/// Errors are values: a client that goes away is nothing rare.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

void wipe_chars(char* at, std::size_t size) { wipe({reinterpret_cast<std::uint8_t*>(at), size}); }

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, std::shared_ptr<Core> core,
                       std::shared_ptr<asio::ssl::context> context, const IpAddress& source,
                       const IpAddress& here)
    : core_(std::move(core)),
      context_(std::move(context)),
      stream_(std::move(socket), *context_),
      deadline_(stream_.get_executor()),
      peer_{.source = source.to_string(), .here = here},
      buffer_(kBuffer) {}

void Connection::close() {
  boost::system::error_code ignored;
  stream_.next_layer().close(ignored);
}

void Connection::limit(Milliseconds time) {
  deadline_.expires_after(time);
  deadline_.async_wait(
      [weak = weak_from_this(), number = ++deadlines_](boost::system::error_code code) {
        const auto self = weak.lock();
        if (!code && self && self->deadlines_ == number) self->close();
      });
}

void Connection::unlimited() {
  ++deadlines_;
  deadline_.cancel();
}

asio::awaitable<void> Connection::run() {
  const auto self = shared_from_this();
  limit(core_->settings.limits.handshake_time);
  const auto [code] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kAwait);
  auto& tls = *stream_.native_handle();
  if (!code && core_->certificate.lets_in(tls)) {
    look_at(tls, peer_);
    co_await serve();
  }
  close();
  unlimited();
  wipe_chars(buffer_.data(), buffer_.size());
  core_->places.leave(place_);
}

asio::awaitable<void> Connection::serve() {
  const auto most = core_->settings.limits.requests;
  for (std::size_t i = 1; i <= most; ++i) {
    const auto next = co_await serve_one(i == most, i == 1);
    if (next == Next::gone) co_return;
    if (next == Next::end) break;
  }
  co_await linger();
}

/// `last`: the connection ends with it.
asio::awaitable<Connection::Next> Connection::serve_one(bool last, bool first) {
  const auto& limits = core_->settings.limits;
  if (used_ == 0) {
    limit(first ? limits.header_time : limits.keep_alive);
    core_->places.set(place_, first ? Places::State::arriving : Places::State::idle);
    const bool there = co_await read_some();
    if (!there) co_return Next::gone;
  }
  core_->places.set(place_, Places::State::arriving);
  if (!first) limit(limits.header_time);
  HttpReader reader(limits);
  const auto state = co_await read(reader);
  if (state != HttpReader::State::head) co_return co_await refuse(state);
  auto target =
      target_of(reader.head(), core_->certificate.names(), peer_, core_->settings.login_host);
  // Its body was not read: nothing after it can be told from it.
  if (!target) co_return co_await answer(std::move(target.error()), true);
  co_return co_await serve_body(reader, *target, last || !reader.head().keep_alive);
}

asio::awaitable<Connection::Next> Connection::serve_body(HttpReader& reader, Target target,
                                                         bool last) {
  limit(core_->settings.limits.body_time);
  if (reader.head().expects_continue && used_ == 0) {
    const bool written = co_await write(kContinue);
    if (!written) co_return Next::gone;
  }
  const auto state = co_await read(reader);
  if (state != HttpReader::State::done) co_return co_await refuse(state);
  core_->places.set(place_, Places::State::served);
  unlimited();
  const auto* const route = std::get_if<Route>(&target);
  Response response;
  if (route != nullptr) {
    response = co_await respond(reader, *route);
  } else {
    response = co_await respond(reader, std::get<Page>(target));
  }
  co_return co_await answer(std::move(response), last);
}

/// A client of Kaido's own.
asio::awaitable<Response> Connection::respond(HttpReader& reader, Route route) {
  auto question = parse_request(route, reader.take_body(), peer_.source);
  if (!question) co_return bad_request(400, "the body is not as it must be");
  const auto reply = co_await core_->kaidod_link.ask(std::move(*question));
  co_return reply_to(route, reply);
}

/// A browser.
asio::awaitable<Response> Connection::respond(HttpReader& reader, Page page) {
  auto visit = visit_of(page, reader.head(), peer_);
  const auto body = reader.take_body();
  auto step = core_->browser.ask(visit, body, std::chrono::steady_clock::now());
  if (auto* response = std::get_if<Response>(&step)) co_return std::move(*response);
  const auto reply = co_await core_->kaidod_link.ask(std::get<Body>(std::move(step)));
  co_return core_->browser.reply(visit, reply, std::chrono::steady_clock::now());
}

/// What is no request; State::more: the client is gone.
asio::awaitable<Connection::Next> Connection::refuse(HttpReader::State state) {
  if (state == HttpReader::State::more) co_return Next::gone;
  auto response = bad_request(400, "it is no request");
  if (state == HttpReader::State::long_head) response = bad_request(431, "the head is too long");
  if (state == HttpReader::State::long_body) response = bad_request(413, "the body is too long");
  co_return co_await answer(std::move(response), true);
}

/// Up to the head's end, or the body's. State::more: the client is gone.
asio::awaitable<HttpReader::State> Connection::read(HttpReader& reader) {
  while (true) {
    const auto step = reader.feed(std::span(std::as_const(buffer_)).first(used_));
    consume(step.consumed);
    if (step.state != HttpReader::State::more) co_return step.state;
    if (used_ == buffer_.size()) co_return HttpReader::State::broken;
    const bool there = co_await read_some();
    if (!there) co_return HttpReader::State::more;
  }
}

asio::awaitable<bool> Connection::read_some() {
  const auto room = asio::buffer(buffer_) + used_;
  const auto [code, size] = co_await stream_.async_read_some(room, kAwait);
  used_ += size;
  co_return !code;
}

/// What was read holds a code: it does not stay.
void Connection::consume(std::size_t bytes) {
  std::memmove(buffer_.data(), buffer_.data() + bytes, used_ - bytes);
  used_ -= bytes;
  wipe_chars(buffer_.data() + used_, bytes);
}

asio::awaitable<bool> Connection::write(std::string text) {
  const auto [code, size] = co_await asio::async_write(stream_, asio::buffer(text), kAwait);
  const bool written = !code && size == text.size();
  wipe(text);  // it may hold a key
  co_return written;
}

asio::awaitable<Connection::Next> Connection::answer(Response response, bool last) {
  response.close = last;
  limit(core_->settings.limits.write_time);
  auto text = to_bytes(response);
  wipe(response.body);
  const bool written = co_await write(std::move(text));
  if (!written) co_return Next::gone;
  co_return last ? Next::end : Next::request;
}

/// Ends in an orderly way: a socket that is closed with bytes unread resets the connection, and the
/// client may not see the answer.
asio::awaitable<void> Connection::linger() {
  limit(core_->settings.limits.linger);
  core_->places.set(place_, Places::State::idle);
  co_await stream_.async_shutdown(kAwait);
  boost::system::error_code ignored;
  auto& socket = stream_.next_layer();
  socket.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  std::array<char, 4096> rest{};
  for (std::size_t total = 0; total < kMostLingered;) {
    const auto [code, size] = co_await socket.async_read_some(asio::buffer(rest), kAwait);
    if (code) break;
    total += size;
  }
}

}  // namespace kaido::portal
