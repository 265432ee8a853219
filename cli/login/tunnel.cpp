#include "login/tunnel.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "kaido/descriptor.hpp"
#include "text_login.hpp"

namespace kaido::cli::login {
namespace {

constexpr char kTool[] = "wg-quick";

std::string last_line(int file) {
  constexpr std::size_t kMost = 4096;
  std::array<char, kMost> bytes{};
  const auto size = lseek(file, 0, SEEK_END);
  const auto from = size > static_cast<off_t>(kMost) ? size - static_cast<off_t>(kMost) : 0;
  const auto count = pread(file, bytes.data(), bytes.size(), from);
  std::string text(bytes.data(), count < 0 ? 0 : static_cast<std::size_t>(count));
  while (text.ends_with('\n')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

/// What it prints is shown where it fails.
Outcome<void> run_tool(const char* verb, const std::filesystem::path& config) {
  const Descriptor output(memfd_create("wg-quick", MFD_CLOEXEC));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.get(), STDERR_FILENO);
  std::string file = config.string();
  std::string name(kTool);
  std::string what(verb);
  const std::array<char*, 4> arguments{name.data(), what.data(), file.data(), nullptr};
  pid_t child = 0;
  const int refused = posix_spawnp(&child, kTool, &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  const auto failed = [&](const std::string& why) {
    return std::unexpected(Failure{Exit::failed, "", text::tunnel_failed(verb, file, why), {}, {}});
  };
  if (refused != 0) return failed(std::strerror(refused));
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return failed(std::strerror(errno));
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return failed(last_line(output.get()));
}

}  // namespace

Outcome<void> take_down(const std::filesystem::path& config) {
  if (if_nametoindex(config.stem().c_str()) == 0) return {};
  return run_tool("down", config);
}

Outcome<void> bring_up(const std::filesystem::path& config) {
  if (auto down = take_down(config); !down) return down;
  return run_tool("up", config);
}

}  // namespace kaido::cli::login
