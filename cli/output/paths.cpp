#include "output/paths.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

#include "output/table.hpp"
#include "text.hpp"

namespace kaido::cli {
namespace {

/// Of one network; the others are worse than those.
constexpr std::size_t candidates_at_most = 8;

bool carries(const PathReport& path) {
  const bool error = path.reason && info(path.reason->condition).severity == Severity::error;
  return path.health != "down" && path.health != "unusable" && !error;
}

Colour colour_of_size(const PathReport& path) {
  return path.size != 0 && path.size < path.full_size ? Colour::yellow : Colour::none;
}

std::string total_cost(const std::vector<PathReport>& paths) {
  double kbit = 0;
  double gb_month = 0;
  for (const auto& path : paths) {
    kbit += path.cost_kbit;
    gb_month += path.cost_gb_month;
  }
  return text::probing_costs(kbit, gb_month) + '\n';
}

std::string draw_candidates(const NetworkReport& network, const std::vector<PathReport>& paths,
                            const Style& style) {
  Table table(4);
  const auto list = candidates(network, paths);
  for (std::size_t i = 0; i < std::min(list.size(), candidates_at_most); ++i) {
    const auto& path = *list[i];
    const bool used = path.name == network.tunnel;
    table.add({{used ? "●" : "○", used ? Colour::bold : Colour::dim},
               {path.name},
               {text::path_state(path), colour_of(path)},
               {text::path_cost(path)},
               {text::milliseconds(path.rtt_median)},
               {path.loss < 0 ? "" : text::lost(path.loss)},
               {path.hold > 0 ? text::held(path.hold) : ""}});
  }
  auto drawn = table.draw(style);
  if (list.size() > candidates_at_most)
    drawn += "    " + text::more(list.size() - candidates_at_most) + '\n';
  return drawn;
}

}  // namespace

bool PathsView::works() const {
  return std::ranges::all_of(networks, [&](const NetworkReport& network) {
    const auto* path = path_of(network, paths);
    return !network.tunnel.empty() && (path == nullptr || carries(*path));
  });
}

bool is_meant(const PathReport& path, const std::string& name) {
  if (!path.name.starts_with(name)) return false;
  return path.name.size() == name.size() || path.name[name.size()] == '/' ||
         path.name[name.size()] == ':';
}

Colour colour_of(const PathReport& path) {
  if (path.health == "down" || path.health == "unusable") return Colour::red;
  if (path.health != "good" || !path.trouble.empty()) return Colour::yellow;
  return Colour::green;
}

const PathReport* path_of(const NetworkReport& network, const std::vector<PathReport>& paths) {
  const auto found = std::ranges::find(paths, network.tunnel, &PathReport::name);
  return found == paths.end() ? nullptr : &*found;
}

std::vector<const PathReport*> candidates(const NetworkReport& network,
                                          const std::vector<PathReport>& paths) {
  std::vector<const PathReport*> result;
  const auto order = [&](const PathReport& path) {
    return std::ranges::find(network.hubs, path.hub) - network.hubs.begin();
  };
  const auto all = std::ssize(network.hubs);
  for (const auto& path : paths)
    if (path.name == network.tunnel || order(path) < all) result.push_back(&path);
  std::ranges::sort(result, {}, [&](const PathReport* path) {
    return std::tuple(path->name != network.tunnel, path->cost < 0, order(*path), path->cost, path);
  });
  return result;
}

std::string draw_paths(const std::vector<PathReport>& paths, const Style& style) {
  if (paths.empty()) return text::no_paths;
  Table table;
  table.titles({text::column_path, text::column_used_for, text::column_health, text::column_lost_up,
                text::column_lost_down, text::column_delay, text::column_jitter, text::column_size,
                text::column_age, text::column_kbit, text::column_gb_month});
  for (std::size_t column = 3; column <= 10; ++column) table.align_right(column);
  for (const auto& path : paths)
    table.add({{path.name},
               {fmt::format("{}", fmt::join(path.networks, ", "))},
               {text::path_state(path), colour_of(path)},
               {text::lost(path.loss_up < 0 ? path.loss : path.loss_up),
                path.loss_up > 0 ? Colour::yellow : Colour::none},
               {text::lost(path.loss_down < 0 ? path.loss : path.loss_down),
                path.loss_down > 0 ? Colour::yellow : Colour::none},
               {text::milliseconds(path.rtt_median)},
               {text::milliseconds(path.jitter)},
               {path.size == 0 ? "" : fmt::to_string(path.size), colour_of_size(path)},
               {text::age(path.age)},
               {text::figure(path.cost_kbit)},
               {text::figure(path.cost_gb_month)}});
  return table.draw(style) + total_cost(paths);
}

std::string draw_path(const PathReport& path, const Style& style) {
  Table table(2);
  const auto line = [&](const char* label, const std::string& value) {
    if (!value.empty()) table.add({{label}, {value}});
  };
  table.add({{text::column_health},
             {text::path_state(path) + ", " + text::for_a_time(path.since), colour_of(path)}});
  if (path.reason) {
    line(text::label_why, std::string(info(path.reason->condition).cause));
    line("", path.reason->detail);
    line(text::label_remedy, std::string(info(path.reason->condition).remedy));
  }
  line(text::label_use, fmt::format("{}", fmt::join(path.networks, ", ")));
  line(text::label_slot, fmt::format("{}, {}", path.slot, path.device));
  line(text::label_loss, text::lost_each_way(path));
  line(text::label_round_trip, text::round_trips(path));
  line(text::label_answer, path.rtt_median < 0 && path.age < 0 ? "" : text::last_answer(path));
  line(text::label_size, text::size_of(path));
  line(text::label_cost, text::path_cost(path));
  line(text::label_hold, path.hold > 0 ? text::held(path.hold) : "");
  line(text::label_asking, text::asking(path));
  return style.paint(Colour::bold, printable(path.name)) + '\n' + table.draw(style);
}

std::string draw_why(const PathsView& view, const Style& style) {
  if (view.networks.empty()) return text::no_networks;
  std::string drawn;
  for (const auto& network : view.networks) {
    const bool lost = network.tunnel.empty();
    if (!drawn.empty()) drawn += '\n';
    drawn += fmt::format(
        "{}  {}\n", style.paint(Colour::bold, printable(network.name)),
        style.paint(lost ? Colour::red : Colour::green, printable(text::goes(network))));
    Table table(2);
    const auto line = [&](const char* label, const std::string& value) {
      if (!value.empty()) table.add({{label}, {value}});
    };
    line(text::label_rule, text::rule(network.rule));
    line(text::label_figures, network.why);
    line(text::label_outlook, network.outlook);
    line(text::label_switches, network.rule.empty() ? "" : text::switches(network.switches));
    drawn += table.draw(style) + draw_candidates(network, view.paths, style);
  }
  return drawn;
}

}  // namespace kaido::cli
