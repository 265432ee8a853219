#include "login/hub.hpp"

#include <sys/eventfd.h>

#include <array>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "login/http.hpp"
#include "login/tcp.hpp"

namespace kaido::cli::login {

Got<void> Hub::connect() {
  auto socket = connect_tcp(url_, Wait::for_time(timeouts_.connect, cancel_));
  if (!socket) return std::unexpected(socket.error());
  auto stream = TlsStream::open(std::move(*socket), *context_, url_,
                                Wait::for_time(timeouts_.connect, cancel_));
  if (!stream) return std::unexpected(stream.error());
  stream_.emplace(std::move(*stream));
  return {};
}

Got<Response> Hub::receive() {
  const auto wait = Wait::for_time(timeouts_.answer, cancel_);
  std::string bytes;
  std::array<char, 16'384> part;
  for (;;) {
    if (!stream_) return trouble(Reason::closed);
    const auto count = stream_->receive(part, wait);
    if (!count) return std::unexpected(count.error());
    if (*count == 0) return trouble(Reason::closed);
    bytes.append(part.data(), *count);
    auto response = parse_response(bytes);
    if (!response) return std::unexpected(response.error());
    auto& whole = *response;
    if (whole) return std::move(*whole);
  }
}

Got<Response> Hub::post(std::string_view path, const Secret& body) {
  if (!stream_)
    if (const auto connected = connect(); !connected) return std::unexpected(connected.error());
  if (!stream_) return trouble(Reason::closed);
  const auto request = post_request(url_, path, body);
  const auto sent = stream_->send(request.reveal_text(), Wait::for_time(timeouts_.answer, cancel_));
  auto response = sent ? receive() : std::unexpected(sent.error());
  if (!response || !response->keep_alive) stream_.reset();
  return response;
}

Got<portal::Nonce> Hub::ask_nonce() {
  const auto response = post(kNoncePath, Secret(std::string_view("{}")));
  if (!response) return std::unexpected(response.error());
  return read_nonce(*response);
}

Got<Answer> Hub::log_in(const portal::LogIn& login) {
  const auto response = post(kLoginPath, login_body(login));
  if (!response) return std::unexpected(response.error());
  return read_answer(*response);
}

Got<Answer> Hub::of_session(const portal::OfSession& question) {
  const auto response = post(kSessionPath, session_body(question));
  if (!response) return std::unexpected(response.error());
  return read_answer(*response);
}

std::expected<Nearest, std::vector<Trouble>> nearest(const std::vector<HubUrl>& urls,
                                                     SSL_CTX& context, const Timeouts& timeouts) {
  std::mutex mutex;
  std::optional<Nearest> winner;
  std::vector<Trouble> troubles(urls.size());
  const Descriptor over(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  {
    std::vector<std::jthread> threads;
    threads.reserve(urls.size());
    for (std::size_t i = 0; i < urls.size(); ++i)
      threads.emplace_back([&, i] {
        Hub hub(urls[i], context, timeouts, over.get());
        auto nonce = hub.ask_nonce();
        const std::scoped_lock lock(mutex);
        if (!nonce) troubles[i] = std::move(nonce.error());
        if (!nonce || winner) return;
        hub.keep();
        winner.emplace(std::move(hub), std::move(*nonce));
        eventfd_write(over.get(), 1);
      });
  }
  if (!winner) return std::unexpected(std::move(troubles));
  return std::move(*winner);
}

}  // namespace kaido::cli::login
