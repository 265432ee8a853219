// A person's device that logs in as Kaido's own client does (docs/portal-api.yaml). That a hub is
// not there is a value, not a failure of the test.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "contract/certificate_judge/pki.hpp"

namespace kaido::test {

struct Reply {
  int status = 0;
  boost::json::object body;
};

/// The same connection for all that it asks.
class Client {
 public:
  /// Not connected: each question gets nullopt. `source`: 127.0.0.0/8.
  explicit Client(std::uint16_t port, const std::string& source = "127.0.0.1");
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// nullopt: no answer, within 20 s.
  [[nodiscard]] std::optional<Reply> ask(const std::string& path,
                                         const boost::json::object& question);

  /// Nonce and login; the reply is that of the login, or of the nonce that was not given.
  [[nodiscard]] std::optional<Reply> log_in(const pki::Issued& device, const std::string& user,
                                            const std::string& code);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

/// What a reply says; "": there was none.
[[nodiscard]] std::string outcome(const std::optional<Reply>& reply);

}  // namespace kaido::test
