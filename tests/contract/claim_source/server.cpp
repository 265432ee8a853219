#include "server.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
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
  std::array<char, 32> folder{"/tmp/contract-claims-XXXXXX"};
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
  sites_.clear();
}

void Server::run() {
  if (peer_ < 0) {
    peer_ = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (peer_ < 0) return;
    for (const auto& [site, claim] : sites_) send(claim);
  }
  reflector::Message message;
  while (recv(peer_, &message, sizeof(message), 0) == sizeof(message)) heard_.push_back(message);
}

void Server::send(std::string_view bytes) const {
  if (peer_ >= 0) ::send(peer_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void Server::send(const reflector::Message& message) const {
  send({reinterpret_cast<const char*>(&message), sizeof(message)});
}

void Server::tell(const reflector::Message& claim) {
  sites_[claim.site] = claim;
  send(claim);
}

void Server::tell_silent(const reflector::SiteKey& site) {
  sites_.erase(site);
  reflector::Message message;
  message.kind = reflector::Kind::silent;
  message.site = site;
  send(message);
}

}  // namespace kaido::test
