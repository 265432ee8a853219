#include "output/paths.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "output/sparkline.hpp"
#include "output/status.hpp"
#include "reports.hpp"
#include "text.hpp"

namespace kaido::cli {
namespace {

using History = std::vector<std::int32_t>;

PathReport made_up_path(std::string name, std::string health = "good", std::string trouble = "") {
  PathReport path;
  path.hub = name.substr(0, name.find('/'));
  path.name = std::move(name);
  path.health = std::move(health);
  path.trouble = std::move(trouble);
  path.loss = path.loss_up = path.loss_down = 0;
  path.rtt_median = 8'240;
  path.jitter = 310;
  path.age = 42;
  path.size = path.full_size = 1438;
  path.cost_kbit = 26.2;
  path.cost_gb_month = 8.5;
  path.cost = 8.2;
  path.loss_history = History(60, 0);
  path.delay_history = History(60, 82);
  return path;
}

/// Carrier A was cut 12 s ago.
PathsView cut() {
  PathsView view;
  view.paths = {made_up_path("tokyo/a:isp1/ikev2", "down", "silent"),
                made_up_path("tokyo/b:isp2/ikev2"), made_up_path("tokyo/b:isp2/wireguard"),
                made_up_path("shanghai/a:isp1/ikev2"),
                made_up_path("plain/a:isp1/ikev2", "unusable")};
  auto& dead = view.paths[0];
  dead.reason = Error{Condition::path_silent, "nothing for 12 s"};
  dead.loss = 0.2;
  dead.loss_up = dead.loss_down = -1;
  dead.age = 12'300;
  dead.cost = -1;
  dead.hold = 48;
  std::fill(dead.loss_history.end() - 12, dead.loss_history.end(), 1000);
  std::fill(dead.delay_history.end() - 12, dead.delay_history.end(), -1);
  view.paths[1].networks = {"corp"};
  view.paths[1].loss_up = 0.004;
  view.paths[2].cost = 23;
  view.paths[2].size = 1280;
  view.paths[3].cost = 2;
  auto& none = view.paths[4];
  none.loss = none.loss_up = none.loss_down = -1;
  none.rtt_median = none.jitter = none.age = -1;
  none.size = 0;
  none.cost = -1;
  none.cost_kbit = none.cost_gb_month = 0;
  none.loss_history = none.delay_history = History(60, -1);
  NetworkReport corp{.name = "corp", .hubs = {"tokyo", "shanghai"}, .tunnel = "tokyo/b:isp2/ikev2"};
  corp.rule = "path-down";
  corp.why = "tokyo/a:isp1/ikev2: silent for 151 ms, 3 probes missed";
  corp.outlook = "tokyo/a:isp1/ikev2 will be used in 48 s if it stays good";
  corp.switches = 1;
  corp.switched_ago = 12;
  view.networks = {corp, {.name = "partner", .hubs = {"plain"}}};
  return view;
}

TEST(Paths, OneByItselfIsToldInFull) {
  auto path = made_up_path("tokyo/a:isp1/ikev2");
  path.networks = {"corp"};
  path.slot = 1;
  path.device = "kx1";
  path.since = 60;
  path.loss = 0.004;
  path.loss_up = 0.004;
  path.rtt_min = 7'900;
  path.rtt_p95 = 9'000;
  path.reordered = 2;
  path.size_age = 4;
  path.probe_interval = 50;
  const auto drawn = draw_path(path, Style(false));
  for (const auto* part :
       {"tokyo/a:isp1/ikev2", "good, for ", "corp", "0.4 % of the last minute",
        "towards the hub 0.4 %, from it 0 %", "8.2 ms median, 7.9 ms least, 95 % within 9.0 ms",
        "jitter 0.31 ms", "42 ms ago; 2 out of order", "1438 of 1438 bytes, proved 4 s ago",
        "cost 8", "every 50 ms: 26 kbit/s, 8.5 GB a month"})
    EXPECT_NE(drawn.find(part), std::string::npos) << part << " is not in:\n" << drawn;
}

TEST(Sparkline, TellsALossFromNone) {
  EXPECT_EQ(loss_sparkline({0, 1, 10, 11, 300, 999, 1000, -1}, 8), "▁▂▂▃▆▇█·");
}

TEST(Sparkline, KeepsTheWorstOfWhatSharesABlock) {
  EXPECT_EQ(loss_sparkline({0, 1000, 0, 0, -1, -1}, 3), "█▁·");
}

TEST(Sparkline, OfAYoungPathGrowsFromTheRight) {
  EXPECT_EQ(loss_sparkline({0, 1000}, 4), "··▁█");
  EXPECT_EQ(delay_sparkline({}, 3), "···");
}

TEST(Sparkline, OfASteadyDelayIsALineAtHalfHeight) {
  EXPECT_EQ(delay_sparkline({100, 101, 99, 100}, 4), "▅▅▄▅");
  EXPECT_EQ(delay_sparkline({100, 100, 800, 100, 0}, 5), "▂▂█▂▁") << "a peak is the full height";
}

TEST(Paths, AreATableThatATiredPersonReads) {
  EXPECT_EQ(
      draw_paths(cut().paths, Style(false)),
      R"(PATH                    USED FOR  HEALTH       LOST UP  DOWN   DELAY   JITTER  SIZE    AGE  KBIT/S  GB/MONTH
tokyo/a:isp1/ikev2                silent          20 %  20 %  8.2 ms  0.31 ms  1438   12 s      26       8.5
tokyo/b:isp2/ikev2      corp      good           0.4 %   0 %  8.2 ms  0.31 ms  1438  42 ms      26       8.5
tokyo/b:isp2/wireguard            good             0 %   0 %  8.2 ms  0.31 ms  1280  42 ms      26       8.5
shanghai/a:isp1/ikev2             good             0 %   0 %  8.2 ms  0.31 ms  1438  42 ms      26       8.5
plain/a:isp1/ikev2                tunnel down                                        never       0         0
Asking costs 105 kbit/s, 34 GB a month.
)");
  EXPECT_EQ(draw_paths({}, Style(false)), "There are no paths.\n");
}

TEST(Paths, AreExplainedByTheRuleTheFiguresAndWhatWouldChangeIt) {
  EXPECT_EQ(draw_why(cut(), Style(false)), R"(corp  via tokyo/b:isp2/ikev2, for 12 s
  Why                   the path before it died
  Figures               tokyo/a:isp1/ikev2: silent for 151 ms, 3 probes missed
  What would change it  tokyo/a:isp1/ikev2 will be used in 48 s if it stays good
  Switches              1 since the start
    ●  tokyo/b:isp2/ikev2      good    cost 8   8.2 ms  0 %
    ○  tokyo/b:isp2/wireguard  good    cost 23  8.2 ms  0 %
    ○  shanghai/a:isp1/ikev2   good    cost 2   8.2 ms  0 %
    ○  tokyo/a:isp1/ikev2      silent           8.2 ms  20 %  has to stay good for 48 s

partner  not reachable
    ○  plain/a:isp1/ikev2  tunnel down
)");
}

TEST(Paths, LiveAreALineEachWithTheLastMinute) {
  EXPECT_EQ(draw_live(cut(), Style(false), {.columns = 80, .rows = 24}),
            R"(corp     via tokyo/b:isp2/ikev2, for 12 s: the path before it died
partner  not reachable

  PATH                    HEALTH         LOST               DELAY
  tokyo/a:isp1/ikev2      silent         ▁▁▁▁▁▁▁▁██   20 %  ▅▅▅▅▅▅▅▅··   8.2 ms
● tokyo/b:isp2/ikev2      good           ▁▁▁▁▁▁▁▁▁▁    0 %  ▅▅▅▅▅▅▅▅▅▅   8.2 ms
  tokyo/b:isp2/wireguard  good           ▁▁▁▁▁▁▁▁▁▁    0 %  ▅▅▅▅▅▅▅▅▅▅   8.2 ms
  shanghai/a:isp1/ikev2   good           ▁▁▁▁▁▁▁▁▁▁    0 %  ▅▅▅▅▅▅▅▅▅▅   8.2 ms
  plain/a:isp1/ikev2      tunnel down    ··········      –  ··········        –
)");
}

std::size_t widest(const std::string& text) {
  std::size_t width = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) width = std::max(width, display_width(line));
  return width;
}

TEST(Paths, LiveFitAScreenOf80Columns) {
  auto view = cut();
  view.paths[1].name = "a-hub-with-a-long-name/endpoint:uplink-of-a-long-name/wireguard";
  view.networks[0].tunnel = view.paths[1].name;
  view.paths[2].trouble = "reflector-silent";
  view.paths[2].rtt_median = 1'234'000;
  view.paths[3].loss = 1;
  view.networks[1].name = "東京支社";
  EXPECT_LE(widest(draw_live(view, Style(false), {.columns = 80, .rows = 24})), 80U);
  EXPECT_LE(widest(draw_live(view, Style(false), {.columns = 200, .rows = 50})), 200U);
  EXPECT_GT(widest(draw_live(view, Style(false), {.columns = 200, .rows = 50})), 150U)
      << "a wide screen gets the whole minute";
  EXPECT_LE(widest(draw_live(view, Style(true), {.columns = 10, .rows = 3})), 1000U) << "no crash";
}

TEST(Paths, LiveShowThoseInUseAndThoseInTroubleWhenThereAreTooMany) {
  PathsView view;
  for (int i = 0; i < 100; ++i)
    view.paths.push_back(made_up_path("hub" + std::to_string(i) + "/a:isp1/ikev2"));
  view.paths[90].networks = {"corp"};
  view.paths[80].health = "down";
  const auto drawn = draw_live(view, Style(false), {.columns = 80, .rows = 24});
  EXPECT_EQ(std::ranges::count(drawn, '\n'), 23);
  EXPECT_NE(drawn.find("● hub90/a"), std::string::npos);
  EXPECT_NE(drawn.find("hub80/a"), std::string::npos);
  EXPECT_LT(drawn.find("hub80/a"), drawn.find("hub90/a")) << "in their order";
  EXPECT_NE(drawn.find("… and 80 more, all fine\n"), std::string::npos);
  for (auto& path : view.paths) path.health = "suspect";
  EXPECT_NE(draw_live(view, Style(false), {.columns = 80, .rows = 24}).find("… and 80 more\n"),
            std::string::npos);
}

TEST(Paths, WorkWhenEveryNetworkGoesByOneThatCarries) {
  auto view = cut();
  EXPECT_FALSE(view.works()) << "partner is not reachable";
  view.networks.pop_back();
  EXPECT_TRUE(view.works()) << "a path that nobody uses may be dead";
  view.paths[1].trouble = "lossy";
  view.paths[1].reason = Error{Condition::path_lossy, "3.1 %"};
  EXPECT_TRUE(view.works());
  view.paths[1].health = "down";
  EXPECT_FALSE(view.works());
}

TEST(Paths, SayEachTroubleInWords) {
  auto path = made_up_path("a/a:a/ikev2");
  EXPECT_EQ(text::path_state(path), "good");
  path.trouble = "upload-dead";
  EXPECT_EQ(text::path_state(path), "upload dead");
  path.trouble = "something-new";
  EXPECT_EQ(text::path_state(path), "something-new") << "of a kaidod that is newer";
  path.health = "unusable";
  EXPECT_EQ(text::path_state(path), "tunnel down");
}

TEST(Paths, TellFiguresInFewDigits) {
  EXPECT_EQ(text::lost(-1), "");
  EXPECT_EQ(text::lost(0), "0 %");
  EXPECT_EQ(text::lost(0.0004), "<0.1 %");
  EXPECT_EQ(text::lost(0.0123), "1.2 %");
  EXPECT_EQ(text::lost(1), "100 %");
  EXPECT_EQ(text::lost_shortly(0.0004), "<1 %");
  EXPECT_EQ(text::lost_shortly(0.999), "99 %") << "100 % is everything and no less";
  EXPECT_EQ(text::milliseconds(450), "0.45 ms");
  EXPECT_EQ(text::milliseconds(9'960), "10 ms");
  EXPECT_EQ(text::age(999), "999 ms");
  EXPECT_EQ(text::age(-1), "never");
}

TEST(Switch, ListsWhatThereIs) {
  EXPECT_EQ(text::no_such_network("crop", cut().networks),
            "there is no network crop; the networks are: corp, partner");
  EXPECT_EQ(
      text::no_such_candidate("plain/a", "corp", {"tokyo/a:isp1/ikev2", "tokyo/b:isp2/ikev2"}),
      "no path plain/a leads to corp; those that do are: tokyo/a:isp1/ikev2, "
      "tokyo/b:isp2/ikev2");
  EXPECT_EQ(text::switched("corp", "x", "x"),
            "corp goes by x while it is usable. Let it choose again: kaido switch corp\n");
  EXPECT_EQ(text::switched("corp", "", "x"), "corp chooses freely and goes by x.\n");
}

TEST(Status, TellsWhereANetworkGoesSinceWhenAndWhatIsWrongThere) {
  auto snapshot = all_is_well();
  snapshot.networks[0].switched_ago = 200;
  snapshot.networks[0].pinned = true;
  snapshot.networks[1].switched_ago = 4000;
  snapshot.paths = {made_up_path("tokyo/a:isp1/ikev2", "good", "size-limited"),
                    made_up_path("plain/a:isp1/wireguard")};
  EXPECT_NE(draw_status(snapshot, Style(false)).find(R"(
Networks
  corp     via tokyo/a:isp1/ikev2      for 3 min      size limited  pinned  2 of 2 tunnels up
  partner  via plain/a:isp1/wireguard  for 1 h 6 min                        1 of 1 tunnel up
)"),
            std::string::npos);
}

}  // namespace
}  // namespace kaido::cli
