// kaido-reflector: answers probes inside tunnels and hands the sites' claims to kaidod.
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "kaido/reflector_link.hpp"
#include "reflector/server.hpp"

namespace {

using namespace kaido::reflector;

constexpr char kUsage[] =
    "usage: kaido-reflector [--listen [ADDRESS]:PORT] [--socket PATH] [--user NAME]\n"
    "  --listen  UDP, IPv6 only; default [::]:862\n"
    "  --socket  where kaidod connects; default %s\n"
    "  --user    to become once the sockets are there (when started by root)\n"
    "Sockets passed by systemd take the place of --listen and --socket.\n";

struct Options {
  kaido::SocketAddress listen{.address = {kaido::Family::v6, {}}, .port = kaido::stamp::kPort};
  std::string socket = kSocket;
  std::optional<std::string> user;
};

std::optional<Options> parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view name(argv[i]);
    if (i + 1 == argc) return {};
    const std::string value(argv[i + 1]);
    if (name == "--listen") {
      const auto address = parse_listen(value);
      if (!address) return {};
      options.listen = *address;
    } else if (name == "--socket") {
      options.socket = value;
    } else if (name == "--user") {
      options.user = value;
    } else {
      return {};
    }
  }
  return options;
}

void become(const std::string& user) {
  const auto* entry = getpwnam(user.c_str());
  if (entry == nullptr) throw std::runtime_error("no such user: " + user);
  if (setgroups(0, nullptr) != 0 || setgid(entry->pw_gid) != 0 || setuid(entry->pw_uid) != 0)
    throw std::system_error(errno, std::system_category(), "becoming " + user);
}

void run(const Options& options) {
  auto sockets = passed_by_systemd();
  if (!sockets.udp) sockets.udp = open_udp(options.listen);
  if (!sockets.link) sockets.link = open_link(options.socket);
  if (options.user) become(*options.user);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  Server server(std::move(sockets));
  std::fprintf(stderr, "<6>answering probes on UDP port %u\n", unsigned{server.port()});
  server.run();
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = parse(argc, argv);
  if (!options) {
    std::fprintf(stderr, kUsage, kSocket);
    return 2;
  }
  try {
    run(*options);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "<3>kaido-reflector: %s\n", problem.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
