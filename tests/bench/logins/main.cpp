// What a login costs, beside nginx's bare handshake with a client certificate: the time on a
// processor of all that serves it, so that neither who asks nor who else is on the machine counts.
// Both have one P-256 key, TLS 1.3 and a new connection each time. And how long a list of 10,000
// living sessions takes.
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "adapters/certificate_judge/x509_judge.hpp"
#include "adapters/otp_vault/file_vault.hpp"
#include "adapters/user_store/sqlite_store.hpp"
#include "bench/figures.hpp"
#include "engine/people_desk.hpp"
#include "world.hpp"

namespace kaido::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPeople = 100;
constexpr std::size_t kRounds = 5;   // each is a login of everybody
constexpr std::size_t kAtOnce = 64;  // clients
constexpr std::size_t kListed = 10'000;

/// Milliseconds that a process and its threads were on a processor.
double processor_ms(pid_t process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(in, text);
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) * 1000 / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// `work(i)` for each, by so many threads.
void by_many(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> threads;
  for (std::size_t t = 0; t < kAtOnce; ++t)
    threads.emplace_back([&] {
      for (auto i = next++; i < count; i = next++) work(i);
    });
}

/// A handshake with that certificate, a request and its answer.
bool shake_hands(const std::string& path, const pki::Issued& device) {
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  std::ranges::copy(path, std::begin(address.sun_path));
  if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return false;
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  &SSL_CTX_free);
  SSL_CTX_use_certificate(context.get(), device.certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), device.key.get());
  const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context.get()), &SSL_free);
  SSL_set_fd(tls.get(), socket.get());
  if (SSL_connect(tls.get()) != 1) return false;
  constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  SSL_write(tls.get(), kRequest.data(), static_cast<int>(kRequest.size()));
  std::array<char, 4096> answer{};
  const int size = SSL_read(tls.get(), answer.data(), static_cast<int>(answer.size()));
  return size > 0 && std::string_view(answer.data(), static_cast<std::size_t>(size))
                         .starts_with("HTTP/1.1 204");
}

class World final : public test::LoginWorld {
 public:
  World() {
    start_portal();
    start_hub();
    wait_for_link();
    for (std::size_t i = 0; i < kPeople; ++i) add_person(name(i));
  }
  void TestBody() override {}

  /// Milliseconds of processors for one login: in kaidod's part, and in the portal.
  struct Cost {
    double hub = 0;
    double portal = 0;
  };
  Cost login_ms() {
    const Cost before{.hub = processor_ms(hub->pid()), .portal = processor_ms(portal->pid())};
    for (std::size_t round = 0; round < kRounds; ++round) {
      next_step();
      by_many(kPeople, [this](std::size_t i) {
        // From an address each: the portal gives one only so many connections.
        test::Client client(port(), fmt::format("127.1.0.{}", i + 1));
        const auto reply = client.log_in(devices.at(name(i)), name(i), code(name(i)));
        if (test::outcome(reply) != "admitted") ++failed_;
      });
    }
    check("logins were not admitted");
    constexpr auto kLogins = static_cast<double>(kPeople * kRounds);
    return {.hub = (processor_ms(hub->pid()) - before.hub) / kLogins,
            .portal = (processor_ms(portal->pid()) - before.portal) / kLogins};
  }

  /// The same for a handshake of nginx in which the client shows its certificate.
  double handshake_ms() {
    const auto configuration = folder / "nginx.conf";
    std::ofstream(configuration) << fmt::format(
        "daemon off; master_process off; worker_processes 1; pid {0}/nginx.pid;\n"
        "error_log stderr notice;\n"
        "events {{ worker_connections 1024; }}\n"
        "http {{ access_log off; server {{ listen unix:{0}/nginx.sock ssl; ssl_protocols TLSv1.3;\n"
        "ssl_certificate {0}/portal.crt; ssl_certificate_key {0}/portal.key;\n"
        "ssl_client_certificate {0}/people-ca.crt; ssl_verify_client on;\n"
        "ssl_session_tickets off; ssl_session_cache off; keepalive_timeout 0;\n"
        "return 204; }} }}\n",
        folder.string());
    test::Process nginx({"/usr/sbin/nginx", "-e", "stderr", "-c", configuration}, STDERR_FILENO);
    const auto socket = (folder / "nginx.sock").string();
    // It listens before it says so.
    nginx.wait_for([](const auto& line) { return line.contains("event method"); });
    const auto before = processor_ms(nginx.pid());
    by_many(kPeople * kRounds, [&](std::size_t i) {
      if (!shake_hands(socket, devices.at(name(i % kPeople)))) ++failed_;
    });
    check("handshakes failed");
    return (processor_ms(nginx.pid()) - before) / static_cast<double>(kPeople * kRounds);
  }

 private:
  /// Thrown, so that the processes end.
  void check(const std::string& what) const {
    if (failed_ > 0) throw std::runtime_error(std::to_string(failed_) + " " + what);
  }
  static std::string name(std::size_t i) { return fmt::format("p{:04}", i); }
  std::atomic<std::size_t> failed_ = 0;
};

void logins() {
  World world;
  const auto handshake = world.handshake_ms();
  const auto cost = world.login_ms();
  const auto login = cost.hub + cost.portal;
  fmt::print(
      "{{\"bench\":\"logins_per_processor\",\"ratio\":{:.2f},\"limit\":1.0,"
      "\"passed\":{},\"hub_ms\":{:.3f},\"portal_ms\":{:.3f},\"nginx_handshake_ms\":{:.3f}}}\n",
      handshake / login, handshake >= login, cost.hub, cost.portal, handshake);
}

Transaction one_session(std::size_t i, session::WallTime now) {
  const auto name = fmt::format("p{:05}", i);
  Transaction transaction;
  transaction.changes.emplace_back(
      change::AddUser{{.name = name, .display = "", .groups = {}, .created = now}});
  transaction.changes.emplace_back(change::OpenSession{{.id = fmt::format("{:032x}", i),
                                                        .user = name,
                                                        .device = "laptop",
                                                        .source = "192.0.2.1",
                                                        .started = now,
                                                        .ends = now + 3600}});
  return transaction;
}

void sessions_listed() {
  auto pattern = (fs::temp_directory_path() / "kaido-bench-XXXXXX").string();
  require(mkdtemp(pattern.data()) != nullptr, "no temporary folder");
  const fs::path folder(pattern);
  SqliteStore store(SqliteStore::Files{.database = folder / "people.db",
                                       .checkpoint = folder / "people.checkpoint",
                                       .key = folder / "audit.key"});
  FileVault vault(folder / "otp.key", [] { return false; });
  X509Judge judge;
  const session::WallTime now = 1'800'000'000;
  std::vector<Transaction> all;
  for (std::size_t i = 0; i < kListed; ++i) all.push_back(one_session(i, now));
  require(store.commit(all).has_value(), "the store was not filled");
  PeopleDesk desk({.store = store, .vault = vault, .judge = judge}, now);
  std::vector<double> times;
  for (int i = 0; i < 5; ++i)
    times.push_back(milliseconds([&] {
      const auto listed = desk.sessions({.actor = "root", .now = now + 60}, false);
      require(listed && listed->size() == kListed, "not all were listed");
    }));
  fs::remove_all(folder);
  const auto took = median(times);
  fmt::print(
      "{{\"bench\":\"sessions_listed_10000_ms\",\"ms\":{:.1f},\"limit_ms\":100,"
      "\"passed\":{}}}\n",
      took, took <= 100);
}

}  // namespace
}  // namespace kaido::bench

int main() {
  kaido::bench::sessions_listed();
  try {
    kaido::bench::logins();
  } catch (const std::exception& problem) {
    fmt::print(stderr, "bench-logins: {}\n", problem.what());
    return 2;
  }
}
