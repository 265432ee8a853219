#include "core/session/ike_identities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace kaido::session {
namespace {

constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Tags of DER (X.690 §8.1.2).
constexpr std::uint8_t kSequence = 0x30;
constexpr std::uint8_t kOctets = 0x04;
constexpr std::uint8_t kObject = 0x06;
constexpr std::uint8_t kVersion = 0xa0;     // [0] of TBSCertificate
constexpr std::uint8_t kExtensions = 0xa3;  // [3]
constexpr std::uint8_t kMail = 0x81;        // rfc822Name of GeneralName
constexpr std::uint8_t kDomain = 0x82;      // dNSName
/// 2.5.29.17: subjectAltName.
constexpr std::string_view kAlternativeNames = "\x55\x1d\x11";
constexpr std::size_t kLongestName = 253;  // of a domain (RFC 1035 §2.3.4)

/// The bytes of the first certificate in the text; empty: there is none.
std::string decoded(std::string_view pem) {
  const auto begin = pem.find(kBegin);
  if (begin == std::string_view::npos) return {};
  pem.remove_prefix(begin + kBegin.size());
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : pem.substr(0, pem.find(kEnd))) {
    const auto digit = kBase64.find(c);
    if (digit == std::string_view::npos) continue;  // ends of lines, padding
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> static_cast<unsigned>(count));
  }
  return bytes;
}

struct Element {
  std::uint8_t tag = 0;
  std::string_view content;
  std::string_view whole;  ///< with tag and length
};

/// One after the other out of the content of another.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] bool at_end() const { return bytes_.empty(); }

  /// nullopt: there is no whole one; then there is no other.
  std::optional<Element> next() {
    const auto bytes = std::exchange(bytes_, {});
    const auto length = length_of(bytes);
    if (!length || length->second > bytes.size() - length->first) return std::nullopt;
    const auto [header, size] = *length;
    bytes_ = bytes.substr(header + size);
    return Element{.tag = static_cast<std::uint8_t>(bytes[0]),
                   .content = bytes.substr(header, size),
                   .whole = bytes.substr(0, header + size)};
  }

 private:
  /// Bytes of tag and length, and what the length says.
  static std::optional<std::pair<std::size_t, std::size_t>> length_of(std::string_view bytes) {
    constexpr std::size_t kMost = 3;  // 16 MB
    if (bytes.size() < 2) return std::nullopt;
    const auto first = static_cast<std::uint8_t>(bytes[1]);
    if (first < 0x80) return std::pair(std::size_t{2}, std::size_t{first});
    const std::size_t count = first & 0x7fU;
    if (count == 0 || count > kMost || bytes.size() < 2 + count) return std::nullopt;
    std::size_t size = 0;
    for (const char byte : bytes.substr(2, count))
      size = size << 8U | static_cast<std::uint8_t>(byte);
    return std::pair(2 + count, size);
  }

  std::string_view bytes_;
};

struct Names {
  std::string_view subject;     ///< DER
  std::string_view extensions;  ///< of the list, its content
};

std::optional<Names> names_of(std::string_view der) {
  const auto certificate = Reader(der).next();
  if (!certificate || certificate->tag != kSequence) return std::nullopt;
  const auto signed_part = Reader(certificate->content).next();
  if (!signed_part || signed_part->tag != kSequence) return std::nullopt;
  Reader fields(signed_part->content);
  auto field = fields.next();
  if (field && field->tag == kVersion) field = fields.next();
  // What came is the serial number; before the subject: algorithm, issuer, validity.
  for (int i = 0; i < 4 && field; ++i) field = fields.next();
  if (!field || field->tag != kSequence) return std::nullopt;
  Names names{.subject = field->content.empty() ? std::string_view() : field->whole,
              .extensions = {}};
  while (!fields.at_end()) {
    field = fields.next();
    if (!field) return std::nullopt;
    if (field->tag != kExtensions) continue;
    const auto list = Reader(field->content).next();
    if (!list || list->tag != kSequence) return std::nullopt;
    names.extensions = list->content;
  }
  return names;
}

/// The content of the list of alternative names; empty: there is none.
std::string_view alternative_names(std::string_view extensions) {
  Reader all(extensions);
  while (!all.at_end()) {
    const auto extension = all.next();
    if (!extension) return {};
    Reader parts(extension->content);
    const auto object = parts.next();
    if (!object || object->tag != kObject || object->content != kAlternativeNames) continue;
    auto value = parts.next();
    if (value && value->tag != kOctets) value = parts.next();  // `critical` stands between
    if (!value || value->tag != kOctets) return {};
    const auto list = Reader(value->content).next();
    return list && list->tag == kSequence ? list->content : std::string_view();
  }
  return {};
}

bool is_plain(std::string_view name) {
  const auto plain = [](char c) { return c > ' ' && c <= '~' && c != '*' && c != '#'; };
  return !name.empty() && name.size() <= kLongestName && std::ranges::all_of(name, plain);
}

std::optional<std::string> first_alternative(std::string_view extensions) {
  Reader names(alternative_names(extensions));
  while (!names.at_end()) {
    const auto name = names.next();
    if (!name) return std::nullopt;
    if ((name->tag != kMail && name->tag != kDomain) || !is_plain(name->content)) continue;
    return fmt::format("{}:{}", name->tag == kMail ? "email" : "fqdn", name->content);
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> ike_identities(std::string_view pem) {
  const auto der = decoded(pem);
  const auto names = names_of(der);
  if (!names) return {};
  std::vector<std::string> identities;
  if (auto name = first_alternative(names->extensions)) identities.push_back(std::move(*name));
  if (!names->subject.empty()) {
    std::string subject = "asn1dn:#";
    for (const char byte : names->subject)
      subject += fmt::format("{:02x}", static_cast<std::uint8_t>(byte));
    identities.push_back(std::move(subject));
  }
  return identities;
}

}  // namespace kaido::session
