#include "portal/kaidod_link.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <functional>
#include <utility>

namespace kaido::portal {
namespace {

using Stream = boost::asio::posix::stream_descriptor;
constexpr int kTurn = 64;  // messages, before clients have their turn again

/// For Asio, which closes what it is given. -1: it could not be had.
int handed_over(const Descriptor& descriptor) {
  return fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 0);
}

bool would_block() { return errno == EAGAIN || errno == EINTR; }

bool fits(bool for_nonce, const Body& body) {
  return std::holds_alternative<Answer>(body) || (for_nonce && std::holds_alternative<Nonce>(body));
}

/// Is in the table while it lives, also when its coroutine is destroyed.
class Listed {
 public:
  template <typename Waiting>
  Listed(std::map<std::uint64_t, Waiting*>& table, std::uint64_t id, Waiting& waiting)
      : remove_([&table, id] { table.erase(id); }) {
    table[id] = &waiting;
  }
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;
  ~Listed() { remove_(); }

 private:
  std::function<void()> remove_;
};

}  // namespace

KaidodLink::KaidodLink(boost::asio::io_context& io, const Descriptor& listener,
                       const Settings& settings, Log& log)
    : io_(io),
      listener_(io),
      connection_(io),
      limits_(settings.limits),
      trust_own_user_(settings.trust_own_user),
      log_(log),
      buffer_(kLargest) {
  listener_.assign(handed_over(listener));
  accept_later();
}

boost::asio::awaitable<std::optional<Body>> KaidodLink::ask(Body question) {
  if (!connection_.is_open() || waiting_.size() >= limits_.waiting) co_return std::nullopt;
  const auto id = ++last_id_;
  Waiting waiting(io_);
  waiting.for_nonce = std::holds_alternative<AskNonce>(question);
  auto bytes = encode({.id = id, .body = std::move(question)});
  if (!bytes) co_return std::nullopt;
  const Listed listed(waiting_, id, waiting);
  waiting.timer.expires_after(limits_.answer_time);
  letters_.push_back({.id = id, .bytes = std::move(*bytes)});
  // It may find that the connection has ended: then nobody would end the waiting.
  flush();
  if (connection_.is_open())
    co_await waiting.timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  co_return std::move(waiting.answer);
}

void KaidodLink::accept_later() {
  listener_.async_wait(Stream::wait_read, [this](boost::system::error_code code) {
    if (code) return;
    accept();
    accept_later();
  });
}

bool KaidodLink::is_trusted(int fd) const {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == 0 || (trust_own_user_ && peer.uid == geteuid());
}

void KaidodLink::accept() {
  while (true) {
    const Descriptor fresh(
        accept4(listener_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fresh) return;
    if (is_trusted(fresh.get())) {
      take(fresh);
    } else {
      log_.write(Level::warning, "a process that is not root's wanted to be kaidod: refused");
    }
  }
}

void KaidodLink::take(const Descriptor& fresh) {
  if (connection_.is_open()) lose("kaidod is there anew");
  boost::system::error_code code;
  connection_.assign(handed_over(fresh), code);
  if (code) return;
  log_.write(Level::info, "kaidod is there");
  read_later();
}

void KaidodLink::read_later() {
  connection_.async_wait(Stream::wait_read,
                         [this, of = connection_count_](boost::system::error_code code) {
                           if (!code && of == connection_count_) read();
                         });
}

void KaidodLink::read() {
  for (int i = 0; i < kTurn; ++i)
    if (!read_one()) break;
  if (connection_.is_open()) read_later();
}

bool KaidodLink::read_one() {
  const auto got =
      recv(connection_.native_handle(), buffer_.data(), buffer_.size(), MSG_DONTWAIT | MSG_TRUNC);
  if (got < 0 && would_block()) return false;
  if (got <= 0) {
    lose("kaidod is gone");
    return false;
  }
  if (static_cast<std::size_t>(got) > buffer_.size()) {
    lose("kaidod said what cannot be understood");
    return false;
  }
  hear(std::span(buffer_).first(static_cast<std::size_t>(got)));
  return connection_.is_open();
}

void KaidodLink::hear(std::span<const std::byte> bytes) {
  auto packet = decode(bytes);
  if (!packet) return lose("kaidod said what cannot be understood");
  const auto at = waiting_.find(packet->id);
  if (at == waiting_.end() || !fits(at->second->for_nonce, packet->body)) return;
  if (at->second->answer) return;
  at->second->answer = std::move(packet->body);
  at->second->timer.cancel();
}

void KaidodLink::flush() {
  while (!letters_.empty() && !writing_ && connection_.is_open()) {
    const auto& letter = letters_.front();
    if (waiting_.contains(letter.id)) {  // nobody waits for what took too long
      const auto bytes = letter.bytes.reveal();
      const auto sent = send(connection_.native_handle(), bytes.data(), bytes.size(),
                             MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent < 0 && would_block()) return write_later();
      if (sent < 0) return lose("kaidod is gone");
    }
    letters_.pop_front();
  }
}

void KaidodLink::write_later() {
  writing_ = true;
  connection_.async_wait(Stream::wait_write,
                         [this, of = connection_count_](boost::system::error_code code) {
                           if (code || of != connection_count_) return;
                           writing_ = false;
                           flush();
                         });
}

void KaidodLink::lose(const char* why) {
  log_.write(Level::warning, why);
  boost::system::error_code ignored;
  connection_.close(ignored);
  ++connection_count_;
  writing_ = false;
  letters_.clear();
  for (const auto& [id, waiting] : waiting_) waiting->timer.cancel();
}

}  // namespace kaido::portal
