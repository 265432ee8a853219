// 1,000 IKE connections loaded by the port, against the bare calls in sequence, on one real charon.
// Prints one line of JSON; exit 0 within the limit, 1 beyond it, 77 where no charon can run.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <vector>

#include "adapters/vici/charon.hpp"
#include "adapters/vici/settings.hpp"
#include "bench/figures.hpp"
#include "charon/bare_vici.hpp"
#include "charon/lab.hpp"

namespace kaido {
namespace {

constexpr int kConnections = 1000;
constexpr int kRounds = 9;
constexpr double kLimit = 1.2;

using Clock = std::chrono::steady_clock;
using bench::median;

double milliseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

IkeDesired many(const IkeDesired& one) {
  IkeDesired desired{.credentials = one.credentials, .connections = {}};
  for (int i = 0; i < kConnections; ++i) {
    auto connection = one.connections.front();
    connection.name = fmt::format("kaido-site-{:04}", i);
    connection.remote_addrs.clear();
    connection.remote_id = fmt::format("s1.site{}.example", i);
    connection.if_id = static_cast<std::uint32_t>(i + 1);
    desired.connections.push_back(std::move(connection));
  }
  return desired;
}

/// One port in one loop, as kaidod has it.
class Port {
 public:
  explicit Port(const std::string& socket) : charon_(io_, socket) {
    charon_.start(
        [this](const IkeEvent& event) { up_ |= std::holds_alternative<CharonUp>(event); });
    while (!up_) io_.run_one();
  }
  void load(const IkeDesired& desired) {
    std::optional<Result<std::vector<std::string>>> outcome;
    charon_.reconcile(desired, [&](auto result) { outcome = std::move(result); });
    while (!outcome) io_.run_one();
    if (!*outcome) throw std::runtime_error(outcome->error().to_string());
  }

 private:
  boost::asio::io_context io_;
  vici::Charon charon_;
  bool up_ = false;
};

void expect_success(const vici::Section& answer) {
  if (answer.get("success") == "no") throw std::runtime_error(std::string(answer.get("errmsg")));
}

double with_kaido(const std::string& socket, const IkeDesired& desired) {
  Port port(socket);
  const auto begin = Clock::now();
  port.load(desired);
  return milliseconds(Clock::now() - begin);
}

double bare(const std::string& socket, const IkeDesired& desired) {
  test::BareVici charon(socket);
  const auto begin = Clock::now();
  for (const auto& command : vici::load_credentials(desired.credentials))
    expect_success(charon.command(command.name, command.message));
  for (const auto& connection : desired.connections)
    expect_success(charon.command("load-conn", vici::load_conn(connection)));
  return milliseconds(Clock::now() - begin);
}

void unload_all(const std::string& socket) {
  test::BareVici charon(socket);
  const auto present = charon.command("get-conns");
  for (const auto& name : present.list("conns")) {
    vici::Section message;
    message.add("name", name);
    expect_success(charon.command("unload-conn", message));
  }
  charon.command("clear-creds");
}

int run() {
  if (const auto obstacle = test::CharonDaemon::obstacle(); !obstacle.empty()) {
    fmt::print(stderr, "bench-vici: no charon: {}\n", obstacle);
    return 77;
  }
  test::Lab lab;
  lab.site().start();
  const auto socket = lab.site().socket();
  const auto desired = many(lab.site_desired());
  bare(socket, desired);  // warms charon's caches for both
  unload_all(socket);
  std::vector<double> kaido_times;
  std::vector<double> bare_times;
  std::vector<double> ratios;  // of neighbours in time: a busy machine slows both
  for (int round = 0; round < kRounds; ++round) {
    kaido_times.push_back(with_kaido(socket, desired));
    unload_all(socket);
    bare_times.push_back(bare(socket, desired));
    unload_all(socket);
    ratios.push_back(kaido_times.back() / bare_times.back());
  }
  const double ratio = median(ratios);
  fmt::print(
      R"({{"bench":"vici_load_1000","ratio":{:.2f},"limit":{},"kaido_ms":{:.0f},"bare_ms":{:.0f}}})"
      "\n",
      ratio, kLimit, median(kaido_times), median(bare_times));
  return ratio <= kLimit ? 0 : 1;
}

}  // namespace
}  // namespace kaido

int main() {
  try {
    return kaido::run();
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench-vici: {}\n", error.what());
    return 1;
  }
}
