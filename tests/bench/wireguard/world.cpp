#include "world.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <random>

#include "bench/figures.hpp"

extern char** environ;

namespace kaido::bench {
namespace {

int run(const std::array<const char*, 5>& arguments) {
  pid_t pid = 0;
  if (posix_spawnp(&pid, arguments[0], nullptr, nullptr, const_cast<char**>(arguments.data()),
                   environ) != 0)
    return -1;
  int status = 0;
  return waitpid(pid, &status, 0) == pid ? status : -1;
}

std::string configuration(const WireGuardDevice& device) {
  auto text = fmt::format("[Interface]\nPrivateKey = {}\nListenPort = {}\n",
                          to_base64(device.private_key.reveal()), device.listen_port);
  for (const auto& peer : device.peers) {
    text += fmt::format("[Peer]\nPublicKey = {}\nAllowedIPs = ", to_base64(peer.public_key));
    for (std::size_t i = 0; i < peer.allowed_ips.size(); ++i)
      text += fmt::format("{}{}", i == 0 ? "" : ", ", peer.allowed_ips[i].to_string());
    text += "\n";
  }
  return text;
}

}  // namespace

WireGuardDevice make_device(const std::string& name, unsigned count) {
  std::mt19937_64 random(7);
  const auto key = [&] {
    WireGuardKey bytes;
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
  };
  WireGuardDevice device{.name = name, .private_key = WireGuardPrivateKey(key())};
  device.listen_port = 51801;
  for (unsigned i = 0; i < count; ++i) {
    auto& peer = device.peers.emplace_back();
    peer.public_key = key();
    peer.public_key[31] &= 0x7f;
    peer.allowed_ips = {Prefix::parse(fmt::format("10.{}.{}.0/24", i / 256, i % 256)).value(),
                        Prefix::parse(fmt::format("fd51:{:x}::/64", i + 1)).value()};
  }
  std::ranges::sort(device.peers, {}, &WireGuardPeer::public_key);
  return device;
}

World::World() { require(unshare(CLONE_NEWNET) == 0, "needs root"); }

void World::add_link(const std::string& name) {
  Link link;
  link.name = name;
  link.kind = WireGuardLink{};
  link.alias = kLinkAlias;
  const KernelChange change = CreateLink{link};
  for (const auto& failure : network_.apply(std::span(&change, 1)))
    require(false, failure.error.to_string());
}

void World::remove_link(const std::string& name) {
  WireGuardDevice empty = make_device(name, 0);
  auto change = difference(empty, read(name));
  change.private_key.reset();
  write(change);
  const KernelChange removal = DeleteLink{name};
  for (const auto& failure : network_.apply(std::span(&removal, 1)))
    require(false, failure.error.to_string());
}

ObservedWireGuardDevice World::read(const std::string& device) {
  auto observed = wireguard_.read(device);
  if (!observed) require(false, observed.error().to_string());
  return std::move(*observed);
}

void World::write(const WireGuardChange& change) {
  const auto done = wireguard_.write(change);
  if (!done) require(false, done.error().to_string());
}

double syncconf(const WireGuardDevice& device) {
  std::array<char, 32> path{"/tmp/bench-wireguard-XXXXXX"};
  const int fd = mkostemp(path.data(), O_CLOEXEC);  // 0600
  require(fd >= 0, "no temporary file");
  const auto text = configuration(device);
  const bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(fd);
  const auto start = std::chrono::steady_clock::now();
  const int status = run({"wg", "syncconf", device.name.c_str(), path.data(), nullptr});
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  unlink(path.data());
  require(written && status == 0, "wg syncconf failed");
  return elapsed.count();
}

}  // namespace kaido::bench
