// The reflector's end of the socket, as the smallest thing that speaks its protocol.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kaido/reflector_link.hpp"

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
  /// Takes a connection that waits and tells it of every site; reads what was said.
  void run();
  /// Told at once, or when somebody connects.
  void tell(const reflector::Message& claim);
  void tell_silent(const reflector::SiteKey& site);
  /// Any bytes.
  void send(std::string_view bytes) const;
  [[nodiscard]] bool connected() const { return peer_ >= 0; }
  [[nodiscard]] const std::vector<reflector::Message>& heard() const { return heard_; }

 private:
  void send(const reflector::Message& message) const;

  std::string folder_;
  std::string path_;
  int listener_ = -1;
  int peer_ = -1;
  std::map<reflector::SiteKey, reflector::Message> sites_;
  std::vector<reflector::Message> heard_;
};

}  // namespace kaido::test
