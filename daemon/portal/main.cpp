// kaido-portal: the door for clients on the Internet; hands what they say to kaidod, which decides.
#include <sys/prctl.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "kaido/portal_link.hpp"
#include "portal/names.hpp"
#include "portal/server.hpp"

namespace {

using namespace kaido::portal;

constexpr char kUsage[] =
    "usage: kaido-portal [--certificate FILE] [--key FILE] [--host NAME]… [--login-host NAME]\n"
    "                    [--silent --certificate-authorities FILE] [--public-address ADDRESS]…\n"
    "                    [--listen ADDRESS:PORT] [--kaidod-socket PATH]\n"
    "  --certificate     PEM, with its chain; default %s\n"
    "  --key             PEM; default %s\n"
    "  --host            a name that requests may be for; default: those in the certificate\n"
    "  --login-host      the name that browsers log in at: it asks for a client certificate;\n"
    "                    default: none\n"
    "  --silent          who shows no valid certificate of the authorities is not answered\n"
    "  --certificate-authorities  PEM, of a silent portal\n"
    "  --public-address  where clients reach this portal, if that is not where they arrive (NAT)\n"
    "  --listen          where clients connect; default [::]:443\n"
    "  --kaidod-socket   where kaidod connects; default %s\n"
    "Sockets passed by systemd, named https and kaidod, take the place of the last two.\n";

struct Options {
  Settings settings;
  kaido::SocketAddress listen{.address = {kaido::Family::v6, {}}, .port = 443};
  std::string kaidod = kSocket;
};

bool take(Options& options, std::string_view name, const std::string& value) {
  auto& settings = options.settings;
  if (name == "--certificate") {
    settings.certificate = value;
  } else if (name == "--key") {
    settings.key = value;
  } else if (name == "--host") {
    settings.hosts.push_back(value);
  } else if (name == "--login-host") {
    settings.login_host = normal_name(value);
    return !kaido::IpAddress::parse(value);  // TLS names no address
  } else if (name == "--certificate-authorities") {
    settings.authorities = value;
  } else if (name == "--public-address") {
    const auto address = kaido::IpAddress::parse(value);
    if (!address) return false;
    settings.public_addresses.push_back(*address);
  } else if (name == "--listen") {
    const auto address = parse_listen(value);
    if (!address) return false;
    options.listen = *address;
  } else if (name == "--kaidod-socket") {
    options.kaidod = value;
  } else {
    return false;
  }
  return true;
}

std::optional<Options> parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name(argv[i]);
    if (name == "--silent") {
      options.settings.silent = true;
      continue;
    }
    ++i;
    if (i == argc || !take(options, name, argv[i])) return {};
  }
  if (options.settings.silent == options.settings.authorities.empty()) return {};
  return options;
}

void run(Options options) {
  auto sockets = passed_by_systemd();
  if (sockets.https.empty()) sockets.https.push_back(open_https(options.listen));
  if (!sockets.kaidod) {
    sockets.kaidod = open_link(options.kaidod);
    options.settings.trust_own_user = true;
  }
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);  // codes pass through its memory
  Server server(sockets, options.settings);
  server.obey_signals();
  std::fprintf(stderr, "<6>serving clients on TCP port %u\n", unsigned{server.port()});
  server.run();
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = parse(argc, argv);
  if (!options) {
    const Settings settings;
    std::fprintf(stderr, kUsage, settings.certificate.c_str(), settings.key.c_str(), kSocket);
    return 2;
  }
  try {
    run(*options);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "<3>kaido-portal: %s\n", problem.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
