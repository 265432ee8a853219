// The texts of `kaido paths` and `kaido switch`.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "output/terminal.hpp"
#include "text.hpp"

namespace kaido::cli::text {
namespace {

using Word = std::pair<std::string_view, std::string_view>;

template <std::size_t N>
std::string word_for(const std::array<Word, N>& words, const std::string& code) {
  for (const auto& [known, word] : words)
    if (known == code) return std::string(word);
  return code;
}

std::string names(const std::vector<std::string>& list) {
  constexpr std::size_t at_most = 12;
  if (list.empty()) return "none";
  if (list.size() <= at_most) return fmt::format("{}", fmt::join(list, ", "));
  return fmt::format("{}, {}", fmt::join(list.begin(), list.begin() + at_most, ", "),
                     more(list.size() - at_most));
}

}  // namespace

const Help help_paths{
    "paths", "What every path does now: loss each way, delay, size, cost",
    R"(A path is a tunnel plus what packets through it prove, several times a second.

HEALTH is good, or what is wrong: silent (nothing comes back), upload dead,
download dead, size limited (only small packets pass), lossy, slow, reflector
silent, claim ignored (the hub answers by another path); unproven and proving
have not answered for long enough, suspect has missed some answers, tunnel down.
LOST is of the last minute, towards the hub and from it; where the hub cannot
tell them apart both are of the round trip. SIZE is the largest packet that was
proved to pass. AGE is that of the last answer. KBIT/S and GB/MONTH are what the
asking itself costs.

Exit code 1 when a network is not reachable, or its path carries nothing.

Examples:
  kaido paths
  kaido paths tokyo             those to the hub tokyo
  kaido paths tokyo/a:isp1/ikev2   all that is known of one
  kaido paths --watch           live, with the last minute of loss and delay
  kaido paths --why             where each network goes, why, what would change it
  kaido paths --json | jq -r '.paths[] | select(.health == "good") | .name')"};
const Help help_switch{
    "switch", "Move a network to a path, or let it choose freely again",
    R"(Without PATH the choice is free again, and made at once. With PATH the network
goes there without losing a packet, and stays while that path is usable, until
another 'switch' or a restart of kaidod.

Exit code 1 when the network goes by another path than the one asked for.

Examples:
  kaido switch corp tokyo/b:isp2/ikev2
  kaido switch corp tokyo/b     enough when only one path's name begins so
  kaido switch corp             choose freely)"};
const char* const option_path_name = "A path, or the beginning of names: tokyo, tokyo/a";
const char* const option_minute = "The last minute of loss and delay, a line a path (as --watch)";
const char* const option_why = "For each network: which rule, which figures, what would change it";
const char* const option_network = "A network, as 'kaido status' names it";
const char* const option_path = "A path, as 'kaido paths' names it; without it: choose freely";

const char* const no_paths = "There are no paths.\n";
const char* const no_networks = "There are no networks.\n";
const char* const column_path = "PATH";
const char* const column_used_for = "USED FOR";
const char* const column_health = "HEALTH";
const char* const column_loss = "LOST";
const char* const column_lost_up = "LOST UP";
const char* const column_lost_down = "DOWN";
const char* const column_delay = "DELAY";
const char* const column_jitter = "JITTER";
const char* const column_size = "SIZE";
const char* const column_age = "AGE";
const char* const column_kbit = "KBIT/S";
const char* const column_gb_month = "GB/MONTH";
const char* const label_rule = "Why";
const char* const label_figures = "Figures";
const char* const label_outlook = "What would change it";
const char* const label_switches = "Switches";
const char* const label_loss = "Lost";
const char* const label_round_trip = "Round trip";
const char* const label_answer = "Last answer";
const char* const label_size = "Largest packet";
const char* const label_cost = "Worth";
const char* const label_hold = "Held back";
const char* const label_asking = "Asked";
const char* const pinned = "pinned";

std::string path_state(const PathReport& path) {
  static constexpr std::array troubles{
      Word{"silent", "silent"},
      Word{"upload-dead", "upload dead"},
      Word{"download-dead", "download dead"},
      Word{"reflector-silent", "reflector silent"},
      Word{"size-limited", "size limited"},
      Word{"lossy", "lossy"},
      Word{"slow", "slow"},
      Word{"claim-ignored", "claim ignored"},
  };
  static constexpr std::array healths{Word{"unusable", "tunnel down"}};
  if (path.health == "unusable" || path.trouble.empty()) return word_for(healths, path.health);
  return word_for(troubles, path.trouble);
}

std::string rule(const std::string& code) {
  static constexpr std::array rules{
      Word{"first", "it was the first path that was proved"},
      Word{"adopted", "the kaidod before this one had chosen it"},
      Word{"path-down", "the path before it died"},
      Word{"out-of-sla", "the path before it was outside the network's limits"},
      Word{"better", "it was better for long enough"},
      Word{"preferred", "it is preferred, and has stayed good"},
      Word{"requested", "an admin asked for it"},
      Word{"withdrawn", "the path before it was taken away"},
      Word{"none-left", "no path is left"},
  };
  return word_for(rules, code);
}

std::string goes(const NetworkReport& network) {
  std::string line = network.tunnel.empty() ? not_reachable : via(network.tunnel);
  if (network.switched_ago >= 0) line += ", " + for_a_time(network.switched_ago);
  return network.pinned ? fmt::format("{}, {}", line, pinned) : line;
}

std::string lost(double share) {
  const auto percent = share * 100;
  if (share < 0) return {};
  if (share == 0) return "0 %";
  if (percent < 0.1) return "<0.1 %";
  return percent < 9.95 ? fmt::format("{:.1f} %", percent) : fmt::format("{:.0f} %", percent);
}

std::string lost_shortly(double share) {
  if (share > 0 && share < 0.01) return "<1 %";
  return share < 0 ? std::string() : fmt::format("{:.0f} %", std::floor(share * 100));
}

std::string milliseconds(std::int64_t microseconds) {
  if (microseconds < 0) return {};
  const auto value = static_cast<double>(microseconds) / 1000;
  if (value < 0.995) return fmt::format("{:.2f} ms", value);
  return value < 9.95 ? fmt::format("{:.1f} ms", value) : fmt::format("{:.0f} ms", value);
}

std::string age(std::int64_t milliseconds) {
  if (milliseconds < 0) return never;
  return milliseconds < 1000 ? fmt::format("{} ms", milliseconds) : duration(milliseconds / 1000);
}

std::string figure(double number) {
  if (number < 0.05) return "0";
  return number < 9.95 ? fmt::format("{:.1f}", number) : fmt::format("{:.0f}", number);
}

std::string lost_each_way(const PathReport& path) {
  if (path.loss < 0) return {};
  const auto way = [](double share) { return share < 0 ? std::string("not known") : lost(share); };
  return fmt::format("{} of the last minute; towards the hub {}, from it {}", lost(path.loss),
                     way(path.loss_up), way(path.loss_down));
}
std::string round_trips(const PathReport& path) {
  if (path.rtt_median < 0) return {};
  return fmt::format("{} median, {} least, 95 % within {}; jitter {} (64 answers)",
                     milliseconds(path.rtt_median), milliseconds(path.rtt_min),
                     milliseconds(path.rtt_p95), milliseconds(path.jitter));
}
std::string last_answer(const PathReport& path) {
  return fmt::format("{}; {} out of order since the start",
                     path.age < 0 ? never : age(path.age) + " ago", path.reordered);
}
std::string size_of(const PathReport& path) {
  if (path.full_size == 0) return {};
  if (path.size == 0) return fmt::format("not known, of {} bytes", path.full_size);
  return fmt::format("{} of {} bytes{}", path.size, path.full_size,
                     path.size_age < 0 ? "" : ", proved " + ago(path.size_age));
}
std::string asking(const PathReport& path) {
  if (path.probe_interval == 0) return {};
  return fmt::format("every {} ms: {} kbit/s, {} GB a month", path.probe_interval,
                     figure(path.cost_kbit), figure(path.cost_gb_month));
}

std::string path_cost(const PathReport& path) {
  return path.cost < 0 ? std::string() : fmt::format("cost {:.0f}", path.cost);
}
std::string held(std::int64_t seconds) {
  return fmt::format("has to stay good for {}", duration(seconds));
}
std::string switches(std::uint32_t count) {
  return count == 0 ? "none since the start" : fmt::format("{} since the start", count);
}
std::string probing_costs(double kbit, double gb_month) {
  return fmt::format("Asking costs {} kbit/s, {} GB a month.", figure(kbit), figure(gb_month));
}

std::string no_such_path(const std::string& name) {
  return fmt::format("no path's name is {0} or begins with it", name);
}
std::string no_such_network(const std::string& name, const std::vector<NetworkReport>& networks) {
  std::vector<std::string> known;
  known.reserve(networks.size());
  for (const auto& network : networks) known.push_back(network.name);
  return fmt::format("there is no network {}; the networks are: {}", name, names(known));
}
std::string no_such_candidate(const std::string& path, const std::string& network,
                              const std::vector<std::string>& candidates) {
  return fmt::format("no path {} leads to {}; those that do are: {}", path, network,
                     names(candidates));
}
std::string means_several(const std::string& path, const std::vector<std::string>& candidates) {
  return fmt::format("{} means several paths, say which: {}", path, names(candidates));
}
std::string switched(const std::string& network, const std::string& asked, const std::string& now) {
  if (now.empty()) return fmt::format("{} cannot be reached: no path is left.\n", network);
  if (asked.empty()) return fmt::format("{} chooses freely and goes by {}.\n", network, now);
  if (asked != now)
    return fmt::format("{} goes by {}, not by {}: see kaido paths --why\n", network, now, asked);
  return fmt::format("{0} goes by {1} while it is usable. Let it choose again: kaido switch {0}\n",
                     network, now);
}

}  // namespace kaido::cli::text
