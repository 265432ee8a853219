// The format of each type of text in the schema.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "config/shape.hpp"
#include "config/times.hpp"
#include "core/wireguard.hpp"
#include "kaido/ip.hpp"

namespace kaido::config {
namespace {

constexpr std::size_t kLongestName = 32;
constexpr std::size_t kLongestDevice = 15;   // IFNAMSIZ - 1
constexpr std::size_t kLongestDomain = 247;  // a slot's "s255." goes in front (RFC 1035 §2.3.4)
constexpr std::size_t kLongestLabel = 63;

bool is_word(char c, std::string_view others) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         others.find(c) != std::string_view::npos;
}

bool all_words(std::string_view text, std::string_view others) {
  return std::ranges::all_of(text, [&](char c) { return is_word(c, others); });
}

Fault expected(const Key& key, std::string_view text, std::string hint = {}) {
  return {fmt::format("expected {}, found {}", expectation_of_item(key), in_quotes(text)),
          std::move(hint)};
}

std::optional<Fault> choice_fault(const Key& key, const std::string& text) {
  std::vector<std::string_view> words;
  for (auto rest = key.words; !rest.empty();) {
    const auto bar = std::min(rest.find('|'), rest.size());
    words.push_back(rest.substr(0, bar));
    rest.remove_prefix(std::min(bar + 1, rest.size()));
  }
  if (std::ranges::find(words, text) != words.end()) return std::nullopt;
  if (key.name == "role" && text == "box") return Fault{"\"box\" is planned", "use \"branch\""};
  return expected(key, text, did_you_mean(text, words));
}

std::optional<Fault> name_fault(const Key& key, const std::string& text) {
  if (!text.empty() && text.size() <= kLongestName && is_word(text.front(), "") &&
      all_words(text, "._-"))
    return std::nullopt;
  return expected(
      key, text,
      fmt::format("1 to {} letters, digits, '.', '_', '-'; a letter or digit first", kLongestName));
}

std::optional<Fault> domain_fault(const Key& key, const std::string& text) {
  bool good = !text.empty() && text.size() <= kLongestDomain;
  for (std::size_t at = 0; good && at <= text.size();) {
    const auto dot = std::min(text.find('.', at), text.size());
    const auto label = std::string_view(text).substr(at, dot - at);
    good = !label.empty() && label.size() <= kLongestLabel && all_words(label, "-_") &&
           label.front() != '-' && label.back() != '-';
    at = dot + 1;
  }
  if (good) return std::nullopt;
  return expected(key, text, "such as osaka.kaido.example");
}

std::optional<Fault> device_fault(const Key& key, const std::string& text) {
  if (text.size() > kLongestDevice)
    return expected(key, text,
                    fmt::format("{} characters at most, this has {}", kLongestDevice, text.size()));
  const bool good = !text.empty() && text != "." && text != ".." &&
                    std::ranges::all_of(text, [](unsigned char c) {
                      return std::isgraph(c) != 0 && c != '/' && c != ':' && c != '"' && c != '\\';
                    });
  if (good) return std::nullopt;
  return expected(key, text, "as `ip link` shows it: no '/', no blank");
}

std::optional<Fault> text_fault(const Key& key, const std::string& text) {
  const bool good = text.size() <= 255 && std::ranges::none_of(text, [](unsigned char c) {
                      return c < 0x20 || c == 0x7f;
                    });
  if (good) return std::nullopt;
  return expected(key, text, "255 bytes at most, without control characters");
}

/// Somebody may have pasted the key itself, so the text is never shown.
std::optional<Fault> path_fault(const Key& key, const std::string& text) {
  if (!text.empty() && !text_fault(key, text) && !parse_wireguard_key(text)) return std::nullopt;
  return Fault{fmt::format("expected {}, found text that is none", expectation_of_item(key)),
               "the name of a file, not its content"};
}

std::optional<Fault> prefix_fault(const Key& key, const std::string& text) {
  if (Prefix::parse(text)) return std::nullopt;
  const auto slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address || slash == std::string::npos) return expected(key, text);
  const auto digits = std::string_view(text).substr(slash + 1);
  const bool numeric = !digits.empty() && digits.size() <= 3 &&
                       std::ranges::all_of(digits, [](unsigned char c) { return std::isdigit(c); });
  const int length = numeric ? std::stoi(std::string(digits)) : -1;
  if (length < 0 || length > address->bits())
    return expected(key, text, fmt::format("a length from 0 to {}", address->bits()));
  const Prefix meant(*address, static_cast<std::uint8_t>(length));
  return Fault{fmt::format("the prefix {} has host bits", in_quotes(text)),
               fmt::format("write \"{}\"", meant.to_string())};
}

std::optional<Fault> host_prefix_fault(const Key& key, const std::string& text) {
  const auto address = IpAddress::parse(text.substr(0, text.find('/')));
  if (!address) return expected(key, text);
  if (const auto prefix = Prefix::parse(text); prefix && prefix->length() == address->bits())
    return std::nullopt;
  return expected(key, text, fmt::format("write \"{}\"", Prefix(*address).to_string()));
}

std::optional<Fault> wireguard_key_fault(const Key& key, const std::string& text) {
  if (parse_wireguard_key(text)) return std::nullopt;
  // Not shown: somebody may have pasted a private key with one character too many.
  return Fault{fmt::format("expected {}, found {} characters that are not such a key",
                           expectation_of_item(key), text.size()),
               "as `wg pubkey` prints it"};
}

std::optional<Fault> proposal_fault(const Key& key, const std::string& text) {
  const bool good = !text.empty() && text.size() <= 255 && all_words(text, "-_") &&
                    text.front() != '-' && text.back() != '-';
  return good ? std::nullopt : std::optional(expected(key, text));
}

std::optional<Fault> time_fault(const Key& key, const std::string& text) {
  if (parse_time_of_day(text)) return std::nullopt;
  return expected(key, text, "from 00:00 to 23:59");
}

std::optional<Fault> hours_fault(const Key& key, const std::string& text) {
  const auto hours = parse_hours(text);
  return hours ? std::nullopt : std::optional(expected(key, text, hours.error()));
}

}  // namespace

std::optional<Fault> fault_of(const Key& key, const std::string& text) {
  switch (key.type) {
    case Type::choice:
      return choice_fault(key, text);
    case Type::name:
      return name_fault(key, text);
    case Type::domain:
      return domain_fault(key, text);
    case Type::device:
      return device_fault(key, text);
    case Type::text:
      return text_fault(key, text);
    case Type::path:
      return path_fault(key, text);
    case Type::address:
      return IpAddress::parse(text) ? std::nullopt : std::optional(expected(key, text));
    case Type::prefix:
      return prefix_fault(key, text);
    case Type::host_prefix:
      return host_prefix_fault(key, text);
    case Type::wireguard_key:
      return wireguard_key_fault(key, text);
    case Type::proposal:
      return proposal_fault(key, text);
    case Type::time_of_day:
      return time_fault(key, text);
    case Type::hours:
      return hours_fault(key, text);
    case Type::number:
    case Type::decimal:
    case Type::flag:
    case Type::table:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace kaido::config
