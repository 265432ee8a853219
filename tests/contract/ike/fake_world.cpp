#include <utility>

#include "adapters/fake/ike_control.hpp"
#include "world.hpp"

namespace kaido::test {
namespace {

class FakeWorld final : public World {
 public:
  kaido::IkeControl& port() override { return port_; }
  bool run_until(const std::function<bool()>& done) override {
    while (!done())
      if (!port_.pump()) return done();
    return true;
  }
  IkeDesired desired() override {
    const SharedCertificates certificates({.own_der = "c", .authority_der = {"a"}});
    IkeConnection connection{.name = "kaido-tokyo-1",
                             .local_addrs = {"192.0.2.1"},
                             .remote_addrs = {"192.0.2.2"},
                             .local_id = "s1.osaka.example",
                             .remote_id = "tokyo.example",
                             .certificates = certificates,
                             .if_id = 7,
                             .ike_proposals = {"aes256gcm16-prfsha256-x25519"},
                             .esp_proposals = {"aes256gcm16-x25519"}};
    return {.credentials = {certificates, Secret("k")}, .connections = {connection}};
  }
  void stop_charon() override { port_.stop_charon(); }
  void start_charon() override { port_.start_charon(); }
  std::vector<std::string> loaded() override { return port_.loaded(); }
  void load_foreign(const std::string& name) override { port_.load_foreign(name); }
  void unload(const std::string& name) override { port_.admin_unloads(name); }
  std::vector<std::string> keys() override { return {port_.keys().begin(), port_.keys().end()}; }
  std::size_t certificates() override { return port_.certificates(); }
  std::size_t connection_loads() override { return port_.loads(); }
  std::size_t key_loads() override { return port_.key_loads(); }
  void load_foreign_key() override { port_.load_foreign_key("office"); }
  void unload_keys() override { port_.unload_keys(); }
  void admin_loads_all() override { port_.admin_loads_all(); }
  IkeDesired with_new_key(IkeDesired desired) override {
    desired.credentials.private_key_pem = Secret("new");
    desired.credentials.certificates = desired.connections.front().certificates =
        SharedCertificates({.own_der = "n", .authority_der = {"a"}});
    return desired;
  }
  void trouble(HubTrouble what) override {
    port_.set_outcome("kaido-tokyo-1", {.up = false, .log = {line(what)}});
  }
  void rekey_ike(std::uint32_t unique_id) override { port_.rekey_ike(unique_id); }
  void rekey_child(std::uint32_t unique_id) override { port_.rekey_child(unique_id); }

 private:
  static std::string line(HubTrouble what) {
    switch (what) {
      case HubTrouble::silent:
        return "retransmit 1 of request with message ID 0";
      case HubTrouble::does_not_know_us:
        return "received AUTHENTICATION_FAILED notify error";
      case HubTrouble::certificate_expired:
        return "subject certificate invalid (valid from Nov 1 00:00:00 2020 to Nov 2 00:00:00 "
               "2020)";
      case HubTrouble::other_identity:
        return "no trusted ECDSA public key found for 'tokyo.example'";
      case HubTrouble::other_proposals:
        return "received NO_PROPOSAL_CHOSEN notify error";
    }
    std::unreachable();
  }

  fake::IkeControl port_;
};

}  // namespace

const WorldKind kFakeWorld{
    "Fake", [] { return std::string(); },
    []() -> std::unique_ptr<World> { return std::make_unique<FakeWorld>(); }};

}  // namespace kaido::test
