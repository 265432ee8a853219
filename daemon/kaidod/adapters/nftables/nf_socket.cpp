#include "adapters/nftables/nf_socket.hpp"

#include <fmt/format.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>

namespace kaido::nftables {
namespace {

constexpr timeval kPatience{.tv_sec = 5, .tv_usec = 0};
constexpr std::size_t kRoom = 65536;  // bytes; the kernel's datagrams have at most 32 KiB
constexpr int kTries = 5;             // while others write in the same moment

std::unexpected<Error> failed(const char* what, int error) {
  const bool denied = error == EPERM || error == EACCES;
  return failure(denied ? Condition::permission_denied : Condition::firewall_refused,
                 fmt::format("nf_tables, {}: {}", what, std::strerror(error)));
}

class NfSocket {
 public:
  explicit NfSocket(std::size_t largest)
      : fd_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER)) {
    if (fd_ < 0) {
      unopened_ = errno;
      return;
    }
    const int on = 1;
    const int size = static_cast<int>(2 * largest);
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
    setsockopt(fd_, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
    setsockopt(fd_, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
  }
  ~NfSocket() {
    if (fd_ >= 0) close(fd_);
  }
  NfSocket(const NfSocket&) = delete;
  NfSocket& operator=(const NfSocket&) = delete;

  /// 0, or an errno.
  [[nodiscard]] int send(const Datagram& bytes) const {
    if (fd_ < 0) return unopened_;
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    const auto sent = sendto(fd_, bytes.data(), bytes.size(), 0,
                             reinterpret_cast<const sockaddr*>(&kernel), sizeof(kernel));
    return sent < 0 ? errno : 0;
  }

  /// The next datagram of the kernel's.
  Answered receive() {
    while (true) {
      sockaddr_nl from{};
      socklen_t from_size = sizeof(from);
      const auto size = recvfrom(fd_, room_.data(), room_.size(), MSG_TRUNC,
                                 reinterpret_cast<sockaddr*>(&from), &from_size);
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) return {.error = errno == EAGAIN ? ETIMEDOUT : errno};
      if (from.nl_pid != 0) continue;  // not the kernel
      if (static_cast<std::size_t>(size) > room_.size()) return {.error = EMSGSIZE};
      return parse({room_.data(), static_cast<std::size_t>(size)});
    }
  }

 private:
  int fd_;
  int unopened_ = 0;  ///< why there is no socket
  Datagram room_ = Datagram(kRoom);
};

/// EINTR: the set changed while it was read.
int list(const std::string& set, std::vector<KernelElement>& elements) {
  const auto request = elements_request(set);
  NfSocket socket(request.size());
  if (const int error = socket.send(request); error != 0) return error;
  bool interrupted = false;
  while (true) {
    auto answer = socket.receive();
    if (answer.error != 0) return answer.error;
    interrupted |= answer.interrupted;
    std::ranges::move(answer.elements, std::back_inserter(elements));
    if (answer.done) return interrupted ? EINTR : 0;
  }
}

/// An errno; ERESTART: `generation` is not the newest any more.
int commit_once(const std::vector<SetChange>& changes, Firewall::Generation generation) {
  const auto batch = change_batch(changes, generation);
  NfSocket socket(batch.bytes.size());
  if (const int error = socket.send(batch.bytes); error != 0) return error;
  for (std::size_t done = 0; done < batch.acknowledged;) {
    const auto answer = socket.receive();
    if (answer.error != 0) return answer.error;
    done += answer.acknowledged;
  }
  return 0;
}

}  // namespace

Result<Firewall::Generation> read_generation() {
  const auto request = generation_request();
  NfSocket socket(request.size());
  if (const int error = socket.send(request); error != 0) return failed("generation", error);
  const auto answer = socket.receive();
  if (answer.error != 0) return failed("generation", answer.error);
  if (!answer.generation) return failed("generation", EBADMSG);
  return *answer.generation;
}

Result<std::vector<KernelElement>> read_elements(const std::string& set) {
  int error = EINTR;
  for (int i = 0; i < kTries && error == EINTR; ++i) {
    std::vector<KernelElement> elements;
    error = list(set, elements);
    if (error == 0) return elements;
  }
  return failed(("set " + set).c_str(), error);
}

Result<Firewall::Generation> commit(const std::vector<SetChange>& changes) {
  if (std::ranges::all_of(changes, &SetChange::empty)) return read_generation();
  int error = ERESTART;
  for (int i = 0; i < kTries && error == ERESTART; ++i) {
    const auto generation = read_generation();
    if (!generation) return std::unexpected(generation.error());
    error = commit_once(changes, *generation);
    if (error == 0) return next(*generation);
  }
  return failed("a change of elements", error);
}

}  // namespace kaido::nftables
