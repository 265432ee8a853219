// Reads the files of certificates that a configuration names, and tells what is wrong with each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/mistakes.hpp"
#include "config/pki.hpp"
#include "core/identities.hpp"

namespace kaido::config {

class CertificateFiles {
 public:
  /// `validity` gets the dates of each certificate that check_dates() sees. `now`: as in
  /// LoadOptions. All is kept by reference.
  CertificateFiles(std::vector<Validity>& validity, const std::filesystem::path& folder,
                   std::optional<std::int64_t> now, Mistakes& mistakes)
      : validity_(validity), folder_(folder), now_(now), mistakes_(mistakes) {}

  /// nullopt: a mistake, or an empty name, which is one already.
  std::optional<Secret> read(std::string_view key, const std::string& name, Place place,
                             bool secret = false);
  void not_a_certificate(std::string_view key, const std::string& name, Place place,
                         std::string_view content);
  /// An authority's, and valid now. `what`: for people.
  void check_authority(const X509& certificate, std::string_view key, const std::string& name,
                       const std::string& what, Place place);
  void check_dates(const X509& certificate, std::string_view key, const std::string& what,
                   Place place);

 private:
  std::vector<Validity>& validity_;
  const std::filesystem::path& folder_;
  std::optional<std::int64_t> now_;
  Mistakes& mistakes_;
};

}  // namespace kaido::config
