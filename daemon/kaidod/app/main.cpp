// kaidod: wires the parts and runs them.
#include <malloc.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "adapters/certificate_judge/x509_judge.hpp"
#include "adapters/claim_seals/claim_seals.hpp"
#include "adapters/clock/asio_clock.hpp"
#include "adapters/journal/journal.hpp"
#include "adapters/netlink/rt_netlink.hpp"
#include "adapters/netlink/wireguard.hpp"
#include "adapters/nftables/nf_tables.hpp"
#include "adapters/otp_vault/file_vault.hpp"
#include "adapters/packages/dpkg_status.hpp"
#include "adapters/portal_link/link.hpp"
#include "adapters/reflector_link/link.hpp"
#include "adapters/stamp/prober.hpp"
#include "adapters/state_file/lock.hpp"
#include "adapters/state_file/state_file.hpp"
#include "adapters/user_store/sqlite_store.hpp"
#include "adapters/vici/charon.hpp"
#include "adapters/workers/thread_pool.hpp"
#include "api/dbus_server.hpp"
#include "app/config_file.hpp"
#include "app/locked_memory.hpp"
#include "config/load.hpp"
#include "core/desired/firewall.hpp"
#include "engine/engine.hpp"

namespace kaido {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

struct Options {
  std::string config = "/etc/kaido/kaido.toml";
  std::string state_dir = "/var/lib/kaido";
  std::string reflector_socket = reflector::kSocket;
  std::string portal_socket = portal::kSocket;
  bool teardown = false;
  bool guard = false;
};

/// What systemd does not try again (sysexits.h; RestartPreventExitStatus= in kaidod.service):
/// nobody but an admin can mend it.
constexpr int kConfigurationMistake = 78;

/// The key that one-time passwords are sealed with: systemd's credential, or a file of our own.
std::string otp_key_file(const Options& options) {
  const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
  if (credentials != nullptr) {
    auto file = std::string(credentials) + "/otp.key";
    if (access(file.c_str(), F_OK) == 0) return file;
  }
  return options.state_dir + "/otp.key";
}

/// Whether something is sealed already; where that cannot be told, it counts as such.
bool seeds_exist(UserStore& store) {
  const auto users = store.users();
  if (!users) return true;
  return std::ranges::any_of(*users, [](const auto& user) { return user.otp.has_value(); });
}

/// Everything that kaidod is made of, in the order of its making.
class Program {
 public:
  /// Without a role it can only tear down.
  Program(const Options& options, const std::string& ike_socket, std::optional<Role> role)
      : prober_(role == Role::branch ? open_prober() : nullptr),
        claims_(io_, options.reflector_socket),
        portal_(io_, options.portal_socket),
        configuration_(options.config),
        store_(options.state_dir + "/state.json"),
        people_(SqliteStore::Files{.database = options.state_dir + "/people.db",
                                   .checkpoint = options.state_dir + "/people.checkpoint",
                                   .key = options.state_dir + "/audit.key"}),
        vault_(otp_key_file(options), [this] { return seeds_exist(people_); }),
        ike_(io_, ike_socket),
        engine_(io_, {.clock = clock_,
                      .workers = workers_,
                      .ike = ike_,
                      .stack = stack_,
                      .wireguard = wireguard_,
                      .firewall = firewall_,
                      .store = store_,
                      .configuration = configuration_,
                      .log = journal_,
                      .seals = seals_,
                      .prober = prober_.get(),
                      .no_prober = no_prober_,
                      .claims = role == Role::hub ? &claims_ : nullptr,
                      .people = role == Role::hub ? &login_ : nullptr,
                      .portal = role == Role::hub ? &portal_ : nullptr,
                      .packages = role == Role::hub ? &packages_ : nullptr}),
        signals_(io_, SIGTERM, SIGINT, SIGHUP),
        watchdog_(io_),
        settled_(io_) {}

  int serve(LoadedConfiguration loaded) {
    engine_.start(std::move(loaded));
    const api::DBusServer bus(io_, engine_.controls(), [this](bool up, const std::string& why) {
      engine_.bus_changed(up, why);
    });
    await_signal();
    feed_watchdog();
    settled_.expires_after(std::chrono::seconds(20));
    settled_.async_wait([](error_code error) {
      if (error) return;
      if (const auto refused = stay_in_memory())
        std::fprintf(stderr, "<4>kaidod: may be paged out (LimitMEMLOCK=): %s\n",
                     refused.message().c_str());
    });
    sd_notify(0, "READY=1");
    io_.run();
    sd_notify(0, "STOPPING=1");
    engine_.stop();
    return EXIT_SUCCESS;
  }

  Result<std::vector<std::string>> teardown() {
    Result<std::vector<std::string>> outcome = failure(Condition::internal, "it did not end");
    engine_.teardown_offline([&](Result<std::vector<std::string>> removed) {
      outcome = std::move(removed);
      io_.stop();
    });
    io_.run();
    return outcome;
  }

 private:
  void await_signal() {
    signals_.async_wait([this](error_code error, int signal) {
      if (error) return;
      if (signal != SIGHUP) return io_.stop();
      sd_notify(0, "RELOADING=1");
      engine_.controls().configuration.apply(std::nullopt,
                                             [](const auto&) { sd_notify(0, "READY=1"); });
      await_signal();
    });
  }

  /// Only when systemd asks for it (sd_watchdog_enabled(3)); at half its time.
  void feed_watchdog() {
    std::uint64_t microseconds = 0;
    if (sd_watchdog_enabled(0, &microseconds) <= 0) return;
    sd_notify(0, "WATCHDOG=1");
    watchdog_.expires_after(std::chrono::microseconds(microseconds / 2));
    watchdog_.async_wait([this](error_code error) {
      if (!error) feed_watchdog();
    });
  }

  /// A site without one goes by the tunnels' word; its status says so.
  std::unique_ptr<PathProber> open_prober() {
    auto prober = stamp_prober::Prober::open();
    if (prober) return std::move(*prober);
    no_prober_ = prober.error();
    return nullptr;
  }

  asio::io_context io_{1};
  AsioClock clock_{io_};
  Journal journal_;
  claim_seals::OpenSslSeals seals_;
  std::optional<Error> no_prober_;
  std::unique_ptr<PathProber> prober_;
  reflector_link::Link claims_;
  portal_link::Link portal_;
  DpkgStatus packages_;
  ConfigFile configuration_;
  StateFile store_;
  SqliteStore people_;
  FileVault vault_;
  X509Judge judge_;
  LoginPorts login_{.store = people_, .vault = vault_, .judge = judge_};
  netlink::RtNetlink stack_;
  netlink::WireGuard wireguard_;
  nftables::NfTables firewall_;
  vici::Charon ike_;
  ThreadPool workers_{io_};  // its work uses what is above
  Engine engine_;
  asio::signal_set signals_;
  asio::steady_timer watchdog_;
  asio::steady_timer settled_;  ///< the start is over
};

Result<std::vector<std::string>> remove_everything(const Options& options) {
  if (geteuid() != 0) return failure(Condition::permission_denied, "only root can remove it");
  const auto lock = lock_state(options.state_dir);
  if (!lock) return std::unexpected(lock.error());
  // Only charon's socket is asked for: a file with mistakes, or none, is no reason to leave all as
  // it is.
  const auto loaded = config::load_file(options.config, {.read_files = false});
  const auto socket = loaded ? loaded->model.ike_socket : Model{}.ike_socket;
  return Program(options, socket, std::nullopt).teardown();
}

/// For `kaido teardown`, which shows it to people and chooses the exit code.
int teardown(const Options& options) {
  namespace json = boost::json;
  json::object answer;
  const auto removed = remove_everything(options);
  if (removed) {
    answer["removed"] = json::array(removed->begin(), removed->end());
  } else {
    const auto& [condition, detail, gravity] = removed.error();
    answer["error"] = json::object{{"code", info(condition).code}, {"message", detail}};
  }
  std::puts(json::serialize(answer).c_str());
  return removed ? EXIT_SUCCESS : EXIT_FAILURE;
}

/// Between boot and kaidod's first start, or where that fails: the table that was in force last,
/// or, without one that nft takes, one that forwards nothing. A table that is there already stays.
int guard(const Options& options) {
  const auto lock = lock_state(options.state_dir);
  if (!lock && lock.error().condition == Condition::daemon_running) return EXIT_SUCCESS;
  nftables::NfTables firewall;
  const auto there = firewall.exists();
  if (there && *there) return EXIT_SUCCESS;
  const auto saved = StateFile(options.state_dir + "/state.json").load_firewall();
  const bool known = saved && !saved->empty();
  auto loaded = firewall.replace(known ? from_nft(*saved) : closed_firewall());
  if (!loaded && known) {
    std::fprintf(stderr, "<4>kaidod: the table of before: %s\n",
                 loaded.error().to_string().c_str());
    loaded = firewall.replace(closed_firewall());
  }
  if (loaded) return EXIT_SUCCESS;
  std::fprintf(stderr, "<3>kaidod: %s\n", loaded.error().to_string().c_str());
  return EXIT_FAILURE;
}

int serve(const Options& options) {
  const auto lock = lock_state(options.state_dir);
  if (!lock) {
    std::fprintf(stderr, "<3>kaidod: %s\n", lock.error().to_string().c_str());
    return EXIT_FAILURE;
  }
  auto loaded = ConfigFile(options.config).start();
  if (!loaded) {
    for (const auto& mistake : loaded.error())
      std::fprintf(stderr, "<3>%s\n", mistake.to_string().c_str());
    return kConfigurationMistake;
  }
  Program program(options, loaded->model.ike_socket, loaded->model.gateway.role);
  return program.serve(std::move(*loaded));
}

}  // namespace
}  // namespace kaido

int main(int argc, char** argv) {
  kaido::Options options;
  CLI::App app("kaidod: the control daemon of a Kaido gateway");
  app.add_option("--config", options.config, "The configuration file")->capture_default_str();
  app.add_option("--state-dir", options.state_dir, "Where to remember things across restarts")
      ->capture_default_str();
  app.add_option("--reflector-socket", options.reflector_socket,
                 "Where kaido-reflector listens (hubs)")
      ->capture_default_str();
  app.add_option("--portal-socket", options.portal_socket,
                 "Where kaido-portal listens (hubs with people)")
      ->capture_default_str();
  app.add_flag("--teardown", options.teardown,
               "Remove everything Kaido made, say in JSON what, and end");
  app.add_flag("--guard", options.guard,
               "Load the firewall that was in force last, or one that forwards nothing, and end");
  app.set_version_flag("--version", KAIDO_VERSION);
  CLI11_PARSE(app, argc, argv);
  mallopt(M_ARENA_MAX, 1);  // one thread does all but connect to the bus
  try {
    if (options.guard) return kaido::guard(options);
    return options.teardown ? kaido::teardown(options) : kaido::serve(options);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "<3>kaidod: %s\n", problem.what());
    return EXIT_FAILURE;
  }
}
