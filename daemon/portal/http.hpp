// HTTP/1.1 requests out of bytes. Beast does it; http.cpp alone includes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "kaido/secret.hpp"
#include "portal/settings.hpp"

namespace kaido::portal {

/// What is before the body.
struct Head {
  std::string method;
  std::string target;
  std::optional<std::string> host;  ///< nullopt: none, or more than one
  std::string content_type;
  // of a browser; empty: not there, or more than once
  std::string cookies;
  std::string languages;      ///< Accept-Language
  std::string origin;         ///< Origin
  std::string fetch_site;     ///< Sec-Fetch-Site
  bool has_encoding = false;  ///< Content-Encoding, or a Transfer-Encoding other than chunked
  bool is_current = false;    ///< HTTP/1.1
  bool keep_alive = false;
  bool expects_continue = false;  ///< the client waits before it sends the body
};

/// Reads one request.
class HttpReader {
 public:
  enum class State : std::uint8_t {
    more,       ///< more bytes are needed
    head,       ///< the head is there; feed() goes on with the body
    done,       ///< all of it is there
    broken,     ///< it is no request
    long_head,  ///< too many bytes
    long_body,  ///< too many bytes
  };
  struct Step {
    std::size_t consumed = 0;
    State state = State::more;
  };

  explicit HttpReader(const Limits& limits);
  ~HttpReader();
  HttpReader(const HttpReader&) = delete;
  HttpReader& operator=(const HttpReader&) = delete;

  /// What was not consumed is to be given again, with more behind it. Not after `done` or a
  /// mistake.
  [[nodiscard]] Step feed(std::span<const char> bytes);
  /// From State::head on; a trailer changes nothing of it.
  [[nodiscard]] const Head& head() const { return head_; }
  /// From State::done on, once.
  [[nodiscard]] Secret take_body();

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  Head head_;
};

}  // namespace kaido::portal
