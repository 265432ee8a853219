// The largest packet that passes: found, followed, and never given up, whatever a line does to
// sizes.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "core/addressing.hpp"
#include "core/failover/failover.hpp"
#include "core/failover/figures.hpp"

namespace kaido {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t kNoHole = 1500;

PathSpec spec(Transport transport, Family outside, std::size_t line) {
  PathSpec spec{.name = "line " + std::to_string(line) + "/" + to_string(transport),
                .slot = static_cast<std::uint8_t>(line + 1),
                .transport = transport,
                .endpoint = line,
                .uplink = line};
  const auto inside = [&](std::uint32_t bytes) {
    return static_cast<std::uint16_t>(inner_size(transport, outside, bytes));
  };
  spec.full_size = static_cast<std::uint16_t>(tunnel_mtu(transport, outside, 1500));
  spec.least = inside(kAlwaysPasses);
  spec.least_fragment = inside(outside == Family::v6 ? kMinimumMtu : kAlwaysPasses);
  return spec;
}

/// A site whose lines (an uplink and an endpoint each) drop outer packets beyond a size, without a
/// word.
class Site {
 public:
  struct Line {
    Family outside = Family::v4;
    std::uint16_t hole = kNoHole;  ///< bytes outside that pass
    bool fragments = true;         ///< pass
    Measure measure = Measure::stamp;
    std::uint16_t answered = kNoHole;  ///< the hub answers no larger ones
    double loss = 0;                   ///< of the round trip, a share
  };

  Site(std::vector<Transport> transports, std::vector<Line> all) : lines(std::move(all)) {
    FailoverPlan plan;
    NetworkSpec network{.name = "corp", .hubs = {0}};
    for (std::size_t line = 0; line < lines.size(); ++line)
      for (const auto transport : transports) {
        network.paths.push_back(plan.paths.size());
        plan.paths.push_back(spec(transport, lines[line].outside, line));
        plan.paths.back().measure = lines[line].measure;
      }
    plan.networks = {network};
    feed(PlanChanged{.plan = plan, .adopted = {}});
    for (std::size_t i = 0; i < plan.paths.size(); ++i) feed(PathUsable{i, true});
    run(30s);
    switches = 0;
  }

  [[nodiscard]] const Line& line_of(std::size_t path) const {
    return lines.at(state.plan.paths[path].uplink);
  }
  /// Does an inner packet arrive as it is?
  [[nodiscard]] bool passes(std::size_t path, std::uint32_t size) const {
    return size <=
           inner_size(state.plan.paths[path].transport, line_of(path).outside, line_of(path).hole);
  }
  /// As both ends do it with what they were told.
  [[nodiscard]] bool arrives(std::size_t path, std::uint32_t size) const {
    const auto proved = state.paths[path].size;
    if (size <= proved || !in_fragments(state, path)) return passes(path, size);
    return line_of(path).fragments &&
           outer_size(Transport::wireguard, line_of(path).outside, proved) <= line_of(path).hole;
  }

  void feed(const FailoverEvent& event) {
    FailoverActions actions;
    step(state, event, now, actions);
    for (const auto& action : actions) {
      if (std::holds_alternative<PathChosen>(action)) ++switches;
      const auto* probe = std::get_if<SendProbe>(&action);
      if (probe == nullptr) continue;
      const bool witness = probe->echo && line_of(probe->path).measure == Measure::stamp;
      if (witness || probe->size > line_of(probe->path).answered) continue;
      if (probe->size != 0) asked[probe->path].push_back(probe->size);
      if (!arrives(probe->path, std::max<std::uint16_t>(probe->size, 160))) continue;
      if (std::bernoulli_distribution(line_of(probe->path).loss)(random)) continue;
      answers.push_back({.path = probe->path,
                         .sequence = probe->sequence,
                         .echo = probe->echo,
                         .round_trip = 5ms,
                         .at = now + 5ms,
                         .size = probe->size});
    }
  }

  void run(Duration duration) {
    for (const auto end = now + duration; now < end; now += 1ms) {
      while (!answers.empty() && answers.front().at <= now) {
        const auto answer = answers.front();
        answers.erase(answers.begin());
        feed(answer);
      }
      if (const auto due = next_deadline(state); due && *due <= now) feed(ProbeTick{});
    }
  }
  /// False: it did not become so in that time.
  template <typename Condition>
  bool until(Condition condition, Duration longest) {
    for (const auto end = now + longest; now < end && !condition();) run(1ms);
    return condition();
  }

  [[nodiscard]] std::size_t used() const { return state.networks.at(0).path.value(); }
  [[nodiscard]] std::uint16_t size() const { return state.paths.at(used()).size; }
  [[nodiscard]] std::uint16_t full() const { return state.plan.paths.at(used()).full_size; }
  /// Clamped flows of the network get through, and no byte more than needed is taken from them.
  [[nodiscard]] bool right() const {
    return size() != 0 && passes(used(), size()) &&
           (size() == full() || !passes(used(), size() + 24U));
  }

  std::vector<Line> lines;
  FailoverState state;
  Instant now = Instant(1000s);
  std::vector<ProbeReply> answers;
  std::map<std::size_t, std::vector<std::uint16_t>> asked;  ///< sizes of probes, by path
  std::mt19937 random{1};  // NOLINT(cert-msc51-cpp): the same every time
  int switches = 0;
};

TEST(Size, IsFoundWithinThreeSecondsWhateverTheHoleAndStays) {
  for (const auto transport : {Transport::ikev2, Transport::wireguard})
    for (const auto outside : {Family::v4, Family::v6})
      for (std::uint16_t hole = 576; hole <= 1500; hole += 37) {
        SCOPED_TRACE(std::string(to_string(transport)) + " by IPv" +
                     (outside == Family::v4 ? "4" : "6") + ", " + std::to_string(hole) +
                     " bytes pass");
        Site site({transport}, {{.outside = outside}});
        site.lines[0].hole = hole;
        EXPECT_TRUE(site.until([&] { return site.right(); }, 3s)) << site.size();
        site.run(1s);
        const auto found = site.size();
        EXPECT_FALSE(site.until([&] { return !site.right(); }, 60s));
        EXPECT_EQ(site.size(), found);
        if (transport == Transport::wireguard && (outside == Family::v4 || hole >= kMinimumMtu + 8))
          EXPECT_TRUE(found >= kMinimumMtu || site.state.paths[0].whole_from != Instant{} ||
                      in_fragments(site.state, 0))
              << "IPv6 inside goes on";
      }
}

TEST(Size, IsFollowedWhenAHoleNarrows) {
  for (const auto transport : {Transport::ikev2, Transport::wireguard}) {
    Site site({transport}, {{}, {}});
    for (const auto hole :
         std::initializer_list<std::uint16_t>{1450, 1400, 1360, 1280, 1279, 1000, 700, 576}) {
      for (auto& line : site.lines) line.hole = hole;
      EXPECT_TRUE(site.until([&] { return site.right(); }, 3s))
          << to_string(transport) << ", " << hole << " bytes pass, taken to be " << site.size();
      site.run(10s);
      EXPECT_TRUE(site.right()) << hole;
    }
    EXPECT_LE(site.switches, 1);
  }
}

TEST(Size, IsFollowedUpwardsAsFarAsAHoleHeals) {
  for (const auto transport : {Transport::ikev2, Transport::wireguard}) {
    Site site({transport}, {{.hole = 1000}});
    for (const auto hole : std::initializer_list<std::uint16_t>{1380, 1420, 1460, 1500}) {
      site.lines[0].hole = hole;
      EXPECT_TRUE(site.until([&] { return site.right(); }, 300s))
          << to_string(transport) << ", " << hole << " bytes pass, taken to be " << site.size();
    }
    EXPECT_EQ(site.size(), site.full());
  }
}

TEST(Size, GoesTo1280BeforeAnythingLargerIsTried) {
  Site site({Transport::ikev2}, {{}});
  site.lines[0].hole = 1400;
  site.asked.clear();
  ASSERT_TRUE(site.until([&] { return site.size() != site.full(); }, 3s));
  EXPECT_EQ(site.size(), 1280);
  const auto between = [&](std::uint16_t size) { return size > 1280 && size < site.full(); };
  EXPECT_LE(std::ranges::count_if(site.asked[0], between), 1) << "in the same moment";
}

TEST(Size, OfALimitedPathIsAskedAsOftenAsOfAnyOther) {
  Site site({Transport::ikev2}, {{.hole = 1400}});
  site.run(60s);
  site.asked.clear();
  site.run(5s);
  EXPECT_GE(std::ranges::count(site.asked[0], site.size()), 8);
}

TEST(Size, OfALossyLineIsNotDoubtedForBadLuck) {
  for (const double loss : {0.1, 0.25}) {
    Site site({Transport::ikev2}, {{.loss = loss}});
    int doubted = 0;
    for (int second = 0; second < 600; ++second) {
      site.run(1s);
      if (site.size() != site.full()) ++doubted;
    }
    EXPECT_LE(doubted, 10) << loss;
    site.lines[0].hole = 1300;
    EXPECT_TRUE(site.until([&] { return site.size() == 1280 || site.right(); }, 10s))
        << "and is found all the same";
  }
}

TEST(Size, ThatNobodyKnowsIsNoReasonToLeaveALossyLine) {
  const Site::Line line{.measure = Measure::echo, .answered = 1000, .loss = 0.02};
  Site site({Transport::wireguard}, {line, line});
  site.run(600s);
  EXPECT_EQ(site.switches, 0) << "for the other, which loses as much as the limit too";
}

TEST(Size, AFirewallThatDropsFragmentsIsTriedOnceByEveryLine) {
  Site site({Transport::ikev2, Transport::wireguard}, {{}, {}, {}});
  for (auto& line : site.lines) {
    line.hole = 1200;
    line.fragments = false;
  }
  site.run(120s);
  EXPECT_LE(site.switches, 4) << "and then what is best otherwise";
  EXPECT_TRUE(site.right()) << site.size();
  site.switches = 0;
  site.run(1200s);
  EXPECT_LE(site.switches, 1) << "that is the end of it";
}

TEST(Size, WhereOneLineLetsFragmentsPassItIsFound) {
  Site site({Transport::ikev2, Transport::wireguard}, {{}, {}, {}});
  for (auto& line : site.lines) {
    line.hole = 1200;
    line.fragments = false;
  }
  site.lines[2].fragments = true;
  site.run(60s);
  EXPECT_EQ(site.state.plan.paths[site.used()].name, "line 2/wireguard");
  EXPECT_TRUE(in_fragments(site.state, site.used()));
}

TEST(Size, ALineThatPassesNothingOfUseIsLeft) {
  Site site({Transport::ikev2, Transport::wireguard}, {{}, {}});
  site.lines[0].hole = 400;
  EXPECT_TRUE(site.until([&] { return site.line_of(site.used()).hole == kNoHole; }, 3s));
  site.run(600s);
  EXPECT_EQ(site.line_of(site.used()).hole, kNoHole);
  EXPECT_LE(site.switches, 2);
}

TEST(Size, OfAPathToAHubThatOnlyAnswersEchoesIsFoundToo) {
  for (const auto transport : {Transport::ikev2, Transport::wireguard})
    for (const std::uint16_t hole : {std::uint16_t{1400}, std::uint16_t{1200}}) {
      Site site({transport}, {{.measure = Measure::echo}});
      ASSERT_EQ(site.size(), site.full());
      site.lines[0].hole = hole;
      EXPECT_TRUE(site.until([&] { return site.right(); }, 10s)) << site.size();
      EXPECT_FALSE(in_fragments(site.state, 0)) << "nobody tells the hub to make them";
      site.lines[0].hole = kNoHole;
      EXPECT_TRUE(site.until([&] { return site.size() == site.full(); }, 30s));
    }
}

TEST(Size, IsNotDoubtedWhereAHubNeverAnsweredLargeEchoes) {
  Site site({Transport::ikev2}, {{.measure = Measure::echo, .answered = 600}});
  site.run(300s);
  EXPECT_EQ(site.size(), 0) << "not known, and so as the tunnel's";
  EXPECT_EQ(site.state.paths[0].trouble, Trouble::none);
}

}  // namespace
}  // namespace kaido
