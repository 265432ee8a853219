#include <net/if.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>

#include "adapters/stamp/prober.hpp"
#include "lines/lines.hpp"
#include "lines/reflector.hpp"
#include "world.hpp"

namespace kaido::test {
namespace {

class RealWorld final : public World {
 public:
  RealWorld() : lines_(2), reflector_(lines_.hub()), liar_(lines_.hub(), Reflector::kPort + 1) {
    lines_.site().run([this] {
      auto opened = stamp_prober::Prober::open(Reflector::kPort);
      if (!opened) throw std::runtime_error(opened.error().to_string());
      port_ = std::move(*opened);
    });
  }
  kaido::PathProber& port() override { return *port_; }

  bool run_until(std::vector<ProbeReply>& replies, const std::function<bool()>& done) override {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (true) {
      for (const auto& heard : reflector_.read()) act(heard);
      port_->receive(replies);
      if (done()) return true;
      std::array<pollfd, 2> watched{{{reflector_.fd(), POLLIN, 0}, {port_->fd(), POLLIN, 0}}};
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          limit - std::chrono::steady_clock::now());
      if (left.count() <= 0) return false;
      poll(watched.data(), watched.size(), static_cast<int>(left.count()));
    }
  }
  std::vector<ProbeTarget> targets() override {
    return {{"p0", Lines::site_address(0), Lines::hub_address(0), true},
            {"p1", Lines::site_address(1), Lines::hub_address(1), true},
            {"p0", Lines::site_address4(), Lines::hub_address4(), false}};
  }
  void set_hub(Hub hub) override { hub_ = hub; }
  void return_by_other() override { lines_.return_by(0, 1); }
  void set_middle_mtu(std::uint16_t mtu) override { lines_.set_middle_mtu(0, mtu); }
  void set_device_mtu(std::uint16_t mtu) override { lines_.set_site_mtu(0, mtu); }
  void remove_device() override { lines_.remove_device(0); }
  void make_device() override { lines_.make_device(0); }

 private:
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
        lines_.return_by(0, 1);
        lines_.hub().run([&] { heard.interface = if_nametoindex(Lines::hub_device(1).c_str()); });
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

  Lines lines_;
  Reflector reflector_;
  Reflector liar_;
  std::unique_ptr<stamp_prober::Prober> port_;
  Hub hub_ = Hub::honest;
};

std::string obstacle() {
  if (geteuid() != 0) return "only root may make network namespaces";
  try {
    const Namespace probe;
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

}  // namespace

const WorldKind kRealWorld{
    "Kernel", &obstacle, []() -> std::unique_ptr<World> { return std::make_unique<RealWorld>(); }};

}  // namespace kaido::test
