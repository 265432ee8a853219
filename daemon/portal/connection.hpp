// One client's connection, from its handshake to its end.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kaido/ip.hpp"
#include "portal/browser.hpp"
#include "portal/certificate.hpp"
#include "portal/http.hpp"
#include "portal/kaidod_link.hpp"
#include "portal/places.hpp"
#include "portal/routes.hpp"

namespace kaido::portal {

/// What connections share; on one thread.
struct Core {
  Core(boost::asio::io_context& io, const Descriptor& kaidod, Settings its_settings, Log its_log)
      : settings(std::move(its_settings)),
        log(std::move(its_log)),
        certificate(settings, log),
        browser(settings),
        places(settings.limits),
        kaidod_link(io, kaidod, settings, log) {}

  Settings settings;
  Log log;
  CertificateStore certificate;
  Browser browser;
  Places places;
  KaidodLink kaidod_link;
};

/// Each phase has its deadline, at which the socket is closed; whatever is waited for ends then.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, std::shared_ptr<Core> core,
             std::shared_ptr<boost::asio::ssl::context> context, const IpAddress& source,
             const IpAddress& here);

  /// Its place among others; with run() it is given back.
  void sit(Places::Id place) { place_ = place; }
  [[nodiscard]] boost::asio::awaitable<void> run();
  void close();

 private:
  using Milliseconds = std::chrono::milliseconds;
  enum class Next : std::uint8_t { request, end, gone };

  void limit(Milliseconds time);
  void unlimited();
  boost::asio::awaitable<void> serve();
  boost::asio::awaitable<Next> serve_one(bool last, bool first);
  boost::asio::awaitable<Next> serve_body(HttpReader& reader, Target target, bool last);
  boost::asio::awaitable<Response> respond(HttpReader& reader, Route route);
  boost::asio::awaitable<Response> respond(HttpReader& reader, Page page);
  boost::asio::awaitable<Next> refuse(HttpReader::State state);
  boost::asio::awaitable<HttpReader::State> read(HttpReader& reader);
  boost::asio::awaitable<bool> read_some();
  boost::asio::awaitable<bool> write(std::string text);
  boost::asio::awaitable<Next> answer(Response response, bool last);
  boost::asio::awaitable<void> linger();
  void consume(std::size_t bytes);

  std::shared_ptr<Core> core_;
  std::shared_ptr<boost::asio::ssl::context> context_;  ///< lives as long as the stream
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
  boost::asio::steady_timer deadline_;
  std::uint64_t deadlines_ = 0;  ///< one that was replaced while it was due does nothing
  Peer peer_;
  Places::Id place_ = 0;
  std::vector<char> buffer_;
  std::size_t used_ = 0;  ///< of the buffer
};

}  // namespace kaido::portal
