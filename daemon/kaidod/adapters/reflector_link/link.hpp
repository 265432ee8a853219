// kaidod's end of the socket to kaido-reflector.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>

#include "ports/claim_source.hpp"
#include "wire/seqpacket/client.hpp"

namespace kaido::reflector_link {

/// Owns the connection to the reflector (threads, failure and new attempts: seqpacket::Client), and
/// what could not be written to it yet: one message per site. ReflectorDown comes once for each
/// ReflectorUp, and when the first attempt of all fails. The reflector outlives kaidod's
/// upgrades and may be of another version: what a longer message has more is left alone, so is one
/// of an unknown kind; a shorter one is ReflectorOutdated. Who listens is not asked: the socket's
/// folder belongs to the reflector's own user, whom nobody else can be.
class Link final : public ClaimSource {
 public:
  explicit Link(boost::asio::io_context& io, std::string path = reflector::kSocket);
  ~Link() override;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  void start(std::move_only_function<void(const ClaimEvent&)> on_event) override;
  void applied(const reflector::SiteKey& site, const stamp::Claim& claim) override;

 private:
  void on_up();
  void on_down();
  void on_message(std::span<const std::byte> bytes, std::size_t length);
  void write();

  std::move_only_function<void(const ClaimEvent&)> on_event_;
  std::map<reflector::SiteKey, reflector::Message> unsent_;
  bool writing_ = false;
  bool told_outdated_ = false;
  seqpacket::Client client_;
};

}  // namespace kaido::reflector_link
