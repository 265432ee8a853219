#include <boost/asio/io_context.hpp>
#include <chrono>

#include "adapters/portal_link/link.hpp"
#include "server.hpp"
#include "world.hpp"

namespace kaido::test {
namespace {

class SocketWorld final : public World {
 public:
  Portal& port() override { return port_; }
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
  void stop_portal() override { server_.stop(); }
  void start_portal() override { server_.start(); }
  void ask(const portal::Packet& packet) override { server_.ask(packet); }
  const std::vector<portal::Packet>& answers() override { return server_.answers(); }

 private:
  Server server_;
  boost::asio::io_context io_;
  portal_link::Link port_{io_, server_.path()};
};

}  // namespace

const WorldKind kSocketWorld{
    "Socket", []() -> std::unique_ptr<World> { return std::make_unique<SocketWorld>(); }};

}  // namespace kaido::test
