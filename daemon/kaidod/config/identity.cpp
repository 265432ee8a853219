#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "config/certificate_files.hpp"
#include "config/material.hpp"
#include "config/pki.hpp"

namespace kaido::config {
namespace {

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

class IdentityLoader {
 public:
  IdentityLoader(Draft& draft, const Node& node, const std::filesystem::path& folder,
                 std::optional<std::int64_t> now, Mistakes& mistakes)
      : draft_(draft),
        node_(node),
        files_(draft.identities.validity, folder, now, mistakes),
        mistakes_(mistakes) {}

  void load() {
    load_certificate();
    load_key();
    load_authorities();
    draft_.identities.certificates = SharedCertificates(std::move(found_));
    if (!certificate_) return;
    files_.check_dates(*certificate_, "certificate", "the certificate",
                       place_of(node_, "certificate"));
    check_names();
    check_key();
    check_chain();
  }

 private:
  void load_certificate() {
    const auto& name = draft_.model.identity.certificate_file;
    auto content = files_.read("certificate", name, place_of(node_, "certificate"));
    if (!content) return;
    auto found = parse_certificates(content->reveal_text());
    if (found.empty())
      return files_.not_a_certificate("certificate", name, place_of(node_, "certificate"),
                                      content->reveal_text());
    certificate_ = std::move(found.front());
    found_.own_der = to_der(*certificate_);
    draft_.identities.not_after = not_after(*certificate_);
  }

  void load_key() {
    const auto& name = draft_.model.identity.key_file;
    const auto place = place_of(node_, "key");
    auto content = files_.read("key", name, place, true);
    if (!content) return;
    key_ = parse_key(content->reveal_text());
    if (!key_) {
      const bool locked = content->reveal_text().find("ENCRYPTED") != std::string_view::npos;
      mistakes_.add(place,
                    fmt::format("key: {} {}", in_quotes(name),
                                locked ? "is protected by a passphrase" : "is not a private key"),
                    locked ? "kaidod has nobody to ask: store it without one, mode 0600"
                           : "expected PEM or DER");
      return;
    }
    draft_.identities.private_key_pem = to_pem(*key_);
  }

  void load_authorities() {
    const auto* list = node_.find("authorities");
    const auto* items = list == nullptr ? nullptr : list->as<Array>();
    if (items == nullptr) return;
    for (const auto& item : *items)
      if (const auto* name = item.as<std::string>()) load_authority(*name, item.place);
  }

  void load_authority(const std::string& name, Place place) {
    auto content = files_.read("authorities", name, place);
    if (!content) return;
    auto found = parse_certificates(content->reveal_text());
    if (found.empty())
      return files_.not_a_certificate("authorities", name, place, content->reveal_text());
    for (auto& authority : found) {
      files_.check_authority(*authority, "authorities", name,
                             fmt::format("the authority {}", in_quotes(name)), place);
      found_.authority_der.push_back(to_der(*authority));
      authorities_.push_back(std::move(authority));
    }
  }

  void check_names() {
    const auto& domain = draft_.model.identity.domain;
    if (domain.empty()) return;
    const auto have = dns_names(*certificate_);
    std::vector<std::string> missing;
    for (const auto& name : needed_names())
      if (std::ranges::find(have, lower(name)) == have.end()) missing.push_back(name);
    if (missing.empty()) return;
    mistakes_.add(place_of(node_, "certificate"),
                  fmt::format("certificate: it lacks the name {} (subjectAltName DNS)",
                              fmt::join(missing, ", ")),
                  have.empty() ? "it has no such name at all"
                               : fmt::format("it has {}", fmt::join(have, ", ")));
  }

  [[nodiscard]] std::vector<std::string> needed_names() const {
    const auto& model = draft_.model;
    if (model.is_hub()) return {model.identity.domain};
    std::vector<std::string> names;
    for (const auto& slot : model.slots) {
      if (slot.hub == kUnresolved || slot.number == 0) continue;
      const auto& transports = model.hubs[slot.hub].transports;
      if (std::ranges::find(transports, Transport::ikev2) != transports.end())
        names.push_back(fmt::format("s{}.{}", slot.number, model.identity.domain));
    }
    return names;
  }

  void check_key() {
    if (key_ && EVP_PKEY_eq(X509_get0_pubkey(certificate_.get()), key_.get()) != 1)
      mistakes_.add(place_of(node_, "key"),
                    fmt::format("key: it does not belong to the certificate{}",
                                Mistakes::at(place_of(node_, "certificate"))),
                    "both come from one request");
  }

  void check_chain() {
    if (authorities_.empty()) return;
    if (const auto fault = chain_fault(*certificate_, authorities_); !fault.empty())
      mistakes_.add(
          place_of(node_, "certificate"),
          fmt::format("certificate: its chain does not end at one of the authorities{}: {}",
                      Mistakes::at(place_of(node_, "authorities")), fault),
          "list the authority that signed it");
  }

  Draft& draft_;
  const Node& node_;
  CertificateFiles files_;
  Mistakes& mistakes_;
  Certificates found_;
  Certificate certificate_;
  KeyPair key_;
  std::vector<Certificate> authorities_;
};

}  // namespace

void load_identity(Draft& draft, const std::filesystem::path& folder,
                   std::optional<std::int64_t> now, Mistakes& mistakes) {
  const auto* node = draft.document->find("identity");
  if (node != nullptr && node->as<Table>() != nullptr)
    IdentityLoader(draft, *node, folder, now, mistakes).load();
}

}  // namespace kaido::config
