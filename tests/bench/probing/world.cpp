#include "world.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <set>
#include <stdexcept>

extern char** environ;

namespace kaido::bench {

void require(bool holds, const std::string& what) {
  if (holds) return;
  throw std::runtime_error(what);  // and on the way out the reflector is stopped
}

bool report(const char* bench, double ratio, double limit, const std::string& more) {
  const bool good = ratio <= limit;
  fmt::print("{{\"bench\":\"{}\",\"ratio\":{:.4f},\"limit\":{},{},\"ok\":{}}}\n", bench, ratio,
             limit, more, good);
  std::fflush(stdout);
  return good;
}

World::World(std::size_t wires) {
  make_wires(wires);
  start_reflector();
  site_.run([this] {
    auto opened = stamp_prober::Prober::open(kPort);
    require(opened.has_value(), opened ? "" : opened.error().to_string());
    prober_ = std::move(*opened);
    require(prober_->set_targets(targets_).has_value(), "the targets are refused");
  });
  await_answers();
}

World::~World() {
  if (reflector_ <= 0) return;
  kill(reflector_, SIGTERM);
  waitpid(reflector_, nullptr, 0);
}

void World::make_wires(std::size_t count) {
  for (const auto* each : {&site_, &hub_}) {
    each->set("ipv6/conf/default/accept_dad", "0");
    each->set("ipv6/conf/default/addr_gen_mode", "1");
  }
  std::string at_site;
  std::string at_hub;
  std::string to_hub;
  std::string to_site;
  for (std::size_t i = 0; i < count; ++i) {
    const auto site = fmt::format("fd4b:6169:646f:7::1:{:x}", i + 1);
    const auto hub = fmt::format("fd4b:6169:646f:65::1:{:x}", i + 1);
    at_site += fmt::format(
        "link add p{0} type veth peer name d{0} netns {1}\nlink set p{0} up\n"
        "address add {2}/128 dev p{0}\naddress add fe80::7/64 dev p{0}\n",
        i, hub_.path(), site);
    at_hub += fmt::format(
        "link set d{0} up\naddress add {1}/128 dev d{0}\naddress add fe80::65/64 dev d{0}\n", i,
        hub);
    to_hub += fmt::format("route add {}/128 via fe80::65 dev p{}\n", hub, i);
    to_site += fmt::format("route add {}/128 via fe80::7 dev d{}\n", site, i);
    targets_.push_back({.device = fmt::format("p{}", i),
                        .source = IpAddress::parse(site).value(),
                        .destination = IpAddress::parse(hub).value()});
  }
  site_.ip(at_site);
  hub_.ip(at_hub);
  site_.ip6(to_hub);
  hub_.ip6(to_site);
}

void World::start_reflector() {
  const auto listen = fmt::format("[::]:{}", kPort);
  const auto socket = fmt::format("/tmp/bench-probing-{}.sock", getpid());
  const std::array<const char*, 6> arguments{KAIDO_REFLECTOR, "--listen",     listen.c_str(),
                                             "--socket",      socket.c_str(), nullptr};
  hub_.run([&] {
    require(posix_spawn(&reflector_, KAIDO_REFLECTOR, nullptr, nullptr,
                        const_cast<char**>(arguments.data()), environ) == 0,
            "no kaido-reflector");
  });
}

// Until every path has been answered once: neighbours are known and the reflector is there.
void World::await_answers() {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(15);
  std::set<std::size_t> answered;
  while (answered.size() < targets_.size()) {
    require(std::chrono::steady_clock::now() < limit, "kaido-reflector does not answer");
    std::vector<OutgoingProbe> probes;
    for (std::size_t i = 0; i < targets_.size(); ++i)
      if (!answered.contains(i)) probes.push_back({.path = i, .sequence = next_sequence()});
    prober_->send(probes);
    pollfd readable{.fd = prober_->fd(), .events = POLLIN};
    poll(&readable, 1, 100);
    std::vector<ProbeReply> replies;
    prober_->receive(replies);
    for (const auto& reply : replies) answered.insert(reply.path);
  }
}

}  // namespace kaido::bench
