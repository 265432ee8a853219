#include "config/certificate_files.hpp"

#include <fmt/format.h>

#include "config/files.hpp"

namespace kaido::config {

std::optional<Secret> CertificateFiles::read(std::string_view key, const std::string& name,
                                             Place place, bool secret) {
  if (name.empty()) return std::nullopt;  // already a mistake
  auto content = read_file(folder_ / name, {.secret = secret});
  if (content) return std::move(*content);
  mistakes_.add(place, key, content.error());
  return std::nullopt;
}

void CertificateFiles::not_a_certificate(std::string_view key, const std::string& name, Place place,
                                         std::string_view content) {
  const bool is_key = content.find("PRIVATE KEY") != std::string_view::npos;
  mistakes_.add(place, fmt::format("{}: {} is not a certificate", key, in_quotes(name)),
                is_key ? "it holds a private key" : "expected X.509, PEM or DER");
}

void CertificateFiles::check_authority(const X509& certificate, std::string_view key,
                                       const std::string& name, const std::string& what,
                                       Place place) {
  if (!is_authority(certificate))
    mistakes_.add(place,
                  fmt::format("{}: {} is not an authority's certificate", key, in_quotes(name)),
                  "expected basicConstraints CA:TRUE");
  check_dates(certificate, key, what, place);
}

void CertificateFiles::check_dates(const X509& certificate, std::string_view key,
                                   const std::string& what, Place place) {
  const auto from = not_before(certificate);
  const auto until = not_after(certificate);
  validity_.push_back({what, from, until});
  if (!now_) return;
  if (until < *now_)
    mistakes_.add(place, fmt::format("{}: {} expired on {}", key, what, format_time(until)),
                  "have it renewed");
  else if (from > *now_)
    mistakes_.add(place, fmt::format("{}: {} is not valid before {}", key, what, format_time(from)),
                  fmt::format("this machine's clock says {}", format_time(*now_)));
}

}  // namespace kaido::config
