// The words of people's values, and which names and texts are taken.
#include "core/session/people.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace kaido::session {
namespace {

constexpr std::array kAlgorithms{"SHA1", "SHA256", "SHA512"};
static_assert(kAlgorithms.size() == std::to_underlying(Algorithm::sha512) + 1);

constexpr std::array kPolicies{"certificate+otp", "certificate"};
static_assert(kPolicies.size() == std::to_underlying(Policy::certificate) + 1);

constexpr std::array kDoors{"portal", "client", "radius", "ticket"};
static_assert(kDoors.size() == std::to_underlying(Door::ticket) + 1);

constexpr std::array kEndReasons{"expired",         "logged-out",    "by-admin",
                                 "user-removed",    "user-disabled", "device-removed",
                                 "device-disabled", "replaced"};
static_assert(kEndReasons.size() == std::to_underlying(EndReason::replaced) + 1);

template <typename Value, std::size_t N>
std::optional<Value> find_word(const std::array<const char*, N>& words, std::string_view text) {
  const auto found = std::ranges::find(words, text);
  if (found == words.end()) return std::nullopt;
  return static_cast<Value>(found - words.begin());
}

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_of_a_name(char c) {
  return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-' || c == '@';
}

struct Character {
  char32_t point = 0;
  std::size_t bytes = 0;  ///< 0: none is well-formed here
};

/// How a character of 2, 3 or 4 bytes begins, and the least that needs so many: one that is
/// longer than it must be could hide another (RFC 3629 §10).
struct Lead {
  std::uint8_t mask;
  std::uint8_t mark;
  char32_t least;
};
constexpr std::array<Lead, 3> kLeads{
    {{0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}}};

/// The first character; `text` is not empty.
Character first_of(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  if (byte(0) < 0x80) return {.point = byte(0), .bytes = 1};
  for (std::size_t more = 1; more <= kLeads.size(); ++more) {
    const auto& [mask, mark, least] = kLeads[more - 1];
    if ((byte(0) & mask) != mark) continue;
    if (text.size() <= more) return {};
    auto point = static_cast<char32_t>(byte(0) & ~mask);
    for (std::size_t at = 1; at <= more; ++at) {
      if ((byte(at) & 0xc0U) != 0x80) return {};
      point = point << 6U | (byte(at) & 0x3fU);
    }
    const bool surrogate = point >= 0xd800 && point <= 0xdfff;
    if (point < least || point > 0x10ffff || surrogate) return {};
    return {.point = point, .bytes = more + 1};
  }
  return {};
}

/// Moves a terminal's cursor, turns the order of what follows, or is not seen at all.
bool is_control(char32_t point) {
  constexpr std::array<std::pair<char32_t, char32_t>, 7> ranges{{{0, 0x1f},
                                                                 {0x7f, 0x9f},
                                                                 {0x061c, 0x061c},
                                                                 {0x200e, 0x200f},
                                                                 {0x2028, 0x202e},
                                                                 {0x2066, 0x2069},
                                                                 {0xfeff, 0xfeff}}};
  return std::ranges::any_of(
      ranges, [point](const auto& range) { return point >= range.first && point <= range.second; });
}

}  // namespace

const char* to_string(Algorithm algorithm) { return kAlgorithms.at(std::to_underlying(algorithm)); }

std::optional<Algorithm> parse_algorithm(std::string_view text) {
  return find_word<Algorithm>(kAlgorithms, text);
}

const char* to_string(Policy policy) { return kPolicies.at(std::to_underlying(policy)); }

std::optional<Policy> parse_policy(std::string_view text) {
  return find_word<Policy>(kPolicies, text);
}

const char* to_string(Door door) { return kDoors.at(std::to_underlying(door)); }

std::optional<Door> parse_door(std::string_view text) { return find_word<Door>(kDoors, text); }

const char* to_string(EndReason reason) { return kEndReasons.at(std::to_underlying(reason)); }

std::optional<EndReason> parse_end_reason(std::string_view text) {
  return find_word<EndReason>(kEndReasons, text);
}

bool valid_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && is_letter_or_digit(name.front()) &&
         std::ranges::all_of(name, is_of_a_name);
}

bool valid_text(std::string_view text, std::size_t limit) {
  if (text.size() > limit) return false;
  while (!text.empty()) {
    const auto [point, bytes] = first_of(text);
    if (bytes == 0 || is_control(point)) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

}  // namespace kaido::session
