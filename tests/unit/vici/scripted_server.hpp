// A server on charon's socket that does what a test tells it, good or bad.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "wire/vici/packet.hpp"

namespace kaido::vici {

class ScriptedServer {
 public:
  /// The bytes to answer a packet with; nullopt closes the connection.
  using Answer = std::function<std::optional<std::string>(const Packet&)>;

  ScriptedServer(boost::asio::io_context& io, const std::string& path, Answer answer);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  void set(Answer answer) { answer_ = std::move(answer); }
  void drop_clients();
  [[nodiscard]] std::size_t connections() const { return connections_; }

  static std::string confirm();
  static std::string response(const Section& message = {});
  static std::string event(const std::string& name, const Section& message);
  /// What a charon without any SA would say.
  static std::optional<std::string> behave(const Packet& packet);

 private:
  struct Client {
    explicit Client(boost::asio::io_context& io) : socket(io) {}
    boost::asio::local::stream_protocol::socket socket;
    FrameReader frames;
    std::string input = std::string(65536, '\0');
  };
  void accept();
  void read(const std::shared_ptr<Client>& client);

  boost::asio::io_context& io_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  std::list<std::shared_ptr<Client>> clients_;
  Answer answer_;
  std::string path_;
  std::size_t connections_ = 0;
};

}  // namespace kaido::vici
