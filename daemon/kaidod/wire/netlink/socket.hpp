// A small netlink client: requests, dumps and batches over one socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <span>
#include <vector>

#include "wire/netlink/attributes.hpp"
#include "wire/netlink/frames.hpp"
#include "wire/netlink/message.hpp"

namespace kaido::netlink {

template <typename T>
using Outcome = std::expected<T, Refusal>;

/// Owns one netlink socket, bound to the network namespace of the thread that opened it. One
/// thread. Calls block; an answer that does not come within 5 s is a local ETIMEDOUT. Answers to
/// earlier requests that were given up are skipped by their sequence number.
class Socket {
 public:
  /// The type of one answer and what follows its nlmsghdr.
  using Each = std::function<void(std::uint16_t type, Bytes payload)>;
  /// The same of a notification; `requester` is the port that asked for the change, 0: the kernel
  /// itself made it.
  using EachNotified =
      std::function<void(std::uint16_t type, std::uint32_t requester, Bytes payload)>;
  struct Refused {
    std::size_t index;  ///< into the batch
    Refusal refusal;
  };

  /// `protocol`: NETLINK_ROUTE, NETLINK_GENERIC or NETLINK_NETFILTER.
  static Outcome<Socket> open(int protocol);
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket();

  /// One request; `each` gets the answers before the acknowledgement.
  Outcome<void> request(Message& message, const Each& each = {});

  /// What follows when the kernel marks a dump as interrupted (NLM_F_DUMP_INTR).
  enum class Interrupted : std::uint8_t {
    again,     ///< from the start, 20 times at most
    accepted,  ///< what changed meanwhile may be missing, or come twice
  };
  /// A dump. `restart` forgets what `each` was given so far.
  Outcome<void> dump(Message& message, const std::function<void()>& restart, const Each& each,
                     Interrupted interrupted = Interrupted::again);

  /// Sends the messages as one datagram, in order. Only the last one asks for an acknowledgement;
  /// the kernel speaks up by itself about those it refuses, and carries on.
  Outcome<std::vector<Refused>> batch(std::span<Message> messages);

  /// As `batch`, a datagram each, for messages too large to share one.
  Outcome<std::vector<Refused>> pipeline(std::span<Message> messages);

  /// Overwrites the receive buffer, which may have held a private key.
  void wipe();

  [[nodiscard]] int fd() const;
  Outcome<void> join(std::span<const unsigned> groups);
  /// Non-blocking. False: nothing is there. ENOBUFS: notifications were lost. What does not come
  /// from the kernel is skipped.
  Outcome<bool> receive_notification(const EachNotified& each);
  /// As others see it in notifications.
  [[nodiscard]] std::uint32_t port() const;

 private:
  explicit Socket(mnl_socket* handle);
  enum class Step : std::uint8_t { more, done, interrupted };
  Outcome<void> send(Bytes bytes);
  Outcome<Bytes> receive();
  Outcome<Step> dump_once(Message& message, const Each& each);
  Outcome<std::vector<Refused>> acknowledgements(std::uint32_t first, std::size_t count);
  void number(std::span<Message> messages);

  mnl_socket* handle_ = nullptr;
  std::uint32_t sequence_ = 0;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace kaido::netlink
