#include "config/times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/mistakes.hpp"

namespace kaido::config {
namespace {

constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::uint8_t kEveryDay = 0x7f;
constexpr unsigned kMinutes = 60;

using Wrong = std::unexpected<std::string>;

bool has(std::uint8_t days, std::size_t day) { return ((days >> day) & 1U) != 0; }

/// Two digits below `end`.
std::optional<unsigned> two_digits(std::string_view text, unsigned end) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 2 || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  const auto value = static_cast<unsigned>((text[0] - '0') * 10 + (text[1] - '0'));
  return value < end ? std::optional(value) : std::nullopt;
}

std::expected<std::size_t, std::string> parse_day(std::string_view text) {
  const auto* found = std::ranges::find(kDays, text);
  if (found == kDays.end())
    return Wrong(fmt::format("{} is no day: {}", in_quotes(text), fmt::join(kDays, ", ")));
  return static_cast<std::size_t>(found - kDays.begin());
}

/// "mon" or "fri-mon", added to `days`.
std::expected<void, std::string> add_days(std::string_view text, std::uint8_t& days) {
  const auto dash = text.find('-');
  const auto first = parse_day(text.substr(0, dash));
  if (!first) return Wrong(first.error());
  const auto last = dash == std::string_view::npos ? first : parse_day(text.substr(dash + 1));
  if (!last) return Wrong(last.error());
  for (auto day = *first;; day = (day + 1) % kDays.size()) {
    if (has(days, day)) return Wrong(fmt::format("{} is there twice", kDays.at(day)));
    days = static_cast<std::uint8_t>(days | (1U << day));
    if (day == *last) return {};
  }
}

std::expected<std::uint8_t, std::string> parse_days(std::string_view text) {
  std::uint8_t days = 0;
  while (true) {
    const auto comma = text.find(',');
    if (const auto added = add_days(text.substr(0, comma), days); !added)
      return Wrong(added.error());
    if (comma == std::string_view::npos) return days;
    text.remove_prefix(comma + 1);
  }
}

std::string days_text(std::uint8_t days) {
  std::string text;
  for (std::size_t day = 0; day < kDays.size(); ++day) {
    if (!has(days, day)) continue;
    auto last = day;
    while (last + 1 < kDays.size() && has(days, last + 1)) ++last;
    if (!text.empty()) text += ',';
    text += kDays.at(day);
    if (last < day + 2) continue;  // "mon,tue" needs no '-'
    text += fmt::format("-{}", kDays.at(last));
    day = last;
  }
  return text;
}

}  // namespace

std::optional<std::uint16_t> parse_time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = two_digits(text.substr(0, 2), 24);
  const auto minute = two_digits(text.substr(3), kMinutes);
  if (!hour || !minute) return std::nullopt;
  return static_cast<std::uint16_t>(*hour * kMinutes + *minute);
}

std::string time_of_day(std::uint16_t minute) {
  return fmt::format("{:02}:{:02}", minute / kMinutes, minute % kMinutes);
}

std::expected<session::Hours, std::string> parse_hours(std::string_view text) {
  session::Hours hours;
  if (const auto blank = text.find(' '); blank != std::string_view::npos) {
    const auto days = parse_days(text.substr(0, blank));
    if (!days) return Wrong(days.error());
    hours.days = *days;
    text.remove_prefix(blank + 1);
  }
  const auto dash = text.find('-');
  if (dash == std::string_view::npos)
    return Wrong(fmt::format("{} is not two times with '-' between them", in_quotes(text)));
  const auto first = text.substr(0, dash);
  const auto last = text.substr(dash + 1);
  const auto from = parse_time_of_day(first);
  const auto until = last == "24:00" ? std::uint16_t{0} : parse_time_of_day(last);
  if (!from || !until)
    return Wrong(fmt::format("{} is no time from 00:00 to 23:59", in_quotes(from ? last : first)));
  hours.from = *from;
  hours.until = *until;
  return hours;
}

std::string to_text(const session::Hours& hours) {
  const auto times = fmt::format("{}-{}", time_of_day(hours.from), time_of_day(hours.until));
  return hours.days == kEveryDay ? times : fmt::format("{} {}", days_text(hours.days), times);
}

}  // namespace kaido::config
