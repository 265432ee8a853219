// What a worker finds of a hub, while the hub goes on.
#include "engine/inspection.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "adapters/fake/network_stack.hpp"
#include "adapters/fake/wireguard.hpp"
#include "adapters/fake/workers.hpp"
#include "core/desired/difference.hpp"
#include "core/desired/kernel.hpp"
#include "core/desired/network_routes.hpp"
#include "core/desired/wireguard.hpp"
#include "core/uplinks/surroundings.hpp"
#include "unit/core/sample.hpp"

namespace kaido {
namespace {

constexpr std::uint32_t kOsaka = 0;
constexpr std::uint32_t kNagoya = 1;

class InspectionOfAHub : public ::testing::Test {
 protected:
  InspectionOfAHub() {
    driver_.start(test::hub());
    driver_.board.routes.measured = true;
    choose(kOsaka, 0);
    write();
    EXPECT_FALSE(find());
  }
  /// The site goes by its n-th tunnel.
  void choose(std::uint32_t site, std::size_t n) {
    auto& board = driver_.board;
    board.routes.by_name[board.model.sites[site].name].tunnel =
        tunnels_to_site(board.tunnels, site).first + n;
  }
  /// What the board asks for now is there.
  void write() {
    const auto observed = stack_.read(scope()).value();
    EXPECT_TRUE(
        stack_.apply(difference(desired_kernel(driver_.board, observed), observed)).empty());
    driver_.board.surroundings =
        observe_surroundings(driver_.board.model, stack_.read(scope()).value());
    for (const auto& device : desired_wireguard(driver_.board))
      EXPECT_TRUE(wireguard_.write(difference(device, wireguard_.read(device.name).value())));
  }
  [[nodiscard]] ReadScope scope() const {
    return {.uplink_devices = {}, .towards = {}, .sysctl_paths = sysctl_paths(driver_.board.model)};
  }
  void begin() { inspection_.begin(scope()); }
  bool end() {
    workers_.poll();
    return std::exchange(deviates_, std::nullopt).value();
  }
  bool find() {
    begin();
    return end();
  }

  test::Driver driver_;
  fake::NetworkStack stack_;
  fake::WireGuard wireguard_{stack_};
  fake::Workers workers_;
  std::optional<bool> deviates_;
  Inspection inspection_{workers_, stack_, wireguard_, driver_.board,
                         [this](bool deviates) { deviates_ = deviates; }};
};

TEST_F(InspectionOfAHub, FindsWhatIsGone) {
  for (const auto& route : stack_.state().routes)
    if (route.destination == test::net("10.1.7.0/24") && route.type == RouteType::unicast) {
      stack_.change(DeleteRoute{route});
      break;
    }
  EXPECT_TRUE(find());
}

TEST_F(InspectionOfAHub, FindsAPeerThatIsGone) {
  WireGuardChange change{.device = "kd-wg1"};
  change.peers.push_back({.peer = {.public_key = test::key(11)}, .remove = true});
  ASSERT_TRUE(wireguard_.write(change));
  EXPECT_TRUE(find());
}

TEST_F(InspectionOfAHub, DeviatesWhenTheKernelDoesNotAnswer) {
  stack_.fail_next_read({Condition::kernel_unreachable, ""});
  EXPECT_TRUE(find());
}

TEST_F(InspectionOfAHub, TakesASiteThatMovedMeanwhileForNoDeviation) {
  begin();
  choose(kOsaka, 1);
  write();
  inspection_.site_moved(kOsaka);
  EXPECT_FALSE(end());
}

TEST_F(InspectionOfAHub, TakesASiteThatWentMeanwhileForNoDeviation) {
  begin();
  driver_.board.routes.by_name.erase("osaka");
  write();
  inspection_.site_moved(kOsaka);
  EXPECT_FALSE(end());
}

TEST_F(InspectionOfAHub, FindsWhatElseIsWrongWhileASiteMoves) {
  begin();
  choose(kOsaka, 1);
  choose(kNagoya, 0);  // written by somebody else, as it were
  write();
  inspection_.site_moved(kOsaka);
  EXPECT_TRUE(end());
}

TEST_F(InspectionOfAHub, RemembersNoMoveOfTheLastTime) {
  inspection_.site_moved(kOsaka);
  begin();
  inspection_.site_moved(kOsaka);
  EXPECT_FALSE(end());
  begin();
  choose(kOsaka, 1);
  write();
  EXPECT_TRUE(end());
}

TEST_F(InspectionOfAHub, IsOneAtATime) {
  begin();
  begin();
  EXPECT_EQ(workers_.waiting(), 1U);
  EXPECT_FALSE(end());
}

}  // namespace
}  // namespace kaido
