#include "output/status.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <vector>

#include "output/paths.hpp"
#include "output/table.hpp"
#include "text.hpp"

namespace kaido::cli {
namespace {

/// Lines of a list before it is cut to what does not work.
constexpr std::size_t list_limit = 12;
/// Subjects shown with one trouble.
constexpr std::size_t subject_limit = 5;

struct Trouble {
  const ConditionInfo* what;
  std::vector<const ConditionReport*> reports;

  [[nodiscard]] Severity severity() const {
    return std::ranges::max(reports, {},
                            [](const ConditionReport* report) { return report->error.severity(); })
        ->error.severity();
  }
};

/// Conditions by their code: one cause told once, errors first, else in the daemon's order.
std::vector<Trouble> group(const std::vector<ConditionReport>& conditions) {
  std::vector<Trouble> troubles;
  for (const auto& condition : conditions) {
    const auto* what = &info(condition.error.condition);
    auto known = std::ranges::find(troubles, what, &Trouble::what);
    if (known == troubles.end()) known = troubles.insert(troubles.end(), {what, {}});
    known->reports.push_back(&condition);
  }
  std::vector<Trouble> sorted;
  for (const auto severity : {Severity::error, Severity::warning, Severity::info})
    for (const auto& trouble : troubles)
      if (trouble.severity() == severity) sorted.push_back(trouble);
  return sorted;
}

Colour severity_colour(Severity severity) {
  switch (severity) {
    case Severity::error:
      return Colour::red;
    case Severity::warning:
      return Colour::yellow;
    case Severity::info:
      return Colour::none;
  }
  __builtin_unreachable();
}

std::string draw_trouble(const Trouble& trouble, const Style& style) {
  auto drawn = fmt::format(
      "  {}\n", style.paint(severity_colour(trouble.severity()), std::string(trouble.what->cause)));
  Table table(4);
  const auto shown = std::min(trouble.reports.size(), subject_limit);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& report = *trouble.reports[i];
    table.add({{report.subject}, {text::for_a_time(report.since)}, {report.error.detail}});
  }
  if (shown < trouble.reports.size()) table.add({{text::more(trouble.reports.size() - shown)}});
  return drawn + table.draw(style) + "    " + text::remedy(std::string(trouble.what->remedy)) +
         '\n';
}

/// Nothing has a name yet, but a tunnel that is wanted is not there: it comes up, or (a hub) its
/// site is away.
std::string without_troubles(const Snapshot& snapshot, const Style& style) {
  const auto& status = snapshot.status;
  const auto disabled = static_cast<std::size_t>(
      std::ranges::count(snapshot.tunnels, "disabled", &TunnelReport::state));
  if (status.tunnels_up + disabled >= status.tunnels)
    return style.paint(Colour::green,
                       text::everything_works(status.tunnels_up, status.tunnels, disabled));
  return style.paint(status.role == "hub" ? Colour::green : Colour::yellow,
                     text::no_troubles(status.tunnels_up, status.tunnels));
}

std::string headline(const Snapshot& snapshot, const Style& style) {
  const auto& status = snapshot.status;
  const auto count = [&](Severity severity) {
    return static_cast<std::size_t>(
        std::ranges::count_if(status.conditions, [severity](const ConditionReport& condition) {
          return condition.error.severity() == severity;
        }));
  };
  const auto errors = count(Severity::error);
  const auto warnings = count(Severity::warning);
  if (errors > 0) return style.paint(Colour::red, text::does_not_work(errors, warnings));
  if (warnings > 0) return style.paint(Colour::yellow, text::works_with_warnings(warnings));
  return without_troubles(snapshot, style);
}

/// A list, and how many more there are that do not work (`bad`) and that do (`fine`).
std::string draw_list(const char* heading, const Table& table, const Style& style,
                      std::size_t bad = 0, std::size_t fine = 0) {
  if (table.empty() && fine == 0) return {};
  auto drawn = '\n' + style.paint(Colour::bold, heading) + '\n' + table.draw(style);
  if (bad > 0) drawn += "  " + text::more(bad) + '\n';
  if (fine > 0) drawn += "  " + text::more_fine(fine) + '\n';
  return drawn;
}

std::string draw_uplinks(const std::vector<UplinkReport>& uplinks, const Style& style) {
  Table table(2);
  for (const auto& uplink : uplinks)
    table.add({{uplink.name},
               {text::state(uplink.state), uplink.state == "up" ? Colour::green : Colour::red},
               {uplink.device},
               {fmt::format("{}", fmt::join(uplink.addresses, ", "))},
               {text::gateways(uplink.gateways)}});
  return draw_list(text::heading_uplinks, table, style);
}

bool all_up(const NetworkReport& network) {
  return !network.tunnel.empty() && network.tunnels_up == network.tunnels;
}

std::string draw_networks(const Snapshot& snapshot, const Style& style) {
  const bool cut = snapshot.networks.size() > list_limit;
  std::size_t shown = 0;
  std::size_t bad = 0;
  std::size_t fine = 0;
  Table table(2);
  for (const auto& network : snapshot.networks) {
    if (cut && (all_up(network) || shown == list_limit)) {
      ++(all_up(network) ? fine : bad);
      continue;
    }
    ++shown;
    const bool lost = network.tunnel.empty();
    const auto* path = path_of(network, snapshot.paths);
    const bool troubled = path != nullptr && colour_of(*path) != Colour::green;
    table.add(
        {{network.name},
         {lost ? text::not_reachable : text::via(network.tunnel),
          lost ? Colour::red : Colour::green},
         {network.switched_ago < 0 ? "" : text::for_a_time(network.switched_ago)},
         {troubled ? text::path_state(*path) : "", troubled ? colour_of(*path) : Colour::none},
         {network.pinned ? text::pinned : "", Colour::yellow},
         {text::up_of(network.tunnels_up, network.tunnels),
          network.tunnels_up < network.tunnels ? Colour::yellow : Colour::none}});
  }
  const auto* heading =
      snapshot.status.role == "hub" ? text::heading_sites : text::heading_networks;
  return draw_list(heading, table, style, bad, fine);
}

struct Peer {
  std::size_t up = 0;
  std::size_t all = 0;
  std::size_t disabled = 0;
};

/// Per hub, and only when there is something to tell. On a hub the sites have told it already.
std::string draw_tunnel_summary(const Snapshot& snapshot, const Style& style) {
  if (snapshot.status.role == "hub") return {};
  std::map<std::string, Peer> peers;
  for (const auto& tunnel : snapshot.tunnels) {
    auto& peer = peers[tunnel.peer];
    ++peer.all;
    if (tunnel.state == "up") ++peer.up;
    if (tunnel.state == "disabled") ++peer.disabled;
  }
  if (std::ranges::all_of(peers, [](const auto& p) { return p.second.up == p.second.all; }))
    return {};
  Table table(2);
  for (const auto& [name, peer] : peers)
    table.add({{name},
               {text::up_of(peer.up, peer.all), peer.up == peer.all ? Colour::green
                                                : peer.up > 0       ? Colour::yellow
                                                                    : Colour::red},
               {peer.disabled > 0 ? text::disabled(peer.disabled) : ""}});
  return draw_list(text::heading_tunnels, table, style);
}

}  // namespace

std::string draw_status(const Snapshot& snapshot, const Style& style) {
  const auto& status = snapshot.status;
  auto drawn = fmt::format("{}  {}\n{}\n", style.paint(Colour::bold, printable(status.name)),
                           printable(text::gateway(status)), headline(snapshot, style));
  for (const auto& trouble : group(status.conditions)) drawn += draw_trouble(trouble, style);
  drawn += draw_uplinks(snapshot.uplinks, style);
  drawn += draw_networks(snapshot, style);
  drawn += draw_tunnel_summary(snapshot, style);
  return drawn;
}

}  // namespace kaido::cli
