#include "portal/form.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "portal/utf8.hpp"

namespace kaido::portal {
namespace {

constexpr std::size_t kLargestCookie = 128;
constexpr int kHexadecimal = 16;

/// What is before the mark; the text goes on behind it.
std::string_view take_until(std::string_view& text, char mark) {
  const auto part = text.substr(0, text.find(mark));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

/// A percent sign's two digits.
std::optional<std::uint8_t> byte_of(std::string_view digits) {
  std::uint8_t byte = 0;
  if (digits.size() != 2) return {};
  const auto [rest, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), byte, kHexadecimal);
  if (error != std::errc{} || rest != digits.data() + digits.size()) return {};
  return byte;
}

std::optional<Secret> decoded(std::string_view text) {
  auto bytes = Secret::zeros(text.size());  // there are as many or fewer
  auto to = bytes.writable().begin();
  std::size_t size = 0;
  while (!text.empty()) {
    auto byte = static_cast<std::uint8_t>(text.front() == '+' ? ' ' : text.front());
    std::size_t used = 1;
    if (text.front() == '%') {
      const auto escaped = byte_of(text.substr(1, 2));
      if (!escaped) return {};
      byte = *escaped;
      used = 3;
    }
    *to++ = byte;
    ++size;
    text.remove_prefix(used);
  }
  bytes.truncate(size);
  return bytes;
}

bool is_space(char letter) { return letter == ' ' || letter == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// Thousandths, of ";q=0.8"; 1000 without one.
int weight_of(std::string_view parameters) {
  const auto at = parameters.find("q=");
  if (at == std::string_view::npos) return 1000;
  const auto digits = trimmed(parameters.substr(at + 2));
  if (digits.empty() || digits.front() != '0') return 1000;
  int weight = 0;
  int unit = 100;
  for (const char digit : digits.substr(std::min<std::size_t>(2, digits.size()), 3)) {
    if (digit < '0' || digit > '9') break;
    weight += unit * (digit - '0');
    unit /= 10;
  }
  return weight;
}

}  // namespace

std::optional<Form> Form::parse(std::string_view text) {
  Form form;
  while (!text.empty()) {
    auto value = take_until(text, '&');
    if (value.empty()) continue;
    const auto name = take_until(value, '=');
    auto plain_name = decoded(name);
    auto plain_value = decoded(value);
    if (!plain_name || !plain_value || form.fields_.size() == kMostFields) return {};
    const auto called = plain_name->reveal_text();
    if (form.find(called) != nullptr) return {};
    form.fields_.push_back({.name = std::string(called), .value = std::move(*plain_value)});
  }
  return form;
}

const Secret* Form::find(std::string_view name) const {
  const auto found = std::ranges::find(fields_, name, &Field::name);
  return found == fields_.end() ? nullptr : &found->value;
}

const Secret* Form::line(std::string_view name, std::size_t largest) const {
  const auto* value = find(name);
  if (value == nullptr || value->empty() || value->size() > largest) return nullptr;
  return is_line(value->reveal_text()) ? value : nullptr;
}

std::string_view query_of(std::string_view target) {
  (void)take_until(target, '?');
  return target;
}

bool is_cookie_value(std::string_view text) {
  return !text.empty() && text.size() <= kLargestCookie && std::ranges::all_of(text, [](char each) {
    return (each >= 'A' && each <= 'Z') || (each >= 'a' && each <= 'z') ||
           (each >= '0' && each <= '9') || each == '-' || each == '_';
  });
}

std::string cookie_of(std::string_view cookies, std::string_view name) {
  std::string found;
  while (!cookies.empty()) {
    auto value = trimmed(take_until(cookies, ';'));
    if (take_until(value, '=') != name) continue;
    if (!found.empty() || !is_cookie_value(value)) return {};
    found = value;
  }
  return found;
}

std::optional<Language> parse_language(std::string_view tag) {
  for (const auto language : {Language::english, Language::japanese})
    if (tag == tag_of(language)) return language;
  return {};
}

Language preferred_language(std::string_view field) {
  auto best = Language::english;
  int best_weight = 0;
  while (!field.empty()) {
    auto parameters = take_until(field, ',');
    const auto range = trimmed(take_until(parameters, ';'));
    const auto language = parse_language(range.substr(0, range.find('-')));
    const auto weight = weight_of(parameters);
    if (!language || weight <= best_weight) continue;
    best = *language;
    best_weight = weight;
  }
  return best;
}

}  // namespace kaido::portal
