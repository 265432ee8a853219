#include "charon/lab.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "adapters/vici/settings.hpp"
#include "charon/bare_vici.hpp"

namespace kaido::test {
namespace {

void expect_success(const vici::Section& answer, const std::string& what) {
  if (answer.get("success") == "no")
    throw std::runtime_error(what + ": " + std::string(answer.get("errmsg")));
}

}  // namespace

NetworkNamespace::NetworkNamespace(std::string name) : name_(std::move(name)) {
  run(fmt::format("ip netns add {0} && ip -n {0} link set lo up", name_));
}

NetworkNamespace::~NetworkNamespace() {
  if (std::system(("ip netns del " + name_).c_str()) != 0)
    fmt::print(stderr, "the network namespace {} is left behind\n", name_);
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "kaido-ike.XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Lab::Lab()
    : site_namespace_(fmt::format("ike{}s", getpid())),
      hub_namespace_(fmt::format("ike{}h", getpid())),
      site_(folder_.path() / "site", site_namespace_.name()),
      hub_(folder_.path() / "hub", hub_namespace_.name()) {
  make_network();
  make_certificates();
}

void Lab::make_network() const {
  run(fmt::format("ip link add site0 netns {} type veth peer name hub0 netns {}",
                  site_namespace_.name(), hub_namespace_.name()));
  run(fmt::format("ip -n {0} addr add 192.0.2.1/24 dev site0 && ip -n {0} link set site0 up",
                  site_namespace_.name()));
  run(fmt::format("ip -n {0} addr add 192.0.2.2/24 dev hub0 && ip -n {0} link set hub0 up",
                  hub_namespace_.name()));
}

void Lab::make_certificates() const {
  make(R"(set -e
key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $1.key; chmod 600 $1.key; }
key ca
openssl req -x509 -new -key ca.key -days 30 -subj '/O=Kaido/CN=Fleet CA' -out ca.pem \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
leaf() {
  key $1
  openssl req -new -key $1.key -subj "/O=Kaido/CN=$2" -out $1.csr
  printf "subjectAltName=DNS:$2\nkeyUsage=digitalSignature\n" > $1.ext
  openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days ${3:-30} -extfile $1.ext -outform DER -out $1.der
}
openssl x509 -in ca.pem -outform DER -out ca.der
leaf site s1.osaka.example
leaf renewed s1.osaka.example
leaf hub tokyo.example
leaf expired tokyo.example -1
leaf nara nara.example
)");
}

void Lab::make(const std::string& script) const {
  std::ofstream(folder_.path() / "make.sh") << script;
  run(fmt::format("cd {} && sh make.sh >make.log 2>&1", folder_.path().string()));
}

// At the hub's end: the site's link stays up and its charon notices nothing.
void Lab::cut_cable() const {
  run(fmt::format("ip -n {} addr flush dev hub0", hub_namespace_.name()));
}

void Lab::add_address_of_hub(const std::string& address) const {
  run(fmt::format("ip -n {} addr add {} dev lo", hub_namespace_.name(), address));
}

std::string Lab::pki(const std::string& file) const {
  std::ostringstream text;
  text << std::ifstream(folder_.path() / file, std::ios::binary).rdbuf();
  return text.str();
}

SharedCertificates Lab::certificates(const std::string& who) const {
  return SharedCertificates({.own_der = pki(who + ".der"), .authority_der = {pki("ca.der")}});
}

IkeCredentials Lab::credentials(const std::string& who) const {
  return {.certificates = certificates(who), .private_key_pem = Secret(pki(who + ".key"))};
}

IkeConnection Lab::connection(const std::string& who) const {
  IkeConnection connection;
  connection.certificates = certificates(who);
  connection.if_id = 7;
  connection.ike_proposals = {"aes256gcm16-prfsha256-x25519"};
  connection.esp_proposals = {"aes256gcm16-x25519"};
  return connection;
}

IkeDesired Lab::site_desired() const {
  auto wanted = connection("site");
  wanted.name = "kaido-tokyo-1";
  wanted.local_addrs = {"192.0.2.1"};
  wanted.remote_addrs = {"192.0.2.2"};
  wanted.local_id = "s1.osaka.example";
  wanted.remote_id = "tokyo.example";
  return {.credentials = credentials("site"), .connections = {wanted}};
}

void Lab::configure_hub(const Hub& hub) const {
  BareVici charon(hub_.socket());
  for (const auto& command : vici::load_credentials(credentials(hub.certificate)))
    expect_success(charon.command(command.name, command.message), command.name);
  auto wanted = connection(hub.certificate);
  wanted.name = "kaido-osaka-1";
  wanted.local_addrs = {"192.0.2.2"};
  wanted.local_id = "tokyo.example";
  wanted.remote_id = hub.site;
  wanted.ike_proposals = {hub.proposal};
  expect_success(charon.command("load-conn", vici::load_conn(wanted)), "load-conn");
}

}  // namespace kaido::test
