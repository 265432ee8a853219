#include "charon/daemon.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "charon/bare_vici.hpp"

namespace kaido::test {
namespace {

constexpr const char* kProgram = "/usr/sbin/charon-systemd";

// Without ESP in the kernel (a container's, say) charon can carry it itself. Asked by trying: a
// kernel may know xfrm and yet no ESP.
bool kernel_has_esp(const std::string& network_namespace) {
  const auto probe = fmt::format(
      "ip -n {} xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x100 mode tunnel "
      "aead 'rfc4106(gcm(aes))' 0x{:040x} 128 2>/dev/null && "
      "ip -n {} xfrm state flush",
      network_namespace, 1, network_namespace);
  return std::system(probe.c_str()) == 0;
}

}  // namespace

void run(const std::string& command) {
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

CharonDaemon::CharonDaemon(std::filesystem::path folder, std::string network_namespace)
    : folder_(std::move(folder)), namespace_(std::move(network_namespace)) {
  std::filesystem::create_directories(folder_);
  write_configuration();
}

CharonDaemon::~CharonDaemon() { stop(); }

std::string CharonDaemon::obstacle() {
  if (geteuid() != 0) return "not root";
  if (access(kProgram, X_OK) != 0) return std::string(kProgram) + " is not installed";
  return {};
}

void CharonDaemon::write_configuration() const {
  std::ofstream file(folder_ / "strongswan.conf");
  file << fmt::format(R"(charon-systemd {{
  load_modular = yes
  install_routes = no
  retransmit_timeout = 0.3
  retransmit_base = 1.0
  retransmit_tries = 3
  start-scripts {{
  }}
  journal {{
    default = -1
  }}
  filelog {{
    log {{
      path = {0}/log
      flush_line = yes
    }}
  }}
  plugins {{
    include /etc/strongswan.d/charon/*.conf
    vici {{
      socket = unix://{0}/vici
    }}
    kernel-libipsec {{
      load = {1}
    }}
    error-notify {{
      load = no
    }}
    lookip {{
      load = no
    }}
    bypass-lan {{
      load = no
    }}
    stroke {{
      load = no
    }}
  }}
}}
)",
                      folder_.string(), kernel_has_esp(namespace_) ? "no" : "yes");
}

void CharonDaemon::start() {
  std::filesystem::remove(socket());
  const auto settings = "STRONGSWAN_CONF=" + (folder_ / "strongswan.conf").string();
  const auto output = (folder_ / "output").string();
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    const int out = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(out, 1);
    dup2(out, 2);
    execlp("env", "env", settings.c_str(), "ip", "netns", "exec", namespace_.c_str(), kProgram,
           nullptr);
    _exit(127);
  }
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  for (;;) {
    try {
      BareVici(socket()).command("version");
      return;
    } catch (const std::runtime_error& error) {
      if (std::chrono::steady_clock::now() > limit) throw;
      poll(nullptr, 0, 10);
    }
  }
}

void CharonDaemon::load_all() const {
  run(fmt::format("SWANCTL_DIR={} swanctl --load-all --noprompt --uri unix://{} >/dev/null 2>&1",
                  folder_.string(), socket()));
}

std::size_t CharonDaemon::lines(std::string_view text) const {
  std::ifstream log(folder_ / "log");
  std::size_t count = 0;
  for (std::string line; std::getline(log, line);) count += line.contains(text) ? 1 : 0;
  return count;
}

void CharonDaemon::stop() { end(SIGTERM); }

void CharonDaemon::kill() { end(SIGKILL); }

void CharonDaemon::end(int signal) {
  if (pid_ <= 0) return;
  ::kill(pid_, signal);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

}  // namespace kaido::test
