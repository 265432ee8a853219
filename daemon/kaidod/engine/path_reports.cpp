// What Paths tells people and programs.
#include <algorithm>
#include <chrono>

#include "core/addressing.hpp"
#include "core/failover/figures.hpp"
#include "core/failover/outlook.hpp"
#include "engine/messages.hpp"
#include "engine/paths.hpp"

namespace kaido {
namespace {

using namespace std::chrono;

std::int64_t micros(Duration duration) { return duration_cast<microseconds>(duration).count(); }

double share(const LastMinute::Count& count) { return count.sent == 0 ? -1 : count.share(); }

}  // namespace

PathReport Paths::report(std::size_t i) const {
  const auto& spec = state_.plan.paths.at(i);
  const auto& path = state_.paths.at(i);
  const auto& tunnel = board_.tunnels.at(i);
  const auto& hub = board_.model.hubs.at(spec.hub);
  const auto at = clock_.now();
  PathReport report;
  report.name = spec.name;
  for (std::size_t n = 0; n < state_.networks.size(); ++n)
    if (state_.networks[n].path == i && !state_.plan.networks[n].implicit)
      report.networks.push_back(state_.plan.networks[n].name);
  report.hub = hub.name;
  report.endpoint = hub.endpoints.at(spec.endpoint).name;
  report.uplink = board_.model.uplinks.at(spec.uplink).name;
  report.transport = to_string(spec.transport);
  report.slot = spec.slot;
  report.device = tunnel.device;
  report.health = to_string(path.health);
  report.since = path.since == Instant{} ? 0 : duration_cast<seconds>(at - path.since).count();
  report.trouble = to_string(path.trouble);
  report.reason = path.health == Health::unusable ? tunnel.reason() : trouble(i);
  report.full_size = spec.full_size;
  if (path.flaps > 0)
    report.hold =
        std::max<std::int64_t>(0, ceil<seconds>(path.good_since + path.hold - at).count());
  if (spec.measure == Measure::none || path.health == Health::unusable) return report;

  report.loss = share(path.minute.round_trip(at));
  report.loss_up = share(path.minute.upload(at));
  report.loss_down = share(path.minute.download(at));
  if (!path.round_trips.empty()) {
    const auto quantiles = path.round_trips.quantiles();
    report.rtt_min = micros(quantiles.minimum);
    report.rtt_median = micros(quantiles.median);
    report.rtt_p95 = micros(quantiles.p95);
    report.jitter = micros(path.round_trips.jitter());
  }
  report.reordered = path.reordered;
  if (path.last_reply != Instant{})
    report.age =
        std::max<std::int64_t>(0, duration_cast<milliseconds>(at - path.last_reply).count());
  report.size = path.size;
  if (path.size_at != Instant{})
    report.size_age = duration_cast<seconds>(at - path.size_at).count();
  report.cost = cost(state_, i, at);

  const auto interval = probing_interval(state_, i);
  report.probe_interval = static_cast<std::uint32_t>(duration_cast<milliseconds>(interval).count());
  const auto per_second = [](Duration every) { return 1.0 / duration<double>(every).count(); };
  double bytes = probe_bytes(spec, 0) * per_second(interval);
  if (spec.measure != Measure::none)
    bytes += probe_bytes(spec, spec.full_size) * per_second(size_probing_interval(state_, i));
  report.cost_kbit = bytes * 8 / 1000;
  report.cost_gb_month = bytes * 86400 * 30 / 1e9;

  for (std::size_t ago = LastMinute::kSeconds; ago-- > 0;) {
    const auto sample = path.minute.sample(at, ago);
    report.loss_history.push_back(sample ? static_cast<std::int32_t>(sample->loss * 1000) : -1);
    report.delay_history.push_back(sample && sample->delay > Duration{}
                                       ? static_cast<std::int32_t>(micros(sample->delay) / 100)
                                       : -1);
  }
  return report;
}

std::vector<PathReport> Paths::paths() const {
  std::vector<PathReport> reports;
  for (std::size_t i = 0; i < state_.paths.size() && i < board_.tunnels.size(); ++i)
    reports.push_back(report(i));
  return reports;
}

void Paths::explain(NetworkReport& report) const {
  for (std::size_t n = 0; n < state_.networks.size(); ++n) {
    if (state_.plan.networks[n].name != report.name) continue;
    const auto& network = state_.networks[n];
    report.pinned = network.pinned && network.pinned == network.path;
    report.outlook = describe(outlook(state_, n, clock_.now()), report.name);
    report.switches = network.switches;
    if (network.last.at == Instant{}) return;
    report.rule = to_string(network.last.rule);
    report.why = describe(network.last);
    report.switched_ago = duration_cast<seconds>(clock_.now() - network.last.at).count();
  }
}

}  // namespace kaido
