// The portal's end of the socket, as the smallest thing that speaks its protocol.
#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "kaido/portal_link.hpp"

namespace kaido::test {

/// Owns a listening socket in a folder of its own, and one connection. One thread; non-blocking.
class Server {
 public:
  Server();
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  void start();
  void stop();  ///< forgets all
  /// Takes a connection that waits; writes what has room, and reads what was said unless `deaf`.
  void run();
  /// Written when somebody is connected.
  void ask(const portal::Packet& packet);
  /// Any bytes.
  void send(std::string_view bytes);
  [[nodiscard]] bool connected() const { return peer_ >= 0; }
  [[nodiscard]] bool unsent() const { return !unsent_.empty(); }
  [[nodiscard]] const std::vector<portal::Packet>& answers() const { return answers_; }

  bool deaf = false;

 private:
  std::string folder_;
  std::string path_;
  int listener_ = -1;
  int peer_ = -1;
  std::deque<std::string> unsent_;
  std::vector<portal::Packet> answers_;
};

}  // namespace kaido::test
