// lab-traffic: the traffic of the scenarios. One process holds both ends, in two network
// namespaces, so that every figure is of one clock and one count.
//
//   lab-traffic run SOCKET CLIENT_NS CLIENT_ADDRESS SERVER_NS SERVER_ADDRESS
//                   [--udp-only|--light [--tcp]]
//   lab-traffic ask SOCKET report|stop     prints the figures as one JSON object
#include <poll.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "network.hpp"
#include "tcp_flow.hpp"
#include "udp_stream.hpp"

namespace {

using lab::Clock;
using lab::Descriptor;

constexpr auto kInterval = std::chrono::milliseconds(1);
constexpr auto kLightInterval = std::chrono::milliseconds(10);  // to watch, not to measure
constexpr std::uint64_t kTcpRate = 2'000'000;                   // bits per second, each way
constexpr auto kDrain = std::chrono::milliseconds(1'200);  // for what is on its way when stopped

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) throw std::runtime_error("path too long: " + path);
  std::memcpy(address.sun_path, path.c_str(), path.size());
  return address;
}

class Traffic {
 public:
  Traffic(const std::string& control, const lab::End& client, const lab::End& server, bool tcp,
          lab::Nanoseconds interval);
  void run();

 private:
  void wait();
  void work();
  void answer();
  std::string json() const;

  Clock::time_point started_ = Clock::now();
  lab::UdpStream udp_;
  std::optional<lab::TcpFlow> up_;
  std::optional<lab::TcpFlow> down_;
  Descriptor timer_;
  Descriptor control_;
  Descriptor stopper_;  // whoever asked for the end, and waits for the last figures
  Clock::time_point end_ = Clock::time_point::max();
};

Traffic::Traffic(const std::string& control, const lab::End& client, const lab::End& server,
                 bool tcp, lab::Nanoseconds interval)
    : udp_(client, server, interval, started_),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      control_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (tcp) {
    up_.emplace(lab::TcpFlow::Direction::kUp, client, server, kTcpRate, started_);
    down_.emplace(lab::TcpFlow::Direction::kDown, client, server, kTcpRate, started_);
  }
  const long tick = interval.count();
  const itimerspec every{.it_interval = {0, tick}, .it_value = {0, tick}};
  if (::timerfd_settime(timer_.get(), 0, &every, nullptr) != 0) fail("timerfd_settime");
  ::unlink(control.c_str());
  const sockaddr_un address = unix_address(control);
  if (::bind(control_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(control_.get(), 4) != 0) {
    fail(control.c_str());
  }
}

void Traffic::run() {
  while (Clock::now() < end_) {
    wait();
    work();
  }
  const std::string text = json();
  (void)!::write(stopper_.get(), text.data(), text.size());
}

void Traffic::wait() {
  std::vector<pollfd> files;
  const auto add = [&files](int file) { files.push_back({file, POLLIN, 0}); };
  add(control_.get());
  add(timer_.get());
  add(udp_.client_socket());
  add(udp_.server_socket());
  for (const auto* flow : {&up_, &down_}) {
    if (*flow) std::ranges::for_each((*flow)->sockets(), add);
  }
  if (::poll(files.data(), files.size(), -1) < 0 && errno != EINTR) fail("poll");
  if (files[0].revents != 0) answer();
}

void Traffic::work() {
  std::uint64_t ticks = 0;
  (void)!::read(timer_.get(), &ticks, sizeof(ticks));
  udp_.receive();
  udp_.send_due(Clock::now());
  for (auto* flow : {&up_, &down_}) {
    if (*flow) (*flow)->work(Clock::now());
  }
}

void Traffic::answer() {
  Descriptor peer(::accept4(control_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  std::array<char, 16> word{};
  if (!peer.valid() || ::read(peer.get(), word.data(), word.size() - 1) <= 0) return;
  if (std::strcmp(word.data(), "stop") == 0) {
    udp_.stop();
    if (up_) up_->stop();
    if (down_) down_->stop();
    stopper_ = std::move(peer);
    end_ = Clock::now() + kDrain;
    return;
  }
  const std::string text = json();
  (void)!::write(peer.get(), text.data(), text.size());
}

std::string Traffic::json() const {
  const auto now = Clock::now();
  std::array<char, 256> totals{};
  const std::uint64_t resets = (up_ ? up_->resets() : 0) + (down_ ? down_->resets() : 0);
  const auto stall = up_ ? std::max(up_->stall(now), down_->stall(now)) : lab::Nanoseconds{};
  std::snprintf(totals.data(), totals.size(),
                "{\"seconds\": %.1f, \"outage_ms\": %.1f, \"packets_lost\": %llu, "
                "\"tcp_flows_reset\": %llu, \"tcp_stall_ms\": %.1f, \"udp\": ",
                lab::milliseconds(now - started_) / 1000, lab::milliseconds(udp_.outage(now)),
                static_cast<unsigned long long>(udp_.lost(now)),
                static_cast<unsigned long long>(resets), lab::milliseconds(stall));
  std::string text = totals.data() + udp_.json(now);
  if (up_)
    text += ", \"tcp\": {\"up\": " + up_->json(now) + ", \"down\": " + down_->json(now) + "}";
  return text + "}\n";
}

int ask(const std::string& control, const std::string& word) {
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = unix_address(control);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    fail(control.c_str());
  }
  if (::write(socket.get(), word.data(), word.size()) < 0) fail("write");
  std::array<char, 4096> buffer{};
  std::size_t total = 0;
  for (ssize_t size = 0; (size = ::read(socket.get(), buffer.data(), buffer.size())) > 0;) {
    total += std::fwrite(buffer.data(), 1, static_cast<std::size_t>(size), stdout);
  }
  return total > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  try {
    if (words.size() == 3 && words[0] == "ask") return ask(words[1], words[2]);
    if (words.size() >= 6 && words[0] == "run") {
      const auto said = [&words](const char* option) {
        return std::find(words.begin() + 6, words.end(), option) != words.end();
      };
      const bool tcp = said("--tcp") || !(said("--udp-only") || said("--light"));
      Traffic(words[1], {words[2], words[3]}, {words[4], words[5]}, tcp,
              said("--light") ? kLightInterval : kInterval)
          .run();
      return 0;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "lab-traffic: %s\n", error.what());
    return 1;
  }
  std::fputs(
      "usage: lab-traffic run SOCKET NS ADDRESS NS ADDRESS [--udp-only|--light [--tcp]] | "
      "ask SOCKET report|stop\n",
      stderr);
  return 2;
}
