#include "world.hpp"

#include <liboath/oath.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "core/wireguard.hpp"

namespace kaido::test {
namespace {

namespace json = boost::json;

constexpr std::int64_t kStep = 30;  // seconds of a code

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file) << text;
}

std::string key_pem(EVP_PKEY* key) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

std::string any_wireguard_key() {
  WireGuardKey key{};
  RAND_bytes(key.data(), static_cast<int>(key.size()));
  return to_base64(key);
}

bool is_event(const std::string& line) { return json::parse(line).as_object().contains("event"); }

}  // namespace

std::size_t size_of(const char* variable, std::size_t otherwise) {
  const char* const value = std::getenv(variable);
  return value == nullptr ? otherwise : std::stoul(value);
}

std::string code_of(const std::string& uri, session::WallTime at) {
  const auto begin = uri.find("secret=") + 7;
  const auto seed = uri.substr(begin, uri.find('&', begin) - begin);
  char* bytes = nullptr;
  std::size_t size = 0;
  std::array<char, 9> digits{};
  const bool made = oath_base32_decode(seed.data(), seed.size(), &bytes, &size) == OATH_OK &&
                    oath_totp_generate(bytes, size, at, kStep, 0, 6, digits.data()) == OATH_OK;
  std::free(bytes);
  if (!made) throw std::runtime_error("no code of " + uri);
  return digits.data();
}

LoginWorld::LoginWorld() {
  auto pattern = (std::filesystem::temp_directory_path() / "kaido-login-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder = pattern;
  auto of_authority = wish("People CA");
  of_authority.authority = true;
  of_authority.usage = "keyCertSign,cRLSign";
  of_authority.extended = "";
  authority_ = pki::issue(of_authority, nullptr);
  stranger = pki::issue(wish("stranger"), nullptr);
  auto of_portal = wish("localhost");
  of_portal.extended = "serverAuth";
  of_portal.alternative = "DNS:localhost";
  const auto server = pki::issue(of_portal, nullptr);
  write(folder / "people-ca.crt", pki::pem(authority_));
  write(folder / "portal.crt", pki::pem(server));
  write(folder / "portal.key", key_pem(server.key.get()));
}

LoginWorld::~LoginWorld() {
  hub.reset();
  portal.reset();
  std::filesystem::remove_all(folder);
}

pki::Wish LoginWorld::wish(const std::string& name) const {
  const auto real = std::time(nullptr);
  return {.name = name, .from = real - pki::kDay, .until = real + 300 * pki::kDay};
}

session::WallTime LoginWorld::now() const { return std::time(nullptr) + ahead_; }

void LoginWorld::start_portal() {
  const auto address = "127.0.0.1:" + std::to_string(port_);
  portal = std::make_unique<Process>(
      std::vector<std::string>{KAIDO_PORTAL, "--certificate", folder / "portal.crt", "--key",
                               folder / "portal.key", "--listen", address, "--kaidod-socket",
                               folder / "kaidod.sock"},
      STDERR_FILENO);
  const std::string ready = "serving clients on TCP port ";
  const auto line =
      portal->wait_for([&](const auto& said) { return said.find(ready) != std::string::npos; });
  port_ = static_cast<std::uint16_t>(std::stoul(line.substr(line.find(ready) + ready.size())));
}

std::chrono::milliseconds LoginWorld::start_hub() {
  const auto started = std::chrono::steady_clock::now();
  hub = std::make_unique<Process>(
      std::vector<std::string>{KAIDO_TEST_HUB, "--folder", folder, "--portal-socket",
                               folder / "kaidod.sock", "--authorities", folder / "people-ca.crt",
                               "--network", "10.50.0.0/16", "--session-minutes", "10080", "--ahead",
                               std::to_string(ahead_)},
      STDOUT_FILENO);
  hub->wait_for([](const auto& line) { return line == R"({"event":"ready"})"; });
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               started);
}

void LoginWorld::wait_for_link() {
  portal->wait_for([](const auto& line) { return line.find("kaidod is there") != line.npos; });
}

json::object LoginWorld::tell(const std::string& command) {
  hub->tell(command);
  auto answer = json::parse(hub->wait_for([](const auto& line) { return !is_event(line); }));
  if (const auto* failed = answer.as_object().if_contains("failed"))
    throw std::runtime_error(std::string(failed->as_string()));
  return answer.as_object();
}

std::set<std::string> LoginWorld::sessions(const std::string& which) {
  std::set<std::string> ids;
  const auto said = tell(which);
  for (const auto& id : said.at("sessions").as_array()) ids.emplace(id.as_string());
  return ids;
}

void LoginWorld::add_person(const std::string& name, bool has_key) {
  uris_[name] = tell("user " + name).at("uri").as_string();
  next_step();
  if (!tell("verify " + name + " " + code(name)).at("counts").as_bool())
    throw std::runtime_error("a right code does not count");
  auto of_device = wish(name);
  of_device.alternative = "email:" + name + "@kaido.example";  // by which IKEv2 knows it
  devices[name] = pki::issue(of_device, &authority_);
  const auto file = folder / (name + ".crt");
  write(file, pki::pem(devices[name]));
  tell("device " + name + " laptop " + file.string() + ' ' + (has_key ? any_wireguard_key() : ""));
}

void LoginWorld::next_step() {
  ahead_ += kStep;
  if (hub) tell("ahead " + std::to_string(ahead_));
}

std::string LoginWorld::code(const std::string& user) const {
  return code_of(uris_.at(user), now());
}

}  // namespace kaido::test
