#include <net/if.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <ranges>

#include "adapters/reflector_link/link.hpp"
#include "server.hpp"
#include "world.hpp"

namespace kaido::test {
namespace {

class SocketWorld final : public World {
 public:
  ClaimSource& port() override { return port_; }
  bool run_until(const std::function<bool()>& done) override {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!done()) {
      if (std::chrono::steady_clock::now() > limit) return false;
      server_.run();
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(5));  // the server has no handlers of its own
    }
    return true;
  }
  void stop_reflector() override { server_.stop(); }
  void start_reflector() override { server_.start(); }
  void hear(reflector::Message claim) override {
    claim.interface = if_nametoindex("lo");
    server_.tell(claim);
  }
  void fall_silent(const reflector::SiteKey& site) override { server_.tell_silent(site); }
  std::optional<Applied> applied(const reflector::SiteKey& site) override {
    for (const auto& message : std::views::reverse(server_.heard()))
      if (message.kind == reflector::Kind::applied && message.site == site)
        return Applied{message.site, message.epoch, message.generation};
    return {};
  }

 private:
  Server server_;
  boost::asio::io_context io_;
  reflector_link::Link port_{io_, server_.path()};
};

}  // namespace

const WorldKind kSocketWorld{
    "Socket", [] { return std::string(); },
    []() -> std::unique_ptr<World> { return std::make_unique<SocketWorld>(); }};

}  // namespace kaido::test
