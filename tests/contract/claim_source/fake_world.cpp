#include <net/if.h>

#include <algorithm>
#include <ranges>

#include "world.hpp"

namespace kaido::test {
namespace {

class FakeWorld final : public World {
 public:
  ClaimSource& port() override { return port_; }
  bool run_until(const std::function<bool()>& done) override {
    while (!done())
      if (!port_.pump()) return done();
    return true;
  }
  void stop_reflector() override { port_.stop_reflector(); }
  void start_reflector() override { port_.start_reflector(); }
  void hear(reflector::Message claim) override {
    claim.interface = if_nametoindex("lo");
    port_.hear(claim, "lo");
  }
  void fall_silent(const reflector::SiteKey& site) override { port_.fall_silent(site); }
  std::optional<Applied> applied(const reflector::SiteKey& site) override {
    const auto last = std::ranges::find(std::views::reverse(port_.heard()), site, &Applied::site);
    if (last == port_.heard().rend()) return {};
    return *last;
  }

 private:
  fake::ClaimSource port_;
};

}  // namespace

const WorldKind kFakeWorld{
    "Fake", [] { return std::string(); },
    []() -> std::unique_ptr<World> { return std::make_unique<FakeWorld>(); }};

}  // namespace kaido::test
