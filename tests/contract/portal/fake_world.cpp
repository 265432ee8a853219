#include "adapters/fake/portal.hpp"
#include "world.hpp"

namespace kaido::test {
namespace {

class FakeWorld final : public World {
 public:
  Portal& port() override { return port_; }
  bool run_until(const std::function<bool()>& done) override {
    while (!done())
      if (!port_.pump()) return done();
    return true;
  }
  void stop_portal() override { port_.stop_portal(); }
  void start_portal() override { port_.start_portal(); }
  void ask(const portal::Packet& packet) override { port_.ask(packet); }
  const std::vector<portal::Packet>& answers() override { return port_.answers(); }

 private:
  fake::Portal port_;
};

}  // namespace

const WorldKind kFakeWorld{
    "Fake", []() -> std::unique_ptr<World> { return std::make_unique<FakeWorld>(); }};

}  // namespace kaido::test
