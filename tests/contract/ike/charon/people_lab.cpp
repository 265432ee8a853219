#include "charon/people_lab.hpp"

#include <stdexcept>

#include "adapters/vici/settings.hpp"
#include "charon/bare_vici.hpp"
#include "core/session/ike_identities.hpp"
#include "core/tunnels/connections.hpp"

namespace kaido::test {
namespace {

constexpr char kCertificates[] = R"(set -e
authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 30 \
    -subj '/O=Kaido/CN=People CA' -addext basicConstraints=critical,CA:TRUE \
    -addext keyUsage=critical,keyCertSign,cRLSign -keyout $1.key -out $1.pem
  openssl x509 -in $1.pem -outform DER -out $1.der
}
person() { # FILE NAME [AUTHORITY] [DAYS]
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj "/O=Kaido/CN=$2" -keyout $1.key -out $1.csr
  printf "subjectAltName=email:$2@example.com\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n" > $1.ext
  openssl x509 -req -in $1.csr -CA ${3:-people-ca}.pem -CAkey ${3:-people-ca}.key -CAcreateserial \
    -days ${4:-30} -extfile $1.ext -out $1.pem
  openssl x509 -in $1.pem -outform DER -out $1.der
}
authority people-ca
authority other-ca
person alice alice
person second alice
person foreign alice other-ca
person expired alice people-ca -1
person revoked alice
person bob bob
: > index.txt
echo 01 > crlnumber
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=30\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n' > ca.cnf
openssl ca -config ca.cnf -cert people-ca.pem -keyfile people-ca.key -revoke revoked.pem
openssl ca -config ca.cnf -cert people-ca.pem -keyfile people-ca.key -gencrl -out crl.pem
openssl crl -in crl.pem -outform DER -out people.crl
)";

constexpr char kClient[] = "office";

void expect_success(const vici::Section& answer, const std::string& what) {
  if (answer.get("success") == "no")
    throw std::runtime_error(what + ": " + std::string(answer.get("errmsg")));
}

/// As an admin of a laptop writes it.
vici::Section client(const PeopleLab::Attempt& attempt, const std::string& certificate,
                     const std::string& authority) {
  vici::Section local;
  local.add("auth", "pubkey").add("id", attempt.identity).add_list("certs", {certificate});
  vici::Section remote;
  remote.add("auth", "pubkey").add("id", "tokyo.example").add_list("cacerts", {authority});
  vici::Section child;
  child.add_list("remote_ts", {"0.0.0.0/0", "::/0"});
  vici::Section children;
  children.add_section(kClient, child);
  vici::Section connection;
  connection.add("version", "2").add("unique", attempt.greets ? "no" : "never");
  connection.add_list("remote_addrs", {"192.0.2.2"});
  if (attempt.asks_for_address) connection.add_list("vips", {"0.0.0.0", "::"});
  connection.add_section("local", local).add_section("remote", remote);
  connection.add_section("children", children);
  vici::Section message;
  message.add_section(kClient, connection);
  return message;
}

}  // namespace

PeopleLab::PeopleLab() {
  lab_.make(kCertificates);
  // charon's own ESP, where the kernel has none, wants one in each network that it grants.
  for (const char* address : {"10.50.0.1/32", "10.88.0.1/32"}) lab_.add_address_of_hub(address);
  lab_.site().start();
  lab_.hub().start();
}

std::vector<IkeConnection> PeopleLab::connections(const std::string& certificate,
                                                  const std::string& authority,
                                                  const std::string& address) const {
  Board board;
  board.model.identity.domain = "tokyo.example";
  board.model.networks = {{.name = "corp", .prefixes = {Prefix::parse("10.50.0.0/16").value()}}};
  auto& people = board.model.people.emplace();
  people.addresses = {Prefix::parse("10.88.0.0/24").value()};
  people.groups = {{.name = "staff", .networks = {"corp"}, .hours = std::nullopt}};
  board.identities.people_certificates = SharedCertificates(
      {.own_der = lab_.pki("hub.der"), .authority_der = {lab_.pki(authority + ".der")}});
  session::IkeAdmission admission;
  admission.addresses = {IpAddress::parse(address).value()};
  admission.certificate = lab_.pki(certificate + ".pem");
  admission.identities = session::ike_identities(admission.certificate);
  admission.groups = {"staff"};
  return person_connections(board, name(certificate), admission);
}

bool PeopleLab::comes_in(const Attempt& attempt) {
  BareVici charon(lab_.site().socket());
  vici::Section key;
  key.add("type", "any").add("data", lab_.pki(attempt.certificate + ".key"));
  expect_success(charon.command("load-key", key), "load-key");
  const auto settings = client(attempt, lab_.pki(attempt.certificate + ".pem"), lab_.pki("ca.der"));
  expect_success(charon.command("load-conn", settings), "load-conn");
  vici::Section order;
  order.add("child", kClient).add("ike", kClient).add("timeout", "5000");
  return charon.command("initiate", order).get("success") == "yes";
}

void PeopleLab::laptop_dies() {
  lab_.site().kill();
  lab_.site().start();
}

std::vector<std::string> PeopleLab::granted(const std::string& connection, const char* what) {
  for (const auto& message : BareVici(lab_.hub().socket()).events("list-sas", "list-sa"))
    for (const auto& [name, sa] : message.sections()) {
      if (name != connection) continue;
      const auto* children = sa->section("child-sas");
      for (const auto& [id, child] : children->sections()) return child->list(what);
    }
  return {};
}

}  // namespace kaido::test
