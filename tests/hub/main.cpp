// test-hub: a hub's login for tests that bring a real kaido-portal, on a real store; without
// kernel, charon and D-Bus. commands.hpp says what it is told; it says what happens in lines of
// JSON:
// {"event": "ready"} when it is known who lives; "admitted" and "withdrawn" with WireGuard keys.
#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>

#include "hub/commands.hpp"
#include "hub/hub.hpp"

int main(int argc, char** argv) {
  kaido::test::HubOptions options;
  std::int64_t ahead = 0;
  CLI::App app("test-hub: the login of a hub, for tests");
  app.add_option("--folder", options.folder, "Of the store")->required();
  app.add_option("--portal-socket", options.portal_socket, "Where kaido-portal listens")
      ->required();
  app.add_option("--authorities", options.authorities, "The CA of people's certificates")
      ->required();
  app.add_option("--network", options.networks, "What people reach: prefixes")->required();
  app.add_option("--session-minutes", options.session_minutes, "The longest session")
      ->capture_default_str();
  app.add_option("--ahead", ahead, "Seconds that the wall clock is ahead of the machine's")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  options.ahead = std::chrono::seconds(ahead);
  try {
    boost::asio::io_context io{1};
    kaido::test::Hub hub(io, options);
    kaido::test::Commands commands(io, hub);
    hub.start();
    commands.start();
    io.run();
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "test-hub: %s\n", problem.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
