#include "flood.hpp"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>

namespace kaido::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kOfSource = 10;
constexpr std::uint32_t kFirstSource = 0x7f640001;  // 127.100.0.1
constexpr std::size_t kGarbage = 600;               // bytes
constexpr int kTick = 20;                           // ms

sockaddr_in loopback(std::uint32_t address, std::uint16_t port) {
  sockaddr_in made{};
  made.sin_family = AF_INET;
  made.sin_port = htons(port);
  made.sin_addr.s_addr = htonl(address);
  return made;
}
const sockaddr* plain(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

Flood::Flood(std::uint16_t port, std::size_t count)
    : port_(port), sockets_(count), waiting_(epoll_create1(EPOLL_CLOEXEC)) {
  if (!waiting_) throw std::runtime_error("no epoll");
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Flood::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto next = Clock::now() + std::chrono::seconds(1);
    for (std::size_t i = 0; i < sockets_.size() && !stop.stop_requested(); ++i) {
      if (!sockets_[i]) open(i);
      speak(i);
    }
    while (Clock::now() < next && !stop.stop_requested()) look();
  }
}

void Flood::open(std::size_t index) {
  Descriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) throw std::runtime_error("no socket");
  const auto from = loopback(kFirstSource + static_cast<std::uint32_t>(index / kOfSource), 0);
  const auto to = loopback(INADDR_LOOPBACK, port_);
  if (bind(fd.get(), plain(from), sizeof(from)) != 0) return;
  (void)connect(fd.get(), plain(to), sizeof(to));
  epoll_event event{.events = EPOLLIN | EPOLLRDHUP, .data = {.u64 = index}};
  epoll_ctl(waiting_.get(), EPOLL_CTL_ADD, fd.get(), &event);
  sockets_[index] = std::move(fd);
  ++opened_;
  most_ = std::max<std::size_t>(most_, ++open_);
}

void Flood::speak(std::size_t index) {
  if (!sockets_[index] || index % 3 == 0) return;
  std::array<char, kGarbage> bytes{};
  bytes[0] = 0x16;  // as a TLS record begins, slowly
  const auto size = index % 3 == 1 ? 1 : bytes.size();
  if (size > 1) std::ranges::generate(bytes, [this] { return static_cast<char>(chance_()); });
  (void)::send(sockets_[index].get(), bytes.data(), size, MSG_NOSIGNAL);
}

void Flood::close(std::size_t index) {
  if (!sockets_[index]) return;
  sockets_[index] = {};
  --open_;
}

void Flood::look() {
  std::array<epoll_event, 256> events{};
  const int count =
      epoll_wait(waiting_.get(), events.data(), static_cast<int>(events.size()), kTick);
  for (int i = 0; i < count; ++i) close(events.at(static_cast<std::size_t>(i)).data.u64);
}

}  // namespace kaido::test
