#include "adapters/fake/path_prober.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

namespace kaido::fake {
namespace {

// What the real one's packets have at least: IPv6, and UDP with STAMP or ICMP with our payload.
constexpr std::uint16_t kLeastStamp = 40 + 8 + stamp::kBaseSize;
constexpr std::uint16_t kLeastEcho = 40 + 24;

}  // namespace

PathProber::PathProber(Clock clock)
    : clock_(std::move(clock)), event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  network_ = [this](const OutgoingProbe& probe, const ProbeTarget&) {
    return std::vector{answer(probe, Duration::zero())};
  };
}

PathProber::~PathProber() { close(event_); }

Result<void> PathProber::set_targets(std::vector<ProbeTarget> targets) {
  for (const auto& target : targets) {
    if (target.source.family() != target.destination.family() ||
        (target.stamp && target.source.is_v4()))
      return failure(Condition::internal, "probes from " + target.source.to_string() + " to " +
                                              target.destination.to_string());
  }
  // What is outstanding, and what is under way, stays with its target.
  const auto number = [&](std::size_t before) {
    if (before >= targets_.size()) return targets.size();
    return static_cast<std::size_t>(std::ranges::find(targets, targets_[before]) - targets.begin());
  };
  std::map<Key, OutgoingProbe> kept;
  for (const auto& [key, probe] : outstanding_)
    if (number(key.path) < targets.size()) kept[{number(key.path), key.sequence, key.echo}] = probe;
  outstanding_ = std::move(kept);
  for (auto& frame : under_way_) frame.reply.path = number(frame.reply.path);
  targets_ = std::move(targets);
  return {};
}

void PathProber::send(std::span<const OutgoingProbe> probes) {
  for (auto probe : probes) {
    sent_.push_back(probe);
    if (probe.path >= targets_.size() || absent_.contains(targets_[probe.path].device)) continue;
    const auto& target = targets_[probe.path];
    ++counted_[target.device].sent;
    probe.echo = probe.echo || !target.stamp;
    probe.size = std::max(probe.size, probe.echo ? kLeastEcho : kLeastStamp);
    outstanding_[{probe.path, probe.sequence, probe.echo}] = probe;
    for (auto& frame : network_(probe, target)) inject(std::move(frame));
  }
}

PathProber::Frame PathProber::answer(const OutgoingProbe& probe, Duration round_trip) {
  const auto& target = targets_.at(probe.path);
  Frame frame{.device = target.device, .source = target.destination, .destination = target.source};
  frame.reply = {.path = probe.path,
                 .sequence = probe.sequence,
                 .echo = probe.echo,
                 .round_trip = round_trip,
                 .at = clock_() + round_trip,
                 .size = probe.size};
  if (probe.echo) return frame;
  frame.reply.reflector_sequence = reflected_[probe.path]++;
  frame.reply.kaido = probe.claim.has_value();
  return frame;
}

void PathProber::inject(Frame frame) {
  under_way_.push_back(std::move(frame));
  eventfd_write(event_, 1);
}

void PathProber::receive(std::vector<ProbeReply>& replies) {
  const auto now = clock_();
  std::vector<Frame> waiting;
  for (auto& frame : std::exchange(under_way_, {})) {
    if (frame.reply.at > now) {
      waiting.push_back(std::move(frame));
      continue;
    }
    if (absent_.contains(frame.device)) continue;
    ++counted_[frame.device].received;
    if (!take(frame, replies)) ++refused_;
  }
  under_way_ = std::move(waiting);
  eventfd_t ignored = 0;
  if (under_way_.empty()) eventfd_read(event_, &ignored);
}

bool PathProber::take(const Frame& frame, std::vector<ProbeReply>& replies) {
  const auto& reply = frame.reply;
  if (reply.path >= targets_.size()) return false;
  const auto& target = targets_[reply.path];
  if (frame.source != target.destination || frame.destination != target.source) return false;
  if (!reply.echo && frame.device != target.device) return false;
  if (outstanding_.erase({reply.path, reply.sequence, reply.echo}) == 0) return false;
  replies.push_back(reply);
  return true;
}

DevicePackets PathProber::packets(std::size_t path) {
  if (path >= targets_.size() || absent_.contains(targets_[path].device)) return {};
  return counted_[targets_[path].device];
}

void PathProber::set_device(const std::string& device, bool present) {
  if (present) {
    absent_.erase(device);
  } else {
    absent_.insert(device);
    counted_.erase(device);
  }
}

}  // namespace kaido::fake
