#include "server.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace kaido::test {
namespace {

void drop(int& fd) {
  const int old = std::exchange(fd, -1);
  if (old >= 0) close(old);
}

}  // namespace

Server::Server() {
  std::array<char, 32> folder{"/tmp/contract-portal-XXXXXX"};
  if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = folder.data();
  path_ = folder_ + "/kaidod.sock";
  start();
}

Server::~Server() {
  stop();
  rmdir(folder_.c_str());
}

void Server::start() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path_.data(), path_.size());
  listener_ = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(listener_, 1) != 0)
    throw std::runtime_error("cannot listen");
}

void Server::stop() {
  drop(listener_);
  drop(peer_);
  unlink(path_.c_str());
  unsent_.clear();
  answers_.clear();
}

void Server::run() {
  if (peer_ < 0) peer_ = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (peer_ < 0) return;
  while (!unsent_.empty()) {
    const auto& next = unsent_.front();
    if (::send(peer_, next.data(), next.size(), MSG_NOSIGNAL) < 0) break;
    unsent_.pop_front();
  }
  std::array<std::byte, portal::kLargest + 1> bytes{};
  while (!deaf) {
    const auto got = recv(peer_, bytes.data(), bytes.size(), 0);
    if (got <= 0) break;
    auto packet = portal::decode(std::span(bytes).first(static_cast<std::size_t>(got)));
    if (!packet) throw std::runtime_error("not a packet");
    answers_.push_back(*std::move(packet));
  }
}

void Server::ask(const portal::Packet& packet) {
  const auto bytes = portal::encode(packet);
  if (!bytes) throw std::runtime_error("not a question");
  send(bytes->reveal_text());
}

void Server::send(std::string_view bytes) { unsent_.emplace_back(bytes); }

}  // namespace kaido::test
