// The portal's end of the socket to kaidod (kaido/portal_link.hpp).
//
// Owns the listening socket and one connection; the newest connection wins. Only root is let in.
// One thread; nothing waits: what kaidod does not take yet is kept, as long as somebody waits for
// the answer.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "kaido/descriptor.hpp"
#include "kaido/portal_link.hpp"
#include "portal/log.hpp"
#include "portal/settings.hpp"

namespace kaido::portal {

class KaidodLink {
 public:
  KaidodLink(boost::asio::io_context& io, const Descriptor& listener, const Settings& settings,
             Log& log);

  /// nullopt: kaidod is not there, goes away, has too much to do, or says nothing in time.
  [[nodiscard]] boost::asio::awaitable<std::optional<Body>> ask(Body question);

 private:
  struct Waiting {
    explicit Waiting(boost::asio::io_context& io) : timer(io) {}
    boost::asio::steady_timer timer;  ///< ends when the answer is there, too
    bool for_nonce = false;
    std::optional<Body> answer;
  };
  struct Letter {
    std::uint64_t id = 0;
    Secret bytes;
  };

  void accept_later();
  void accept();
  void take(const Descriptor& fresh);
  [[nodiscard]] bool is_trusted(int fd) const;
  void read_later();
  void read();
  bool read_one();
  void hear(std::span<const std::byte> bytes);
  void flush();
  void write_later();
  void lose(const char* why);

  boost::asio::io_context& io_;
  boost::asio::posix::stream_descriptor listener_;
  boost::asio::posix::stream_descriptor connection_;
  Limits limits_;
  bool trust_own_user_;
  Log& log_;
  std::map<std::uint64_t, Waiting*> waiting_;  ///< each is in the frame of its ask()
  std::deque<Letter> letters_;                 ///< not sent yet
  bool writing_ = false;                       ///< room is waited for
  std::uint64_t connection_count_ = 0;         ///< what is of an earlier one is of no use
  std::vector<std::byte> buffer_;
  std::uint64_t last_id_ = 0;
};

}  // namespace kaido::portal
