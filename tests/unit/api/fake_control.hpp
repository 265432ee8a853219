// An engine that says what a test tells it to.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/control/controls.hpp"
#include "fake_people.hpp"

namespace kaido::api {

class FakeControl final : public GatewayControl,
                          public TunnelControl,
                          public NetworkControl,
                          public ConfigurationControl {
 public:
  Controls controls() { return {*this, *this, *this, *this, people}; }

  StatusReport status() override { return status_report; }
  const std::vector<TunnelReport>& tunnels() override { return tunnel_reports; }
  std::vector<UplinkReport> uplinks() override { return uplink_reports; }
  std::vector<NetworkReport> networks() override { return network_reports; }
  std::vector<PathReport> paths() override { return path_reports; }
  void switch_network(const std::string& network, const std::string& path,
                      Done<std::string> done) override {
    const auto found = std::ranges::find(network_reports, network, &NetworkReport::name);
    if (found == network_reports.end())
      return done(failure(Condition::not_found, "no network " + network));
    if (trouble) return done(std::unexpected(*trouble));
    moved.emplace_back(network, path);
    done(path.empty() ? found->tunnel : path);
  }
  std::vector<LogEntry> log(std::size_t count) override {
    const auto kept = std::min(count, entries.size());
    return {entries.end() - static_cast<std::ptrdiff_t>(kept), entries.end()};
  }
  void set_enabled(const std::string& name, bool enabled, Done<std::size_t> done) override {
    const auto count = static_cast<std::size_t>(std::ranges::count_if(
        tunnel_reports, [&](const TunnelReport& t) { return t.name.starts_with(name); }));
    if (count == 0) return done(failure(Condition::not_found, "no tunnel " + name));
    switched.emplace_back(name, enabled);
    done(count);
  }
  std::expected<std::vector<std::string>, Diagnostics> diff(
      const std::optional<std::string>& text) override {
    if (!mistakes.empty()) return std::unexpected(mistakes);
    return std::vector<std::string>{"differs: " + text.value_or("the file")};
  }
  void apply(std::optional<std::string> text,
             Done<std::vector<std::string>, ApplyFailure> done) override {
    applied.push_back(text);
    if (hold_apply) {
      held = std::move(done);
    } else if (!mistakes.empty()) {
      done(std::unexpected(ApplyFailure(mistakes)));
    } else if (trouble) {
      done(std::unexpected(ApplyFailure(*trouble)));
    } else {
      done(std::vector<std::string>{"hub tokyo is new"});
    }
  }
  std::string show() override { return "[gateway]\nname = \"osaka\"\n"; }
  void teardown(Done<std::vector<std::string>> done) override {
    ++teardowns;
    done(std::vector<std::string>{"8 interfaces"});
  }
  void set_observer(Observer* to) override { observer = to; }

  StatusReport status_report{.name = "osaka", .role = "branch", .number = 7, .version = "0.1.0"};
  std::vector<TunnelReport> tunnel_reports;
  std::vector<UplinkReport> uplink_reports;
  std::vector<NetworkReport> network_reports;
  std::vector<PathReport> path_reports;
  std::vector<LogEntry> entries;
  Diagnostics mistakes;
  std::optional<Error> trouble;
  bool hold_apply = false;
  Done<std::vector<std::string>, ApplyFailure> held;
  std::vector<std::pair<std::string, bool>> switched;
  std::vector<std::pair<std::string, std::string>> moved;
  std::vector<std::optional<std::string>> applied;
  int teardowns = 0;
  Observer* observer = nullptr;
  FakePeople people;
};

}  // namespace kaido::api
