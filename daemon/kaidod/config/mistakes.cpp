#include "config/mistakes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace kaido::config {
namespace {

constexpr std::size_t kMostKept = 1000;

/// Edit distance in which two neighbours swapped count once ("ips1" for "isp1").
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before;
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  // NOLINTNEXTLINE(modernize-use-ranges): GCC 12 has no std::ranges::iota
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = std::exchange(above, row);
  }
  return above.back();
}

}  // namespace

void Mistakes::add(Place place, std::string message, std::string hint) {
  keep({.file = file_,
        .line = place.line,
        .column = place.column,
        .message = std::move(message),
        .hint = std::move(hint)});
}

void Mistakes::add(Place place, std::string_view key, const FileFault& fault) {
  keep({.file = file_,
        .line = place.line,
        .column = place.column,
        .message = fmt::format("{}: {}", key, fault.message),
        .hint = fault.hint,
        .forbidden = fault.forbidden});
}

void Mistakes::keep(Diagnostic mistake) {
  if (found_.size() >= kMostKept)
    ++dropped_;
  else
    found_.push_back(std::move(mistake));
}

std::string Mistakes::at(Place place) { return fmt::format(" (line {})", place.line); }

Diagnostics Mistakes::take() && {
  std::ranges::sort(found_, {},
                    [](const Diagnostic& d) { return std::tie(d.line, d.column, d.message); });
  const auto total = found_.size() + dropped_;
  if (total > kMostMistakes) {
    found_.resize(kMostMistakes);
    found_.push_back({.file = file_,
                      .message = fmt::format("and {} more mistakes", total - kMostMistakes),
                      .hint = "correct these first"});
  }
  return std::move(found_);
}

std::string nearest(std::string_view word, const std::vector<std::string_view>& known) {
  // A third of the word may be wrong; long junk is not worth the comparison.
  if (word.empty() || word.size() > 64) return {};
  std::size_t best = std::max<std::size_t>(1, (word.size() + 1) / 3) + 1;
  std::string_view found;
  for (const auto candidate : known) {
    const auto gap = candidate.size() > word.size() ? candidate.size() - word.size()
                                                    : word.size() - candidate.size();
    // "ike_proposals" means "weak_ike_proposals" although five letters are missing.
    const bool part = word.size() >= 5 && candidate.find(word) != std::string_view::npos;
    const auto far = part ? std::size_t{1} : gap < best ? distance(word, candidate) : best;
    if (far < best) {
      best = far;
      found = candidate;
    }
  }
  return std::string(found);
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
  const auto found = nearest(word, known);
  return found.empty() ? std::string{} : fmt::format("did you mean \"{}\"?", found);
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  std::string shown(text.substr(0, kLongest));
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return fmt::format("\"{}{}\"", shown, text.size() > kLongest ? "…" : "");
}

}  // namespace kaido::config
