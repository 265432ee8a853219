// The prober on the kernel, at one end of two lines; the hub at their other end is a subclass's.
#pragma once

#include <memory>

#include "adapters/stamp/prober.hpp"
#include "lines/lines.hpp"
#include "world.hpp"

namespace kaido::test {

class KernelWorld : public World {
 public:
  kaido::PathProber& port() override { return *port_; }
  bool run_until(std::vector<ProbeReply>& replies, const std::function<bool()>& done) override;
  std::vector<ProbeTarget> targets() override {
    return {{"p0", Lines::site_address(0), Lines::hub_address(0), true},
            {"p1", Lines::site_address(1), Lines::hub_address(1), true},
            {"p0", Lines::site_address4(), Lines::hub_address4(), false}};
  }
  void return_by_other() override { lines_.return_by(0, 1); }
  void set_middle_mtu(std::uint16_t mtu) override { lines_.set_middle_mtu(0, mtu); }
  void set_device_mtu(std::uint16_t mtu) override { lines_.set_site_mtu(0, mtu); }
  void remove_device() override { lines_.remove_device(0); }
  void make_device() override { lines_.make_device(0); }

  /// Why none can be made here, or "".
  static std::string obstacle();

 protected:
  KernelWorld();
  [[nodiscard]] const Lines& lines() const { return lines_; }
  /// Lets the hub answer what waits.
  virtual void run_hub() {}
  /// Readable when something waits for run_hub(); -1: never.
  virtual int hub_fd() { return -1; }

 private:
  Lines lines_;
  std::unique_ptr<stamp_prober::Prober> port_;
};

}  // namespace kaido::test
