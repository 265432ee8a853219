// kaido-reflector at the hub. It is honest: what is to go wrong goes wrong on the lines.
#include <fmt/format.h>
#include <unistd.h>

#include <stdexcept>

#include "kernel_world.hpp"
#include "lines/program.hpp"
#include "lines/reflector.hpp"

namespace kaido::test {
namespace {

class ProgramWorld final : public KernelWorld {
 public:
  ProgramWorld() {
    const auto socket = fmt::format("/tmp/contract-path-prober-{}.sock", getpid());
    reflector_.emplace(
        lines().hub(),
        std::vector<std::string>{KAIDO_REFLECTOR, "--listen",
                                 fmt::format("[::]:{}", Reflector::kPort), "--socket", socket});
    reflector_->await("answering probes");
    unlink(socket.c_str());  // nobody is to connect
  }
  void set_hub(Hub hub) override {
    lines().pass_port(Reflector::kPort, hub != Hub::deaf, hub != Hub::mute);
    if (hub == Hub::other_device) return_by_other();
    if (hub > Hub::other_device) throw std::logic_error("kaido-reflector does not lie");
  }

 private:
  std::optional<Program> reflector_;
};

}  // namespace

const WorldKind kProgramWorld{"Program", &KernelWorld::obstacle, []() -> std::unique_ptr<World> {
                                return std::make_unique<ProgramWorld>();
                              }};

}  // namespace kaido::test
