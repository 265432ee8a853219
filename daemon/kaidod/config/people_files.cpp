// The files of [people]: whose certificates people log in with, and which of them are revoked.
#include <fmt/format.h>

#include <utility>

#include "config/certificate_files.hpp"
#include "config/fields.hpp"
#include "config/material.hpp"
#include "config/pki.hpp"

namespace kaido::config {
namespace {

class PeopleLoader {
 public:
  PeopleLoader(Identities& identities, const Node& node, bool ikev2,
               const std::filesystem::path& folder, std::optional<std::int64_t> now,
               Mistakes& mistakes)
      : identities_(identities),
        node_(node),
        ikev2_(ikev2),
        files_(identities.validity, folder, now, mistakes),
        mistakes_(mistakes) {}

  void load() {
    each_text(node_, "authorities",
              [&](const auto& name, const Node& item) { authorities(name, item.place); });
    each_text(node_, "revocations",
              [&](const auto& name, const Node& item) { revocations(name, item.place); });
    certificates_.own_der = identities_.certificates->own_der;
    identities_.people_certificates = SharedCertificates(std::move(certificates_));
    identities_.people_revocations = SharedRevocations(std::move(lists_));
  }

 private:
  void authorities(const std::string& name, Place place) {
    const auto content = files_.read("authorities", name, place);
    if (!content) return;
    const auto [found, broken] = parse_bundle(content->reveal_text());
    if (found.empty())
      return files_.not_a_certificate("authorities", name, place, content->reveal_text());
    if (broken) in_part("authorities", "certificate", found.size(), name, place);
    for (const auto& authority : found) {
      files_.check_authority(*authority, "authorities", name,
                             fmt::format("the authority {} of [people]", in_quotes(name)), place);
      identities_.people_authorities_pem += to_pem(*authority);
      certificates_.authority_der.push_back(to_der(*authority));
    }
  }

  void revocations(const std::string& name, Place place) {
    const auto content = files_.read("revocations", name, place);
    if (!content) return;
    const auto text = content->reveal_text();
    const auto [found, broken] = parse_revocations(text);
    if (found.empty()) {
      const bool certificate = !parse_certificates(text).empty();
      mistakes_.add(place, fmt::format("revocations: {} is not a revocation list", in_quotes(name)),
                    certificate ? "it holds a certificate" : "expected an X.509 CRL, PEM or DER");
      return;
    }
    if (broken) in_part("revocations", "revocation list", found.size(), name, place);
    for (const auto& list : found) {
      if (ikev2_ && !names_its_authority(*list))
        mistakes_.add(
            place,
            fmt::format("revocations: a list in {} has no authorityKeyIdentifier, and charon would "
                        "not look at it",
                        in_quotes(name)),
            "crl_extensions in openssl's configuration of the authority; or ikev2 = false");
      identities_.people_revocations_pem += to_pem(*list);
      lists_.push_back(to_der(*list));
    }
  }

  /// What comes after it would be left out, and nobody would know.
  void in_part(std::string_view key, std::string_view what, std::size_t readable,
               const std::string& name, Place place) {
    mistakes_.add(
        place,
        fmt::format("{}: {} {} of {} cannot be read", key, what, readable + 1, in_quotes(name)),
        "the file may be cut off: copy it again");
  }

  Identities& identities_;
  const Node& node_;
  bool ikev2_;
  CertificateFiles files_;
  Mistakes& mistakes_;
  Certificates certificates_;
  std::vector<std::string> lists_;
};

}  // namespace

void load_people(Draft& draft, const std::filesystem::path& folder, std::optional<std::int64_t> now,
                 Mistakes& mistakes) {
  if (draft.people == nullptr) return;
  const bool ikev2 = draft.model.people && draft.model.people->ikev2;
  PeopleLoader(draft.identities, *draft.people, ikev2, folder, now, mistakes).load();
}

}  // namespace kaido::config
