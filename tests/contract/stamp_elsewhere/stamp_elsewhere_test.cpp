// Kaido's two ends of STAMP, each with the other end written elsewhere: Scapy's layers, in the
// scripts beside this file.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "adapters/stamp/prober.hpp"
#include "lines/lines.hpp"
#include "lines/program.hpp"

namespace kaido::test {
namespace {

using std::chrono::milliseconds;
constexpr const char* kPython = "/usr/bin/python3";  // where Debian's packages are
constexpr std::uint16_t kPort = 8862;

std::string script(const char* name) { return fmt::format("{}/{}", KAIDO_SCRIPTS, name); }

/// In a namespace of its own, on the loopback.
class SenderFromElsewhere : public testing::Test {
 protected:
  void SetUp() override {
    const auto socket = fmt::format("{}elsewhere-{}.sock", testing::TempDir(), getpid());
    reflector_.emplace(where_, std::vector<std::string>{KAIDO_REFLECTOR, "--listen", "[::1]:0",
                                                        "--socket", socket});
    port_ = reflector_->await("answering probes on UDP port ");
    unlink(socket.c_str());
  }
  void expect_content(const char* what) {
    Program sender(where_, {kPython, "-B", script("sender.py"), what, "::1", port_});
    EXPECT_EQ(sender.finish(), 0) << sender.said();
  }

 private:
  Namespace where_;
  std::optional<Program> reflector_;
  std::string port_;
};

TEST_F(SenderFromElsewhere, FindsEveryFieldOfAnAnswerRight) { expect_content("every_field"); }
TEST_F(SenderFromElsewhere, GetsItsExtraPaddingBack) { expect_content("extra_padding"); }
TEST_F(SenderFromElsewhere, IsToldWhichTlvsAreNotKnown) { expect_content("unknown_tlvs"); }
TEST_F(SenderFromElsewhere, MaySendAnHmacThatKaidoHasNoKeyFor) { expect_content("hmac_tlv"); }
TEST_F(SenderFromElsewhere, IsToldWhichTlvIsMalformed) { expect_content("malformed_tlv"); }
TEST_F(SenderFromElsewhere, MayKeepPtpTime) { expect_content("ptp_times"); }
TEST_F(SenderFromElsewhere, MayHaveTwoSessionsFromOnePort) { expect_content("two_sessions"); }
TEST_F(SenderFromElsewhere, MaySpeakTwampLight) { expect_content("twamp_light"); }

/// Kaido's prober at a site, the other reflector at a hub.
class ReflectorFromElsewhere : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    lines_.site().run([this] {
      auto opened = stamp_prober::Prober::open(kPort);
      if (opened) prober_ = std::move(*opened);
    });
    ASSERT_TRUE(prober_);
    ASSERT_TRUE(prober_->set_targets(
        {{Lines::device(0), Lines::site_address(0), Lines::hub_address(0), true}}));
  }
  void TearDown() override { EXPECT_EQ(prober_->refused(), 0); }
  void start(std::vector<std::string> options) {
    std::vector<std::string> command{kPython, "-B", script("reflector.py"),
                                     Lines::hub_address(0).to_string(), std::to_string(kPort)};
    command.insert(command.end(), options.begin(), options.end());
    if (GetParam()) command.emplace_back("--reads-tlvs");
    reflector_.emplace(lines_.hub(), command);
    reflector_->await("ready");
  }
  /// Sends probes 1 to `count` and waits for the answer to the last.
  [[nodiscard]] bool ask(std::uint32_t count, std::uint16_t size = 0) {
    const stamp::Claim claim{.epoch = 9, .generation = 1, .hub = 1, .transport = 1, .slot = 1};
    for (std::uint32_t i = 1; i <= count; ++i) {
      const OutgoingProbe probe{.path = 0, .sequence = i, .size = size, .room = 2, .claim = claim};
      prober_->send({&probe, 1});
    }
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (sequences().empty() || sequences().back() != count) {
      if (std::chrono::steady_clock::now() > limit) return false;
      pollfd waiting{.fd = prober_->fd(), .events = POLLIN, .revents = 0};
      poll(&waiting, 1, 100);
      prober_->receive(replies_);
    }
    return true;
  }
  [[nodiscard]] std::vector<std::uint32_t> sequences() const { return all(&ProbeReply::sequence); }
  [[nodiscard]] std::vector<std::uint32_t> counts() const {
    return all(&ProbeReply::reflector_sequence);
  }

  Lines lines_{1};
  std::unique_ptr<stamp_prober::Prober> prober_;
  std::optional<Program> reflector_;
  std::vector<ProbeReply> replies_;

 private:
  [[nodiscard]] std::vector<std::uint32_t> all(std::uint32_t ProbeReply::* member) const {
    std::vector<std::uint32_t> values;
    for (const auto& reply : replies_) values.push_back(reply.*member);
    return values;
  }
};

using Numbers = std::vector<std::uint32_t>;

TEST_P(ReflectorFromElsewhere, IsMeasuredWithoutItsTurnaround) {
  start({"--turnaround", "0.1"});
  const auto before = std::chrono::steady_clock::now();
  ASSERT_TRUE(ask(1));
  EXPECT_GE(replies_[0].at - before, milliseconds(100));
  EXPECT_GT(replies_[0].round_trip, Duration::zero());
  EXPECT_LT(replies_[0].round_trip, milliseconds(100));
}

TEST_P(ReflectorFromElsewhere, IsNotTakenForKaidos) {
  start({});
  ASSERT_TRUE(ask(1));
  EXPECT_FALSE(replies_[0].kaido);
  EXPECT_EQ(replies_[0].applied_epoch, 0);
  EXPECT_TRUE(replies_[0].heard.empty());
}

TEST_P(ReflectorFromElsewhere, ProvesSizes) {
  start({});
  for (const unsigned size : {200U, 1280U, 1500U}) {
    replies_.clear();
    ASSERT_TRUE(ask(1, static_cast<std::uint16_t>(size)));
    EXPECT_EQ(replies_[0].size, size);
  }
}

TEST_P(ReflectorFromElsewhere, ThatIsStatefulTellsInWhichDirectionProbesAreLost) {
  start({"--deaf-to", "2", "3", "--mute-to", "5"});
  ASSERT_TRUE(ask(7));
  EXPECT_EQ(sequences(), (Numbers{1, 4, 6, 7}));
  EXPECT_EQ(counts(), (Numbers{0, 1, 3, 4}));
}

TEST_P(ReflectorFromElsewhere, ThatIsStatelessTellsThatProbesAreLost) {
  start({"--stateless", "--deaf-to", "2", "3", "--mute-to", "5"});
  ASSERT_TRUE(ask(7));
  EXPECT_EQ(sequences(), (Numbers{1, 4, 6, 7}));
  EXPECT_EQ(counts(), (Numbers{1, 4, 6, 7}));
}

TEST_P(ReflectorFromElsewhere, MaySpeakTwampLight) {
  start({"--twamp-light", "padded"});
  constexpr std::uint32_t kMany = 20;  // each with other padding
  ASSERT_TRUE(ask(kMany, 1280));
  EXPECT_EQ(replies_.size(), kMany);
  for (const auto& reply : replies_) {
    EXPECT_FALSE(reply.kaido);
    EXPECT_EQ(reply.size, 1280);
  }
}

TEST_P(ReflectorFromElsewhere, MaySpeakTwampLightWithoutPadding) {
  start({"--twamp-light", "bare"});
  ASSERT_TRUE(ask(1, 1280));
  EXPECT_EQ(replies_[0].size, 48 + stamp::kTwampReplySize);  // no more is proved
}

INSTANTIATE_TEST_SUITE_P(Kinds, ReflectorFromElsewhere, testing::Bool(), [](const auto& reads) {
  return std::string(reads.param ? "ThatReadsTlvs" : "ThatKnowsNoTlvs");
});

}  // namespace
}  // namespace kaido::test
