#include "unit/portal/fixture.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "unit/portal/words.hpp"

namespace kaido::portal {
namespace {

constexpr int kLimit = 10'000;  // ms; what comes at all comes long before

bool readable(int fd) {
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  return poll(&waiting, 1, kLimit) == 1;
}

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using File = std::unique_ptr<BIO, decltype(&BIO_free)>;

struct Issuer {
  Certificate certificate{nullptr, &X509_free};
  Key key{nullptr, &EVP_PKEY_free};
};

/// Empty without a path.
Issuer read_issuer(const std::string& path) {
  Issuer issuer;
  if (path.empty()) return issuer;
  const File certificate(BIO_new_file((path + ".crt").c_str(), "r"), &BIO_free);
  const File key(BIO_new_file((path + ".key").c_str(), "r"), &BIO_free);
  issuer.certificate.reset(PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr));
  issuer.key.reset(PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr));
  EXPECT_TRUE(issuer.certificate && issuer.key) << path;
  return issuer;
}

void add_extension(X509& certificate, int name, const char* value) {
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, name, value), &X509_EXTENSION_free);
  X509_add_ext(&certificate, extension.get(), -1);
}

void write_pem(const std::string& path, auto write) {
  const auto fresh = path + ".new";
  const File file(BIO_new_file(fresh.c_str(), "w"), &BIO_free);
  EXPECT_EQ(write(file.get()), 1);
  BIO_flush(file.get());
  std::filesystem::rename(fresh, path);
}

}  // namespace

Kaidod::Kaidod(const std::string& path)
    : socket_(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  EXPECT_EQ(connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
}

std::optional<Packet> Kaidod::receive() const {
  std::vector<std::byte> bytes(kLargest);
  if (!readable(socket_.get())) return {};
  const auto size = recv(socket_.get(), bytes.data(), bytes.size(), 0);
  if (size <= 0) return {};
  bytes.resize(static_cast<std::size_t>(size));
  return decode(bytes);
}

void Kaidod::send(std::uint64_t id, Body body) const {
  const auto bytes = encode({.id = id, .body = std::move(body)}).value();
  send_raw(bytes.reveal_text());
}

void Kaidod::send_raw(std::string_view bytes) const {
  EXPECT_EQ(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
}

bool Kaidod::is_closed() const {
  std::array<char, 1> byte{};
  return readable(socket_.get()) && recv(socket_.get(), byte.data(), byte.size(), 0) <= 0;
}

void make_certificate(const std::string& common_name, const std::string& certificate_path,
                      const std::string& key_path, const CertificateKind& kind) {
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Certificate certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), kind.from);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kind.until);
  X509_set_pubkey(certificate.get(), key.get());
  auto* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
  add_extension(*certificate, NID_subject_alt_name,
                "DNS:portal.example.org,DNS:login.example.org,IP:127.0.0.1");
  if (kind.is_authority) add_extension(*certificate, NID_basic_constraints, "critical,CA:TRUE");
  const bool by_itself = kind.issuer.empty();
  const auto issuer = read_issuer(by_itself ? std::string() : kind.issuer);
  X509_set_issuer_name(certificate.get(),
                       by_itself ? name : X509_get_subject_name(issuer.certificate.get()));
  X509_sign(certificate.get(), by_itself ? key.get() : issuer.key.get(), EVP_sha256());
  write_pem(certificate_path,
            [&](BIO* file) { return PEM_write_bio_X509(file, certificate.get()); });
  write_pem(key_path, [&](BIO* file) {
    return PEM_write_bio_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

void PortalTest::SetUp() {
  folder_ = testing::TempDir() + "portal-" + std::to_string(getpid());
  std::filesystem::create_directories(folder_);
  socket_path_ = folder_ + "/kaidod.sock";
  settings_.certificate = folder_ + "/portal.crt";
  settings_.key = folder_ + "/portal.key";
  settings_.trust_own_user = true;
  make_certificate("first", settings_.certificate, settings_.key);
}

void PortalTest::start(const char* listen) {
  Sockets sockets;
  sockets.https.push_back(open_https(parse_listen(listen).value()));
  sockets.kaidod = open_link(socket_path_);
  server_.emplace(sockets, settings_,
                  Log([this](const std::string& line) { lines_.push_back(line); }));
  thread_ = std::thread([this] { server_->run(); });
}

void PortalTest::stop() {
  if (!thread_.joinable()) return;
  server_->stop();
  thread_.join();
}

void PortalTest::TearDown() {
  stop();
  server_.reset();
  for (const auto& line : lines_) {
    EXPECT_EQ(line.find(kCode), std::string::npos) << line;
    EXPECT_EQ(line.find("annabel"), std::string::npos) << line;
  }
  std::filesystem::remove_all(folder_);
}

void PortalTest::expect_login(Client& client, const Kaidod& kaidod) const {
  client.send(Client::post("/api/v1/login", login_json()));
  const auto question = kaidod.receive();
  ASSERT_TRUE(question);
  ASSERT_TRUE(std::holds_alternative<LogIn>(question->body));
  kaidod.send(question->id, Answer{.outcome = Outcome::refused});
  EXPECT_EQ(client.receive().status, 403);
}

}  // namespace kaido::portal
