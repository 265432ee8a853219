#include "portal/http.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <memory>

namespace kaido::portal {
namespace {

namespace http = boost::beast::http;

/// A body holds a code: its memory is wiped wherever it grows out of it.
template <typename T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <typename U>
  WipingAllocator(const WipingAllocator<U>& /*other*/) {}  // NOLINT(google-explicit-constructor)
  T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* at, std::size_t count) {
    wipe({reinterpret_cast<std::uint8_t*>(at), count * sizeof(T)});
    std::allocator<T>().deallocate(at, count);
  }
  friend bool operator==(const WipingAllocator&, const WipingAllocator&) = default;
};

using Body = http::vector_body<std::uint8_t, WipingAllocator<std::uint8_t>>;
using Request = http::request<Body>;

HttpReader::State mistake(const boost::beast::error_code& code) {
  if (code == http::error::header_limit || code == http::error::buffer_overflow)
    return HttpReader::State::long_head;
  if (code == http::error::body_limit) return HttpReader::State::long_body;
  return HttpReader::State::broken;
}

std::optional<std::string> only_host(const Request& request) {
  if (request.count(http::field::host) != 1) return {};
  return std::string(request[http::field::host]);
}

std::string only(const Request& request, boost::beast::string_view name) {
  return request.count(name) == 1 ? std::string(request[name]) : std::string();
}

bool has_encoding(const Request& request) {
  const auto transfer = request[http::field::transfer_encoding];
  return request.count(http::field::content_encoding) != 0 ||
         (!transfer.empty() && !boost::beast::iequals(transfer, "chunked"));
}

Head head_of(const Request& request) {
  constexpr unsigned kCurrent = 11;  // as Beast writes HTTP/1.1
  return {.method = std::string(request.method_string()),
          .target = std::string(request.target()),
          .host = only_host(request),
          .content_type = std::string(request[http::field::content_type]),
          .cookies = only(request, "Cookie"),
          .languages = only(request, "Accept-Language"),
          .origin = only(request, "Origin"),
          .fetch_site = only(request, "Sec-Fetch-Site"),
          .has_encoding = has_encoding(request),
          .is_current = request.version() == kCurrent,
          .keep_alive = request.keep_alive(),
          .expects_continue = boost::beast::iequals(request[http::field::expect], "100-continue")};
}

}  // namespace

struct HttpReader::Parser : http::request_parser<Body> {};

HttpReader::HttpReader(const Limits& limits) : parser_(std::make_unique<Parser>()) {
  parser_->header_limit(static_cast<std::uint32_t>(limits.header));
  parser_->body_limit(limits.body);
}

HttpReader::~HttpReader() = default;

HttpReader::Step HttpReader::feed(std::span<const char> bytes) {
  Step step;
  if (parser_->is_done()) return {.state = State::done};
  const bool had_head = parser_->is_header_done();
  while (step.consumed < bytes.size() && !parser_->is_done()) {
    boost::beast::error_code code;
    const auto rest = bytes.subspan(step.consumed);
    step.consumed += parser_->put({rest.data(), rest.size()}, code);
    if (code == http::error::need_more) break;
    if (code) return {.consumed = step.consumed, .state = mistake(code)};
    if (!had_head && parser_->is_header_done()) {
      head_ = head_of(parser_->get());
      parser_->eager(true);
      return {.consumed = step.consumed, .state = State::head};
    }
  }
  if (parser_->is_done()) step.state = State::done;
  return step;
}

Secret HttpReader::take_body() { return Secret(std::span(parser_->get().body())); }

}  // namespace kaido::portal
