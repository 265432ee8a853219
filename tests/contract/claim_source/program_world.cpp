// kaido-reflector itself: sites speak to it by UDP, the port by its socket.
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdlib>
#include <map>
#include <stdexcept>

#include "adapters/reflector_link/link.hpp"
#include "lines/program.hpp"
#include "sites.hpp"
#include "world.hpp"

namespace kaido::test {
namespace {

std::string temporary_folder() {
  std::array<char, 32> folder{"/tmp/contract-claims-XXXXXX"};
  if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
  return folder.data();
}

class ProgramWorld final : public World {
 public:
  ProgramWorld() { start_reflector(); }
  ~ProgramWorld() override {
    unlink(path_.c_str());
    rmdir(folder_.c_str());
  }
  ClaimSource& port() override { return port_; }
  bool run_until(const std::function<bool()>& done) override {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!done()) {
      if (std::chrono::steady_clock::now() > limit) return false;
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(5));  // what `done` asks for may be no event
    }
    return true;
  }
  void stop_reflector() override { reflector_.reset(); }
  void start_reflector() override {
    reflector_.emplace(sites_.where(), std::vector<std::string>{KAIDO_REFLECTOR, "--listen",
                                                                "[::]:0", "--socket", path_});
    const auto number = reflector_->await("answering probes on UDP port ");
    udp_ = static_cast<std::uint16_t>(std::stoi(number));
  }
  void hear(reflector::Message message) override {
    const stamp::Claim claim{.epoch = message.epoch,
                             .generation = message.generation,
                             .hub = message.hub,
                             .transport = message.transport,
                             .slot = message.slot,
                             .carries = message.carries != 0,
                             .size = message.size,
                             .hold = kForEver};
    claims_[message.site] = claim;
    sites_.ask(message.site, udp_, claim);
  }
  void fall_silent(const reflector::SiteKey& site) override {
    auto claim = claims_.at(site);
    claim.hold = kSoon;
    sites_.ask(site, udp_, claim);
  }
  std::optional<Applied> applied(const reflector::SiteKey& site) override {
    const auto reply = sites_.ask(site, udp_, std::nullopt);
    if (reply.applied_epoch == 0) return {};
    return Applied{site, reply.applied_epoch, reply.applied_generation};
  }

 private:
  static constexpr std::uint16_t kForEver = 60'000;  // ms
  static constexpr std::uint16_t kSoon = 50;

  Sites sites_;
  std::string folder_ = temporary_folder();
  std::string path_ = folder_ + "/kaidod.sock";
  std::optional<Program> reflector_;
  std::uint16_t udp_ = 0;
  std::map<reflector::SiteKey, stamp::Claim> claims_;
  boost::asio::io_context io_;
  reflector_link::Link port_{io_, path_};
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

const WorldKind kProgramWorld{"Program", &obstacle, []() -> std::unique_ptr<World> {
                                return std::make_unique<ProgramWorld>();
                              }};

}  // namespace kaido::test
