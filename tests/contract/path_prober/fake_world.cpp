#include <algorithm>

#include "adapters/fake/path_prober.hpp"
#include "lines/lines.hpp"
#include "world.hpp"

namespace kaido::test {
namespace {

class FakeWorld final : public World {
 public:
  FakeWorld() {
    port_.set_network([this](const OutgoingProbe& probe, const ProbeTarget& target) {
      return carry(probe, target);
    });
  }
  kaido::PathProber& port() override { return port_; }
  bool run_until(std::vector<ProbeReply>& replies, const std::function<bool()>& done) override {
    port_.receive(replies);
    return done();
  }
  std::vector<ProbeTarget> targets() override {
    return {{"p0", Lines::site_address(0), Lines::hub_address(0), true},
            {"p1", Lines::site_address(1), Lines::hub_address(1), true},
            {"p0", Lines::site_address4(), Lines::hub_address4(), false}};
  }
  void set_hub(Hub hub) override { hub_ = hub; }
  void return_by_other() override { return_by_other_ = true; }
  void set_middle_mtu(std::uint16_t mtu) override { mtu_ = mtu; }
  void set_device_mtu(std::uint16_t mtu) override { mtu_ = mtu; }
  void remove_device() override { port_.set_device("p0", false); }
  void make_device() override { port_.set_device("p0", true); }

 private:
  using Frames = std::vector<fake::PathProber::Frame>;
  Frames carry(const OutgoingProbe& probe, const ProbeTarget& target) {
    if (target.device == "p0" && probe.size > mtu_) return {};
    if (probe.echo) {
      auto frame = port_.answer(probe, Duration::zero());
      if (return_by_other_) frame.device = "p1";
      return {frame};
    }
    if (hub_ == Hub::deaf) return {};
    auto frame = port_.answer(probe, Duration::zero());
    switch (hub_) {
      case Hub::honest:
        return {frame};
      case Hub::deaf:
      case Hub::mute:
        return {};
      case Hub::other_source:
      case Hub::other_port:  // the fake knows no ports
        frame.source = Lines::hub_address(1);
        return {frame};
      case Hub::other_device:
        frame.device = "p1";
        return {frame};
      case Hub::other_sequence:
        frame.reply.sequence += 1000;
        return {frame};
      case Hub::twice:
        return {frame, frame};
    }
    return {};
  }

  fake::PathProber port_;
  Hub hub_ = Hub::honest;
  bool return_by_other_ = false;
  std::uint16_t mtu_ = 1500;
};

}  // namespace

const WorldKind kFakeWorld{
    "Fake", [] { return std::string(); },
    []() -> std::unique_ptr<World> { return std::make_unique<FakeWorld>(); }};

}  // namespace kaido::test
