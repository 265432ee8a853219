// kaidod's end of the socket to kaido-reflector.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "ports/claim_source.hpp"

namespace kaido::reflector_link {

/// Owns the connection to the reflector, and what could not be written to it yet: one message per
/// site. On the thread of its io_context; nothing waits. A connection that fails or ends is made
/// anew after 100 ms, then after twice as long each time up to 2 s; ReflectorDown comes once for
/// each ReflectorUp, and when the first attempt of all fails. The reflector outlives kaidod's
/// upgrades and may be of another version: what a longer message has more is left alone, so is one
/// of an unknown kind; a shorter one is ReflectorOutdated. Who listens is not asked: the socket's
/// folder belongs to the reflector's own user, whom nobody else can be.
class Link final : public ClaimSource {
 public:
  static constexpr std::chrono::milliseconds kFirstRetry{100};
  static constexpr std::chrono::milliseconds kLastRetry{2000};

  explicit Link(boost::asio::io_context& io, std::string path = reflector::kSocket);
  ~Link() override;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  void start(std::move_only_function<void(const ClaimEvent&)> on_event) override;
  void applied(const reflector::SiteKey& site, const stamp::Claim& claim) override;

 private:
  void attempt();
  void attempt_later();
  void read();
  void read_later();
  void write();
  void write_later();
  void lost();
  void tell_down();
  void tell(const ClaimEvent& event);
  /// One message; false: there is none for now, or the connection is gone.
  bool read_one();

  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer retry_;
  std::string path_;
  std::chrono::milliseconds delay_ = kFirstRetry;
  std::move_only_function<void(const ClaimEvent&)> on_event_;
  std::map<reflector::SiteKey, reflector::Message> unsent_;
  bool writing_ = false;
  bool told_down_ = false;
  bool told_outdated_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< handlers hold it weakly
};

}  // namespace kaido::reflector_link
