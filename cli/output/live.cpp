// What `kaido paths --watch` draws.
#include <fmt/format.h>

#include <algorithm>

#include "output/paths.hpp"
#include "output/sparkline.hpp"
#include "output/table.hpp"
#include "text.hpp"

namespace kaido::cli {
namespace {

// Columns have a width of their own, so that nothing jumps from one picture to the next.
constexpr std::size_t lost_width = 5;   // "100 %"
constexpr std::size_t delay_width = 7;  // "1234 ms"
constexpr std::size_t figures_width = lost_width + delay_width + std::size_t{5} * 2;
constexpr std::size_t usual_state = 13;  // as long as most
constexpr std::size_t narrowest = 4;
constexpr std::size_t widest = 60;        // a second each
constexpr std::size_t name_at_most = 27;  // what an 80-column screen leaves

/// Cut at its end, with "…".
std::string fitted(const std::string& text, std::size_t width) {
  auto clean = printable(text);
  if (display_width(clean) <= width) return clean;
  std::string cut;
  std::size_t used = 0;
  for (std::size_t i = 0; i < clean.size();) {
    auto next = i + 1;
    while (next < clean.size() && (static_cast<unsigned char>(clean[next]) & 0xC0) == 0x80) ++next;
    const auto letter = clean.substr(i, next - i);
    if (used + display_width(letter) + 1 > width) break;
    used += display_width(letter);
    cut += letter;
    i = next;
  }
  return cut + "…";
}

/// Those to show, in their order: all, or as many as there is room for by their urgency.
std::vector<const PathReport*> chosen(const std::vector<PathReport>& paths, std::size_t room) {
  std::vector<const PathReport*> shown;
  for (const auto urgency : {0, 1, 2})
    for (const auto& path : paths) {
      const auto own = !path.networks.empty() ? 0 : colour_of(path) != Colour::green ? 1 : 2;
      if (own == urgency && shown.size() < room) shown.push_back(&path);
    }
  std::ranges::sort(shown);  // they lie in one vector: by their place in it
  return shown;
}

std::string draw_networks(const PathsView& view, const Style& style, std::size_t columns) {
  std::size_t widest_name = 0;
  for (const auto& network : view.networks)
    widest_name = std::max(widest_name, display_width(printable(network.name)));
  std::string drawn;
  for (const auto& network : view.networks) {
    const auto name = printable(network.name);
    const auto fill = std::string(widest_name - display_width(name) + 2, ' ');
    const auto* path = path_of(network, view.paths);
    const auto colour = network.tunnel.empty() ? Colour::red
                        : path == nullptr      ? Colour::none
                                               : colour_of(*path);
    auto goes = text::goes(network);
    if (!network.rule.empty()) goes += ": " + text::rule(network.rule);
    const auto left = columns - std::min(columns, widest_name + 2);
    drawn +=
        style.paint(Colour::bold, name) + fill + style.paint(colour, fitted(goes, left)) + '\n';
  }
  return drawn;
}

/// The worst that the sparkline shows.
Colour colour_of_loss(const std::vector<std::int32_t>& history) {
  const auto worst = std::ranges::max_element(history);
  if (worst == history.end() || *worst <= 0) return Colour::dim;
  return *worst < 100 ? Colour::yellow : Colour::red;
}

std::string left(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, display_width(text)), ' ');
}
std::string right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, display_width(text)), ' ') + text;
}

/// `all` have a say in how wide the names are, shown or not.
std::string draw_lines(const std::vector<const PathReport*>& shown,
                       const std::vector<PathReport>& all, const Style& style,
                       std::size_t columns) {
  std::size_t names = 0;
  std::size_t states = usual_state;
  for (const auto& path : all)
    names = std::max(names, std::min(name_at_most, display_width(path.name) + 2));
  for (const auto* path : shown) states = std::max(states, display_width(text::path_state(*path)));
  const auto taken = names + states + figures_width;
  const auto spark = std::clamp((columns - std::min(columns, taken)) / 2, narrowest, widest);
  Table table;
  table.titles({left("  " + std::string(text::column_path), names),
                left(text::column_health, states), text::column_loss, "", text::column_delay, ""});
  for (const auto* path : shown)
    table.add(
        {{fitted((path->networks.empty() ? "  " : "● ") + path->name, name_at_most)},
         {text::path_state(*path), colour_of(*path)},
         {loss_sparkline(path->loss_history, spark), colour_of_loss(path->loss_history)},
         {right(path->loss < 0 ? "–" : text::lost_shortly(path->loss), lost_width)},
         {delay_sparkline(path->delay_history, spark), Colour::dim},
         {right(path->rtt_median < 0 ? "–" : text::milliseconds(path->rtt_median), delay_width)}});
  return table.draw(style);
}

}  // namespace

std::string draw_live(const PathsView& view, const Style& style, const TerminalSize& screen) {
  auto drawn = draw_networks(view, style, screen.columns);
  if (view.paths.empty()) return drawn + text::no_paths;
  // An empty line, the titles, the last line, and the one that the cursor waits on.
  const auto taken = view.networks.size() + 4;
  const auto room = screen.rows == 0       ? view.paths.size()
                    : screen.rows <= taken ? 1
                                           : screen.rows - taken;
  const auto shown = chosen(view.paths, room);
  drawn += '\n' + draw_lines(shown, view.paths, style, screen.columns);
  const auto hidden = view.paths.size() - shown.size();
  if (hidden == 0) return drawn;
  const auto fine = [](const auto& path) { return colour_of(path) == Colour::green; };
  const auto fine_shown =
      std::ranges::count_if(shown, [&](const auto* path) { return fine(*path); });
  const bool all_fine =
      std::ranges::count_if(view.paths, fine) - fine_shown == static_cast<std::ptrdiff_t>(hidden);
  return drawn + (all_fine ? text::more_fine(hidden) : text::more(hidden)) + '\n';
}

}  // namespace kaido::cli
