// What the tests of the contract share: a world, its port, and what the port has said.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/tunnels/ike_failure.hpp"
#include "world.hpp"

namespace kaido::test {

using Names = std::vector<std::string>;

class IkeControlContract : public testing::TestWithParam<WorldKind> {
 protected:
  void SetUp() override {
    const auto* only = std::getenv("KAIDO_CONTRACT");
    const auto obstacle = GetParam().obstacle();
    if (!obstacle.empty() && only != nullptr && std::string(only) == "fake")
      GTEST_SKIP() << "no charon: " << obstacle << " (KAIDO_CONTRACT=fake)";
    ASSERT_EQ(obstacle, "") << "no charon can be run here; KAIDO_CONTRACT=fake skips this";
    world_ = GetParam().make();
    world_->port().start([this](const IkeEvent& event) { events_.push_back(event); });
    ASSERT_TRUE(world_->run_until([&] { return count<CharonUp>() == 1; })) << "no CharonUp";
  }

  template <typename T>
  [[nodiscard]] std::size_t count() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(events_, [](const auto& e) { return std::holds_alternative<T>(e); }));
  }
  template <typename T>
  [[nodiscard]] const T& last() const {
    const auto found = std::find_if(events_.rbegin(), events_.rend(),
                                    [](const auto& e) { return std::holds_alternative<T>(e); });
    return std::get<T>(*found);
  }
  /// Where the first such event with this id is among the events.
  template <typename T>
  [[nodiscard]] std::size_t place(std::uint32_t T::* field, std::uint32_t id) const {
    const auto found = std::ranges::find_if(events_, [&](const auto& e) {
      const auto* event = std::get_if<T>(&e);
      return event != nullptr && event->*field == id;
    });
    return static_cast<std::size_t>(found - events_.begin());
  }

  template <typename T>
  Result<T> wait(const std::function<void(IkeControl::Done<T>)>& call) {
    std::optional<Result<T>> outcome;
    call([&](Result<T> result) { outcome = std::move(result); });
    EXPECT_FALSE(outcome) << "completed from inside the call";
    (void)world_->run_until([&] { return outcome.has_value(); });
    if (!outcome) return failure(Condition::internal, "never completed");
    return std::move(*outcome);
  }
  Result<Names> reconcile(const IkeDesired& desired) {
    return wait<Names>([&](auto done) { world_->port().reconcile(desired, std::move(done)); });
  }
  Result<void> set_credentials(const IkeCredentials& credentials) {
    return wait<void>(
        [&](auto done) { world_->port().set_credentials(credentials, std::move(done)); });
  }
  Result<Names> load(const std::vector<IkeConnection>& connections) {
    return wait<Names>([&](auto done) { world_->port().load(connections, std::move(done)); });
  }
  Result<Names> unload(const Names& names) {
    return wait<Names>([&](auto done) { world_->port().unload(names, std::move(done)); });
  }
  Result<void> initiate(const std::string& name = "kaido-tokyo-1") {
    return wait<void>([&](auto done) { world_->port().initiate(name, std::move(done)); });
  }
  Result<void> terminate(std::uint32_t id) {
    return wait<void>([&](auto done) { world_->port().terminate(id, std::move(done)); });
  }
  Result<std::vector<IkeSa>> list() {
    return wait<std::vector<IkeSa>>([&](auto done) { world_->port().list(std::move(done)); });
  }
  Result<void> rekey(std::uint32_t id) {
    return wait<void>(
        [&](auto done) { world_->port().rekey(id, "kaido-tokyo-1", std::move(done)); });
  }
  /// Why an attempt fails with such a hub, by the first line of the log that tells.
  std::optional<Condition> reason_with(HubTrouble trouble) {
    EXPECT_TRUE(reconcile(world_->desired()));
    world_->trouble(trouble);
    EXPECT_TRUE(initiate());
    std::optional<Error> reason;
    (void)world_->run_until([&] {
      for (const auto& event : events_)
        if (const auto* line = std::get_if<IkeLogLine>(&event);
            line != nullptr && line->connection == "kaido-tokyo-1" && !reason)
          reason = classify_ike_log(line->text);
      return reason.has_value();
    });
    return reason ? std::optional(reason->condition) : std::nullopt;
  }
  void bring_up() {
    ASSERT_TRUE(reconcile(world_->desired()));
    ASSERT_TRUE(initiate());
    ASSERT_TRUE(world_->run_until([&] { return count<ChildSaUp>() == 1; }));
  }

  std::unique_ptr<World> world_;
  std::vector<IkeEvent> events_;
};

/// Another connection like the first.
inline IkeDesired with(IkeDesired desired, const std::string& name) {
  desired.connections.push_back(desired.connections.front());
  desired.connections.back().name = name;
  return desired;
}

/// `desired` with its one connection as many times, "kaido-tokyo-1" first.
inline IkeDesired many(const IkeDesired& desired, int count) {
  auto result = desired;
  for (int i = 2; i <= count; ++i) result = with(result, "kaido-tokyo-" + std::to_string(i));
  return result;
}

}  // namespace kaido::test
