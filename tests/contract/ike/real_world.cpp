#include <boost/asio/io_context.hpp>
#include <chrono>

#include "adapters/vici/charon.hpp"
#include "adapters/vici/settings.hpp"
#include "charon/bare_vici.hpp"
#include "charon/lab.hpp"
#include "world.hpp"

namespace kaido::test {
namespace {

class RealWorld final : public World {
 public:
  RealWorld() : port_(io_, lab_.site().socket()) {
    lab_.site().start();
    lab_.hub().start();
    lab_.configure_hub();
  }
  IkeControl& port() override { return port_; }
  bool run_until(const std::function<bool()>& done) override {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(15);
    io_.restart();
    while (!done())
      if (io_.run_one_until(limit) == 0) return done();
    return true;
  }
  IkeDesired desired() override { return lab_.site_desired(); }
  void stop_charon() override { lab_.site().stop(); }
  void start_charon() override { lab_.site().start(); }
  std::vector<std::string> loaded() override { return bare().command("get-conns").list("conns"); }
  void load_foreign(const std::string& name) override {
    vici::Section side;
    side.add("auth", "pubkey");
    vici::Section connection;
    connection.add("version", "2").add_section("local", side).add_section("remote", side);
    vici::Section message;
    message.add_section(name, connection);
    bare().command("load-conn", message);
  }
  void unload(const std::string& name) override {
    bare().command("unload-conn", one("name", name));
  }
  std::vector<std::string> keys() override { return bare().command("get-keys").list("keys"); }
  std::size_t certificates() override { return bare().count("list-certs", "list-cert"); }
  std::size_t connection_loads() override {
    return lab_.site().lines("added vici connection: ") +
           lab_.site().lines("updated vici connection: ") +
           lab_.site().lines("replaced vici connection: ");
  }
  std::size_t key_loads() override { return lab_.site().lines(" private key"); }
  void load_foreign_key() override {
    const auto credentials = lab_.credentials("hub");
    bare().command("load-key", vici::load_credentials(credentials).front().message);
  }
  void unload_keys() override {
    for (const auto& id : keys()) bare().command("unload-key", vici::unload_key(id));
  }
  void admin_loads_all() override { lab_.site().load_all(); }
  IkeDesired with_new_key(IkeDesired desired) override {
    desired.credentials = lab_.credentials("renewed");
    desired.connections.front().certificates = desired.credentials.certificates;
    return desired;
  }
  void trouble(HubTrouble what) override {
    switch (what) {
      case HubTrouble::silent:
        return lab_.cut_cable();
      case HubTrouble::does_not_know_us:
        // Another site stays: a hub without any connection would refuse the proposal already.
        return lab_.configure_hub({.site = "s1.nara.example"});
      case HubTrouble::certificate_expired:
        return lab_.configure_hub({.certificate = "expired"});
      case HubTrouble::other_identity:
        return lab_.configure_hub({.certificate = "nara"});
      case HubTrouble::other_proposals:
        return lab_.configure_hub({.proposal = "aes256gcm16-prfsha384-ecp384"});
    }
  }
  void rekey_ike(std::uint32_t unique_id) override {
    bare().command("rekey", one("ike-id", std::to_string(unique_id)));
  }
  void rekey_child(std::uint32_t) override {
    bare().command("rekey", one("child", "kaido-tokyo-1"));
  }

 private:
  BareVici bare() { return BareVici(lab_.site().socket()); }
  static vici::Section one(const char* key, std::string value) {
    vici::Section message;
    message.add(key, std::move(value));
    return message;
  }

  Lab lab_;
  boost::asio::io_context io_;
  vici::Charon port_;
};

}  // namespace

const WorldKind kRealWorld{"Charon", &CharonDaemon::obstacle, []() -> std::unique_ptr<World> {
                             return std::make_unique<RealWorld>();
                           }};

}  // namespace kaido::test
