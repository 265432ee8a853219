// What test-hub is told, in place of the CLI and D-Bus: a line for each command, and a line of JSON
// in answer: its result, or {"failed": why}. Answers come in the order of the commands.
//
//   user NAME                     of the group `staff`; gives {"uri"}, of its one-time password
//   verify NAME CODE              gives {"counts"}
//   device USER NAME FILE [KEY]   by its certificate, with its WireGuard key (base64)
//   enable|disable USER           the person
//   end SESSION
//   extend SESSION MINUTES        gives {"ends"}
//   sessions                      gives {"sessions"}: the ids of those that live by the store
//   admitted                      gives {"sessions"}: of those that are in place, by
//                                 WireGuard or IKEv2
//   refusals USER                 gives {"refusals"}: why, the oldest first
//   ahead SECONDS                 sets the wall clock, against the machine's
//   now                           gives {"now"}, seconds since 1970
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <string>

#include "hub/hub.hpp"

namespace kaido::test {

/// Reads standard input to its end, which stops `io`: so no test-hub outlives its test.
class Commands {
 public:
  Commands(boost::asio::io_context& io, Hub& hub);
  void start();

 private:
  void obey(const std::string& line);

  boost::asio::io_context& io_;
  Hub& hub_;
  boost::asio::posix::stream_descriptor input_;
  std::string read_;
};

}  // namespace kaido::test
