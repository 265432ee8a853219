#include "kernel_world.hpp"

#include <net/if.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>

#include "lines/reflector.hpp"

namespace kaido::test {
namespace {

class LiarWorld final : public KernelWorld {
 public:
  void set_hub(Hub hub) override { hub_ = hub; }

 private:
  void run_hub() override {
    for (const auto& heard : reflector_.read()) act(heard);
  }
  int hub_fd() override { return reflector_.fd(); }

  void act(Reflector::Heard heard) {
    if (hub_ == Hub::deaf) return;
    auto reply = reflector_.honest(heard);
    switch (hub_) {
      case Hub::deaf:
      case Hub::mute:
        return;
      case Hub::honest:
        break;
      case Hub::other_source:
        heard.to = Lines::hub_address(1);
        break;
      case Hub::other_port:
        return liar_.answer(heard, reply);
      case Hub::other_device:
        return_by_other();
        lines().hub().run([&] { heard.interface = if_nametoindex(Lines::hub_device(1).c_str()); });
        break;
      case Hub::other_sequence:
        reply.sender_sequence += 1000;
        break;
      case Hub::twice:
        reflector_.answer(heard, reply);
        break;
    }
    reflector_.answer(heard, reply);
  }

  Reflector reflector_{lines().hub()};
  Reflector liar_{lines().hub(), Reflector::kPort + 1};
  Hub hub_ = Hub::honest;
};

}  // namespace

KernelWorld::KernelWorld() : lines_(2) {
  lines_.site().run([this] {
    auto opened = stamp_prober::Prober::open(Reflector::kPort);
    if (!opened) throw std::runtime_error(opened.error().to_string());
    port_ = std::move(*opened);
  });
}

bool KernelWorld::run_until(std::vector<ProbeReply>& replies, const std::function<bool()>& done) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (true) {
    run_hub();
    port_->receive(replies);
    if (done()) return true;
    std::array<pollfd, 2> watched{{{hub_fd(), POLLIN, 0}, {port_->fd(), POLLIN, 0}}};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        limit - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    poll(watched.data(), watched.size(), static_cast<int>(left.count()));
  }
}

std::string KernelWorld::obstacle() {
  if (geteuid() != 0) return "only root may make network namespaces";
  try {
    const Namespace probe;
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

const WorldKind kKernelWorld{"Kernel", &KernelWorld::obstacle, []() -> std::unique_ptr<World> {
                               return std::make_unique<LiarWorld>();
                             }};

}  // namespace kaido::test
