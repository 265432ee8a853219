// bench-bring-up SOCKET [COMMAND…]: how long until every IKE connection of a charon has a child
// that is up, in milliseconds: from the start of COMMAND (a daemon that brings them up; it is ended
// afterwards), or, without one, from the first of all initiations, which this program orders one
// after the other without waiting. Both are told by charon's own events.
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <exception>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "charon/bare_vici.hpp"

namespace kaido {
namespace {

std::set<std::string> children(test::BareVici& charon) {
  const auto present = charon.command("get-conns");
  std::set<std::string> names;
  for (const auto& name : present.list("conns"))
    if (name.starts_with("kaido-")) names.insert(name);
  return names;
}

/// A child has the name of its connection. A negative timeout: charon takes the order and answers
/// at once. (An order that waits holds one of charon's sixteen threads, and handshakes starve.)
void initiate(test::BareVici& charon, const std::set<std::string>& names) {
  for (const auto& name : names) {
    vici::Section order;
    order.add("child", name).add("timeout", "-1");
    const auto answer = charon.command("initiate", order);
    if (answer.get("success") == "no")
      throw std::runtime_error(name + ": " + std::string(answer.get("errmsg")));
  }
}

pid_t start(char** command) {
  pid_t pid = 0;
  if (posix_spawn(&pid, command[0], nullptr, nullptr, command, environ) != 0)
    throw std::runtime_error(std::string("cannot run ") + command[0]);
  return pid;
}

void await(test::BareVici& events, std::set<std::string> missing) {
  while (!missing.empty()) {
    const auto event = events.next_event();
    if (event.message.get("up") != "yes") continue;
    for (const auto& [name, section] : event.message.sections()) missing.erase(std::string(name));
  }
}

int run(const std::string& socket, char** command) {
  test::BareVici charon(socket);
  test::BareVici events(socket);
  const auto wanted = children(charon);
  if (wanted.empty()) throw std::runtime_error("charon has no connections of Kaido's");
  events.listen("child-updown");
  const auto begin = std::chrono::steady_clock::now();
  pid_t daemon = 0;
  if (*command != nullptr)
    daemon = start(command);
  else
    initiate(charon, wanted);
  await(events, wanted);
  const auto took = std::chrono::steady_clock::now() - begin;
  if (daemon != 0) {
    kill(daemon, SIGTERM);
    waitpid(daemon, nullptr, 0);
  }
  fmt::print("{} {:.0f}\n", wanted.size(), std::chrono::duration<double, std::milli>(took).count());
  return 0;
}

}  // namespace
}  // namespace kaido

int main(int argc, char** argv) {
  try {
    if (argc < 2) throw std::runtime_error("which charon? SOCKET [COMMAND…]");
    return kaido::run(argv[1], argv + 2);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "bench-bring-up: {}\n", problem.what());
    return 1;
  }
}
