#include "login/tcp.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace kaido::cli::login {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds apart{250};  // RFC 8305 §5
constexpr std::size_t most_addresses = 16;

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// What the resolver's thread leaves behind. It cannot be called off, so it owns a share.
struct Lookup {
  std::mutex mutex;
  std::vector<Address> found;
  int fault = 0;  ///< of getaddrinfo(3)
  Descriptor done{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
};

int look_up(const HubUrl& url, std::vector<Address>& found) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | (url.is_address ? AI_NUMERICHOST : 0);
  addrinfo* list = nullptr;
  const int fault = getaddrinfo(url.host.c_str(), std::to_string(url.port).c_str(), &hints, &list);
  if (fault != 0) return fault;
  for (const auto* each = list; each != nullptr && found.size() < most_addresses;
       each = each->ai_next) {
    Address address;
    if (each->ai_addrlen > sizeof address.storage) continue;
    std::memcpy(&address.storage, each->ai_addr, each->ai_addrlen);
    address.size = each->ai_addrlen;
    found.push_back(address);
  }
  freeaddrinfo(list);
  return found.empty() ? EAI_NONAME : 0;
}

/// The families in turn, the resolver's first one first.
std::deque<Address> in_turn(const std::vector<Address>& found) {
  std::deque<Address> first;
  std::deque<Address> second;
  for (const auto& address : found)
    (address.storage.ss_family == found[0].storage.ss_family ? first : second).push_back(address);
  std::deque<Address> result;
  while (!first.empty() || !second.empty()) {
    for (auto* family : {&first, &second}) {
      if (family->empty()) continue;
      result.push_back(family->front());
      family->pop_front();
    }
  }
  return result;
}

Got<std::deque<Address>> resolve(const HubUrl& url, const Wait& wait) {
  std::vector<Address> found;
  int fault = 0;
  if (url.is_address) {
    fault = look_up(url, found);
  } else {
    const auto lookup = std::make_shared<Lookup>();
    std::thread([lookup, url] {
      std::vector<Address> addresses;
      const int result = look_up(url, addresses);
      const std::scoped_lock lock(lookup->mutex);
      lookup->found = std::move(addresses);
      lookup->fault = result;
      eventfd_write(lookup->done.get(), 1);
    }).detach();
    const auto ready = wait_for(lookup->done.get(), POLLIN, wait);
    if (ready == Ready::cancelled) return trouble(Reason::cancelled);
    if (ready == Ready::too_late) return trouble(Reason::no_address, gai_strerror(EAI_AGAIN));
    const std::scoped_lock lock(lookup->mutex);
    found = std::move(lookup->found);
    fault = lookup->fault;
  }
  if (fault != 0) return trouble(Reason::no_address, gai_strerror(fault));
  return in_turn(found);
}

/// Connects to all of them, until one answers.
class Attempts {
 public:
  Attempts(std::deque<Address> addresses, const Wait& wait)
      : waiting_(std::move(addresses)), wait_(wait) {}

  Got<Descriptor> run() {
    for (;;) {
      if (!waiting_.empty() && (open_.empty() || steady_clock::now() >= next_)) start();
      if (open_.empty()) {
        if (waiting_.empty()) return trouble(Reason::not_reached, std::strerror(error_));
        continue;
      }
      auto polled = polled_now();
      const auto until = waiting_.empty() ? wait_.until : std::min(next_, wait_.until);
      const int count = poll(polled.data(), polled.size(), milliseconds_until(until));
      if (count < 0 && errno != EINTR) return trouble(Reason::not_reached, std::strerror(errno));
      if (count > 0) {
        if (polled.back().revents != 0) return trouble(Reason::cancelled);
        if (auto connected = look(polled)) return std::move(*connected);
      }
      if (milliseconds_until(wait_.until) == 0) return trouble(Reason::no_connection);
    }
  }

 private:
  void start() {
    const auto address = waiting_.front();
    waiting_.pop_front();
    Descriptor socket(
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    next_ = steady_clock::now() + apart;
    if (socket && (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address.storage),
                           address.size) == 0 ||
                   errno == EINPROGRESS)) {
      open_.push_back(std::move(socket));
      return;
    }
    error_ = errno;
    next_ = steady_clock::now();
  }

  [[nodiscard]] std::vector<pollfd> polled_now() const {
    std::vector<pollfd> polled;
    polled.reserve(open_.size() + 1);
    for (const auto& socket : open_) polled.push_back({socket.get(), POLLOUT, 0});
    polled.push_back({wait_.cancel, POLLIN, 0});
    return polled;
  }

  /// The first that is connected; those that failed are dropped.
  std::optional<Descriptor> look(const std::vector<pollfd>& polled) {
    for (std::size_t i = open_.size(); i-- > 0;) {
      if (polled[i].revents == 0) continue;
      int error = 0;
      socklen_t size = sizeof error;
      if (getsockopt(open_[i].get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
      if (error == 0) return std::move(open_[i]);
      error_ = error;
      open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
      next_ = steady_clock::now();
    }
    return std::nullopt;
  }

  std::deque<Address> waiting_;
  Wait wait_;
  std::vector<Descriptor> open_;
  steady_clock::time_point next_;  ///< when the next one is tried
  int error_ = 0;
};

}  // namespace

Got<Descriptor> connect_tcp(const HubUrl& url, const Wait& wait) {
  auto addresses = resolve(url, wait);
  if (!addresses) return std::unexpected(addresses.error());
  auto socket = Attempts(std::move(*addresses), wait).run();
  if (!socket) return socket;
  const int yes = 1;
  // Without it a request only waits a little.
  static_cast<void>(setsockopt(socket->get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes));
  return socket;
}

}  // namespace kaido::cli::login
