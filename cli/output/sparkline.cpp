#include "output/sparkline.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace kaido::cli {
namespace {

constexpr std::array<std::string_view, 8> blocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::string_view nothing = "·";

/// The worst of each `width`-th part; the newest is always in the last one.
std::vector<std::int32_t> squeezed(const std::vector<std::int32_t>& history, std::size_t width) {
  std::vector<std::int32_t> result(width, -1);
  if (width == 0) return result;
  const auto size = std::max(history.size(), width);
  const auto absent = size - history.size();  // a young path has no figures on the left
  for (std::size_t i = 0; i < history.size(); ++i) {
    auto& worst = result[(absent + i) * width / size];
    worst = std::max(worst, history[i]);
  }
  return result;
}

template <typename Height>
std::string draw(const std::vector<std::int32_t>& figures, Height height) {
  std::string line;
  for (const auto figure : figures) line += figure < 0 ? nothing : blocks.at(height(figure));
  return line;
}

}  // namespace

std::string loss_sparkline(const std::vector<std::int32_t>& history, std::size_t width) {
  static constexpr std::array<std::int32_t, 7> steps{0, 10, 30, 100, 250, 500, 999};
  return draw(squeezed(history, width), [](std::int32_t tenths) {
    return static_cast<std::size_t>(std::ranges::lower_bound(steps, tenths) - steps.begin());
  });
}

std::string delay_sparkline(const std::vector<std::int32_t>& history, std::size_t width) {
  std::vector<std::int32_t> known;
  std::ranges::copy_if(history, std::back_inserter(known), [](auto figure) { return figure >= 0; });
  std::int64_t top = 1;
  if (!known.empty()) {
    const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
    std::ranges::nth_element(known, middle);
    const std::int64_t usual = *middle;
    const std::int64_t worst = std::ranges::max(known);
    top = std::max({std::int64_t{1}, 2 * usual, worst});
  }
  return draw(squeezed(history, width), [top](std::int32_t figure) {
    return static_cast<std::size_t>(std::min<std::int64_t>(7, figure * std::int64_t{8} / top));
  });
}

}  // namespace kaido::cli
