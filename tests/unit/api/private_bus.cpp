#include "private_bus.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace kaido::api {

PrivateBus::PrivateBus() {
  auto name = (std::filesystem::temp_directory_path() / "kaido-bus-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp failed");
  folder_ = name;
  std::filesystem::permissions(folder_, std::filesystem::perms(0755));  // other users connect too
  address_ = "unix:path=" + (folder_ / "socket").string();
  write_configuration();
  setenv("DBUS_SYSTEM_BUS_ADDRESS", address_.c_str(), 1);
}

PrivateBus::~PrivateBus() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

// The rules are those of dbus's own system.conf: all is forbidden but what a service's file allows.
// Who runs the tests may own names too, so that the tests need not run as root.
void PrivateBus::write_configuration() const {
  const auto user = std::to_string(geteuid());
  std::ofstream(folder_ / "bus.conf") << R"(<!DOCTYPE busconfig PUBLIC
  "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>)" << address_ << R"(</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"/>
  </policy>
  <policy user=")" << user << R"(">
    <allow own="*"/>
    <allow send_destination="org.freedesktop.PolicyKit1"/>
  </policy>
  <include>)" << KAIDO_SOURCE_DIR << R"(/configs/dbus/org.kaido.Gateway1.conf</include>
</busconfig>
)";
}

void PrivateBus::start() {
  std::array<int, 2> ready{};
  if (pipe(ready.data()) != 0) throw std::runtime_error("pipe failed");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addclose(&actions, ready[0]);
  posix_spawn_file_actions_adddup2(&actions, ready[1], 3);
  std::string program = "dbus-daemon";
  std::string nofork = "--nofork";
  std::string print = "--print-address=3";
  auto config = "--config-file=" + (folder_ / "bus.conf").string();
  std::array<char*, 5> arguments{program.data(), nofork.data(), print.data(), config.data(),
                                 nullptr};
  const auto failed =
      posix_spawnp(&pid_, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ready[1]);
  std::array<char, 256> line{};
  const auto got = failed ? 0 : read(ready[0], line.data(), line.size());
  close(ready[0]);
  if (got <= 0) throw std::runtime_error("dbus-daemon does not start");
}

void PrivateBus::stop() {
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
  std::filesystem::remove(folder_ / "socket");
}

}  // namespace kaido::api
