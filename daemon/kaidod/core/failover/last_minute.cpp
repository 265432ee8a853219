#include "core/failover/last_minute.hpp"

#include <algorithm>

namespace kaido {
namespace {

std::int64_t number_of(Instant at) {
  return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

}  // namespace

LastMinute::Second& LastMinute::second(Instant at) {
  const auto number = number_of(at);
  auto& entry = seconds_[static_cast<std::size_t>(number) % seconds_.size()];
  if (entry.number != number) {
    entry = {};
    entry.number = number;
  }
  return entry;
}

void LastMinute::sent(Instant now) { ++second(now).sent; }

void LastMinute::answered(Instant sent_at, Duration round_trip) {
  const auto number = number_of(sent_at);
  auto& entry = seconds_[static_cast<std::size_t>(number) % seconds_.size()];
  if (entry.number != number) return;  // more than a minute ago
  ++entry.answered;
  entry.delay_us += static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(round_trip).count());
}

void LastMinute::forget(Instant since) {
  for (auto& entry : seconds_)
    if (entry.number >= number_of(since)) entry = {};
}

void LastMinute::directions(Instant now, std::uint32_t probes, std::uint32_t arrived) {
  auto& entry = second(now);
  arrived = std::min(arrived, probes);
  entry.up_sent = static_cast<std::uint16_t>(entry.up_sent + probes);
  entry.up_arrived = static_cast<std::uint16_t>(entry.up_arrived + arrived);
  entry.down_sent = static_cast<std::uint16_t>(entry.down_sent + arrived);
  entry.down_arrived = static_cast<std::uint16_t>(entry.down_arrived + 1);
}

template <typename Add>
LastMinute::Count LastMinute::sum(Instant now, std::size_t seconds, Add add) const {
  Count count;
  const auto last = number_of(now - kOverdue) - 1;
  const auto span = static_cast<std::int64_t>(std::min(seconds, kSeconds));
  for (auto number = std::max<std::int64_t>(0, last - span + 1); number <= last; ++number) {
    const auto& entry = seconds_[static_cast<std::size_t>(number) % seconds_.size()];
    if (entry.number == number) add(count, entry);
  }
  return count;
}

LastMinute::Count LastMinute::round_trip(Instant now, std::size_t seconds) const {
  return sum(now, seconds, [](Count& count, const Second& entry) {
    count.sent += entry.sent;
    count.lost += entry.sent - std::min(entry.sent, entry.answered);
  });
}

LastMinute::Count LastMinute::upload(Instant now, std::size_t seconds) const {
  return sum(now, seconds, [](Count& count, const Second& entry) {
    count.sent += entry.up_sent;
    count.lost += entry.up_sent - std::min(entry.up_sent, entry.up_arrived);
  });
}

LastMinute::Count LastMinute::download(Instant now, std::size_t seconds) const {
  return sum(now, seconds, [](Count& count, const Second& entry) {
    count.sent += entry.down_sent;
    count.lost += entry.down_sent - std::min(entry.down_sent, entry.down_arrived);
  });
}

std::optional<LastMinute::Sample> LastMinute::sample(Instant now, std::size_t ago) const {
  const auto number = number_of(now - kOverdue) - 1 - static_cast<std::int64_t>(ago);
  if (number < 0 || ago >= kSeconds) return std::nullopt;
  const auto& entry = seconds_[static_cast<std::size_t>(number) % seconds_.size()];
  if (entry.number != number || entry.sent == 0) return std::nullopt;
  const auto answered = std::min(entry.sent, entry.answered);
  return Sample{.loss = 1.0 - static_cast<double>(answered) / entry.sent,
                .delay = std::chrono::microseconds(answered == 0 ? 0 : entry.delay_us / answered)};
}

}  // namespace kaido
