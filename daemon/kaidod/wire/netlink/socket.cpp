#include "wire/netlink/socket.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "wire/netlink/frames.hpp"

namespace kaido::netlink {
namespace {

constexpr std::size_t kReceiveBuffer = 64UZ * 1024;  // the kernel's dumps use 32 KiB at most
constexpr int kSocketBuffer = 8 * 1024 * 1024;
constexpr int kDumpAttempts = 20;
constexpr timeval kTimeout{.tv_sec = 5, .tv_usec = 0};

std::unexpected<Refusal> local_failure(int code) {
  // A receive that ran into SO_RCVTIMEO reports EAGAIN, which says nothing to a reader.
  return std::unexpected(Refusal{.code = code == EAGAIN ? ETIMEDOUT : code, .local = true});
}

}  // namespace

Socket::Socket(mnl_socket* handle) : handle_(handle), buffer_(kReceiveBuffer) {}

Socket::Socket(Socket&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)),
      sequence_(other.sequence_),
      buffer_(std::move(other.buffer_)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(sequence_, other.sequence_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

Socket::~Socket() {
  if (handle_ != nullptr) mnl_socket_close(handle_);
}

Outcome<Socket> Socket::open(int protocol) {
  auto* handle = mnl_socket_open2(protocol, SOCK_CLOEXEC);
  if (handle == nullptr) return local_failure(errno);
  Socket socket(handle);
  if (mnl_socket_bind(handle, 0, MNL_SOCKET_AUTOPID) < 0) return local_failure(errno);
  const int fd = socket.fd();
  const int on = 1;
  // None of these is indispensable: an older kernel only says less, or is read with more work.
  mnl_socket_setsockopt(handle, NETLINK_EXT_ACK, const_cast<int*>(&on), sizeof(on));
  mnl_socket_setsockopt(handle, NETLINK_CAP_ACK, const_cast<int*>(&on), sizeof(on));
  mnl_socket_setsockopt(handle, NETLINK_GET_STRICT_CHK, const_cast<int*>(&on), sizeof(on));
  for (const auto& [force, plain] :
       {std::pair{SO_RCVBUFFORCE, SO_RCVBUF}, std::pair{SO_SNDBUFFORCE, SO_SNDBUF}}) {
    if (setsockopt(fd, SOL_SOCKET, force, &kSocketBuffer, sizeof(kSocketBuffer)) < 0)
      setsockopt(fd, SOL_SOCKET, plain, &kSocketBuffer, sizeof(kSocketBuffer));
  }
  if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &kTimeout, sizeof(kTimeout)) < 0)
    return local_failure(errno);
  return socket;
}

int Socket::fd() const { return mnl_socket_get_fd(handle_); }

void Socket::wipe() { explicit_bzero(buffer_.data(), buffer_.size()); }

Outcome<void> Socket::send(Bytes bytes) {
  if (mnl_socket_sendto(handle_, bytes.data(), bytes.size()) < 0) return local_failure(errno);
  return {};
}

Outcome<Bytes> Socket::receive() {
  ssize_t size = -1;
  do {
    size = mnl_socket_recvfrom(handle_, buffer_.data(), buffer_.size());
  } while (size < 0 && errno == EINTR);
  if (size < 0) return local_failure(errno);
  return Bytes(buffer_).first(static_cast<std::size_t>(size));
}

void Socket::number(std::span<Message> messages) {
  for (auto& message : messages) message.head()->nlmsg_seq = ++sequence_;
}

Outcome<void> Socket::request(Message& message, const Each& each) {
  message.head()->nlmsg_flags |= NLM_F_ACK;
  number(std::span(&message, 1));
  if (auto sent = send(message.bytes()); !sent) return sent;
  while (true) {
    const auto datagram = receive();
    if (!datagram) return std::unexpected(datagram.error());
    std::optional<Refusal> end;
    for_each_message(*datagram, [&](const nlmsghdr& header, Bytes payload) {
      if (header.nlmsg_seq != sequence_) return true;
      if (header.nlmsg_type == NLMSG_ERROR) {
        end = parse_error(header, payload);
        return false;
      }
      if (each) each(header.nlmsg_type, payload);
      return true;
    });
    if (end && end->code != 0) return std::unexpected(*end);
    if (end) return {};
  }
}

Outcome<Socket::Step> Socket::dump_once(Message& message, const Each& each) {
  number(std::span(&message, 1));
  if (auto sent = send(message.bytes()); !sent) return std::unexpected(sent.error());
  bool interrupted = false;
  while (true) {
    const auto datagram = receive();
    if (!datagram) return std::unexpected(datagram.error());
    std::optional<Refusal> end;
    for_each_message(*datagram, [&](const nlmsghdr& header, Bytes payload) {
      if (header.nlmsg_seq != sequence_) return true;
      interrupted = interrupted || (header.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
      if (header.nlmsg_type == NLMSG_ERROR) {
        end = parse_error(header, payload);
      } else if (header.nlmsg_type == NLMSG_DONE) {
        end = Refusal{.code = -value_at_start<std::int32_t>(payload).value_or(0)};
      } else {
        each(header.nlmsg_type, payload);
      }
      return !end.has_value();
    });
    if (end && end->code != 0) return std::unexpected(*end);
    if (end) return interrupted ? Step::interrupted : Step::done;
  }
}

Outcome<void> Socket::dump(Message& message, const std::function<void()>& restart, const Each& each,
                           Interrupted interrupted) {
  message.head()->nlmsg_flags |= NLM_F_DUMP;
  for (int attempt = 0; attempt < kDumpAttempts; ++attempt) {
    restart();
    const auto step = dump_once(message, each);
    if (!step) return std::unexpected(step.error());
    if (*step == Step::done || interrupted == Interrupted::accepted) return {};
  }
  return std::unexpected(Refusal{.code = EINTR, .local = true, .text = "the state keeps changing"});
}

Outcome<std::vector<Socket::Refused>> Socket::batch(std::span<Message> messages) {
  if (messages.empty()) return {};
  number(messages);
  messages.back().head()->nlmsg_flags |= NLM_F_ACK;
  std::vector<std::uint8_t> datagram;
  for (const auto& message : messages) {
    const auto bytes = message.bytes();
    datagram.insert(datagram.end(), bytes.begin(), bytes.end());
    datagram.resize(NLMSG_ALIGN(datagram.size()));
  }
  if (auto sent = send(datagram); !sent) return std::unexpected(sent.error());
  return acknowledgements(messages.front().head()->nlmsg_seq, messages.size());
}

Outcome<std::vector<Socket::Refused>> Socket::pipeline(std::span<Message> messages) {
  if (messages.empty()) return {};
  number(messages);
  messages.back().head()->nlmsg_flags |= NLM_F_ACK;
  for (const auto& message : messages)
    if (auto sent = send(message.bytes()); !sent) return std::unexpected(sent.error());
  return acknowledgements(messages.front().head()->nlmsg_seq, messages.size());
}

Outcome<std::vector<Socket::Refused>> Socket::acknowledgements(std::uint32_t first,
                                                               std::size_t count) {
  std::vector<Refused> refused;
  for (bool done = false; !done;) {
    const auto datagram = receive();
    if (!datagram) return std::unexpected(datagram.error());
    for_each_message(*datagram, [&](const nlmsghdr& header, Bytes payload) {
      const std::size_t index = header.nlmsg_seq - first;  // wraps, far out of range, when older
      if (header.nlmsg_type != NLMSG_ERROR || index >= count) return true;
      auto refusal = parse_error(header, payload);
      if (refusal.code != 0) refused.push_back({index, std::move(refusal)});
      done = index + 1 == count;
      return !done;
    });
  }
  return refused;
}

Outcome<void> Socket::join(std::span<const unsigned> groups) {
  for (auto group : groups)
    if (mnl_socket_setsockopt(handle_, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
      return local_failure(errno);
  return {};
}

Outcome<bool> Socket::receive_notification(const EachNotified& each) {
  sockaddr_nl from{};
  socklen_t from_size = sizeof(from);
  const auto size = recvfrom(fd(), buffer_.data(), buffer_.size(), MSG_DONTWAIT | MSG_TRUNC,
                             reinterpret_cast<sockaddr*>(&from), &from_size);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (size < 0) return std::unexpected(Refusal{.code = errno, .local = true});
  if (from.nl_pid != 0) return true;  // not the kernel's
  const auto length = static_cast<std::size_t>(size);
  if (length > buffer_.size()) return std::unexpected(Refusal{.code = ENOBUFS, .local = true});
  for_each_message(Bytes(buffer_).first(length), [&](const nlmsghdr& header, Bytes payload) {
    each(header.nlmsg_type, header.nlmsg_pid, payload);
    return true;
  });
  return true;
}

std::uint32_t Socket::port() const { return mnl_socket_get_portid(handle_); }

}  // namespace kaido::netlink
