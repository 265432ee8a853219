// kaidod's end of the socket to kaido-portal.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <span>
#include <string>

#include "ports/portal.hpp"
#include "wire/seqpacket/client.hpp"

namespace kaido::portal_link {

/// Owns the connection to the portal (threads, failure and new attempts: seqpacket::Client), the
/// answers that could not be written to it yet, and which question has which id: the portal begins
/// to count anew when it starts, and an answer must never go to another question of the same
/// number. A packet that is no question is dropped. The portal may be in a stranger's hands: the
/// engine holds back what costs more than this does.
class Link final : public Portal {
 public:
  static constexpr std::size_t kMostUnsent = 1'000;  ///< answers; more are dropped

  explicit Link(boost::asio::io_context& io, std::string path = portal::kSocket);
  ~Link() override;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  void start(std::move_only_function<void(const portal::Packet&)> on_question) override;
  void answer(portal::Packet packet) override;

  /// Packets that were no questions, and answers that found no room.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  void on_down();
  void on_message(std::span<const std::byte> bytes, std::size_t length);
  void write();

  std::move_only_function<void(const portal::Packet&)> on_question_;
  std::map<std::uint64_t, std::uint64_t> theirs_;  ///< the portal's id, by ours
  std::uint64_t last_ = 0;                         ///< of ours
  std::deque<Secret> unsent_;
  bool writing_ = false;
  std::uint64_t dropped_ = 0;
  seqpacket::Client client_;
};

}  // namespace kaido::portal_link
