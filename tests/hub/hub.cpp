#include "hub/hub.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "hub/lines.hpp"

namespace kaido::test {
namespace {

namespace json = boost::json;

constexpr std::uint16_t kPort = 51790;
/// Nobody shakes hands with it.
constexpr char kHubKey[] = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";

std::string content_of(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file);
  return {std::istreambuf_iterator<char>(in), {}};
}

Prefix prefix(const std::string& text) {
  const auto parsed = Prefix::parse(text);
  if (!parsed) throw std::runtime_error("not a prefix: " + text);
  return *parsed;
}

/// A store whose users cannot be read counts as one with secrets: no new key is made for it.
bool seeds_exist(UserStore& store) {
  const auto users = store.users();
  if (!users) return true;
  return std::ranges::any_of(*users, [](const auto& user) { return user.otp.has_value(); });
}

}  // namespace

Hub::Hub(boost::asio::io_context& io, const HubOptions& options)
    : clock_(io, options.ahead),
      notebook_(options.folder + "/state.json"),
      store_(SqliteStore::Files{.database = options.folder + "/people.db",
                                .checkpoint = options.folder + "/people.checkpoint",
                                .key = options.folder + "/audit.key"}),
      vault_(options.folder + "/otp.key", [this] { return seeds_exist(store_); }),
      portal_(io, options.portal_socket),
      workers_(io),
      people_(clock_, workers_, &login_, board_, conditions_),
      sessions_(clock_, notebook_, board_, board_.admissions, people_, log_, *this),
      door_(clock_, portal_, people_, board_, [] { return std::string(kHubKey); }) {
  people_.on_opened = [this](const Admitted& admitted) { sessions_.opened(admitted); };
  people_.on_changed = [this] { sessions_.look(); };
  conditions_.on_change = [](const ConditionReport& report, bool raised) {
    print({{"event", raised ? "condition-raised" : "condition-cleared"},
           {"condition", info(report.error.condition).code},
           {"detail", report.error.detail}});
  };
  configure(options);
}

void Hub::configure(const HubOptions& options) {
  auto& model = board_.model;
  model.gateway.name = "tokyo";
  model.gateway.role = Role::hub;
  Network corp{.name = "corp"};
  for (const auto& text : options.networks) corp.prefixes.push_back(prefix(text));
  model.networks = {std::move(corp)};
  board_.identities.people_authorities_pem = content_of(options.authorities);
  session::Settings settings;
  settings.issuer = "Kaido";
  settings.session_minutes = options.session_minutes;
  settings.addresses = {prefix("10.90.0.0/20"), prefix("fd52::/64")};
  settings.wireguard_port = kPort;
  settings.ikev2 = true;
  settings.groups = {{.name = "staff", .networks = {"corp"}, .hours = std::nullopt}};
  model.people = std::move(settings);
}

void Hub::start() {
  people_.configured();
  sessions_.configured();
  door_.start();
}

void Hub::admitted(const std::vector<WireGuardPeer>& peers) {
  json::array keys;
  for (const auto& peer : peers) keys.emplace_back(to_base64(peer.public_key));
  print({{"event", "admitted"}, {"keys", std::move(keys)}});
}

void Hub::withdrawn(const std::vector<WireGuardKey>& peers) {
  json::array keys;
  for (const auto& key : peers) keys.emplace_back(to_base64(key));
  print({{"event", "withdrawn"}, {"keys", std::move(keys)}});
}

void Hub::sessions_known() { print({{"event", "ready"}}); }

void Hub::write(const LogEntry& entry) {
  print({{"event", "log"}, {"message", entry.id}, {"text", entry.text}});
}

}  // namespace kaido::test
