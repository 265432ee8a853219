#include "engine/kernel_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/addressing.hpp"
#include "core/desired/difference.hpp"
#include "core/desired/fragments.hpp"
#include "core/desired/kernel.hpp"
#include "core/role.hpp"

namespace kaido {
namespace {

constexpr char kKernel[] = "kernel";

/// Beyond this many changes of one kind the log gets their number instead of each.
constexpr std::size_t kListed = 200;
/// That are written one by one: a site can make us change things for ever.
constexpr std::uint32_t kChangesAMinute = 1000;

bool has_failed(const std::vector<ChangeFailure>& failures, std::size_t index) {
  return std::ranges::find(failures, index, &ChangeFailure::index) != failures.end();
}

/// What was given back, or cannot be any more, is forgotten; the failed rest is for another try.
Before failed_part(const Before& before, const std::vector<KernelChange>& changes,
                   const std::vector<ChangeFailure>& failures) {
  Before rest;
  for (const auto& failure : failures) {
    const auto& change = changes[failure.index];
    if (const auto* setting = std::get_if<SetSysctl>(&change)) {
      if (std::ranges::count(before.settings, setting->sysctl) > 0)
        rest.settings.push_back(setting->sysctl);
    } else if (const auto* given = std::get_if<ReplaceRoute>(&change)) {
      if (given->route.protocol == kRouteProtocol) continue;
      rest.routes.push_back(given->route);
      rest.devices.insert(given->route.device);
    }
  }
  return rest;
}

bool deletes_link(const KernelChange& change) { return std::holds_alternative<DeleteLink>(change); }

}  // namespace

KernelWriter::KernelWriter(const Clock& clock, NetworkStack& stack, WireGuardWriter& wireguard,
                           Notebook& notebook, Log& log, Troubles& troubles)
    : clock_(clock),
      stack_(stack),
      wireguard_(wireguard),
      notebook_(notebook),
      log_(log),
      troubles_(troubles) {}

ReadScope KernelWriter::scope(const Board& board) const {
  auto towards = fragmented_peers(board);
  if (std::holds_alternative<HubView>(role_of(board.model)))
    std::ranges::copy(anywhere(), std::back_inserter(towards));
  auto paths = sysctl_paths(board.model);
  std::ranges::move(advertisement_paths(notebook_.before()), std::back_inserter(paths));
  return {.uplink_devices = uplink_devices(board.model),
          .towards = std::move(towards),
          .sysctl_paths = std::move(paths)};
}

std::optional<KernelState> KernelWriter::read(const Board& board) {
  auto observed = stack_.read(scope(board));
  if (observed) return std::move(*observed);
  troubles_.report(kKernel, observed.error());
  return std::nullopt;
}

bool KernelWriter::write(const Board& board, const KernelState& observed) {
  auto changes = difference(desired_kernel(board, observed), observed);
  remember(changes, observed, board);
  // Devices that are no uplinks any more have left their VRF by the changes so far.
  auto kept = notebook_.before();
  auto leaving = split_off(kept, uplink_devices(board.model));
  std::ranges::move(give_back(leaving, observed).changes, std::back_inserter(changes));
  const auto failures = apply(changes);
  if (kept != notebook_.before()) {
    merge(kept, failed_part(leaving, changes, failures));
    notebook_.set_before(std::move(kept));
  }
  return !changes.empty();
}

/// The machine's own settings and routes, before Kaido's first touch; and what they taught.
void KernelWriter::remember(const std::vector<KernelChange>& changes, const KernelState& observed,
                            const Board& board) {
  auto before = notebook_.before();
  note(before, changes, observed, uplink_devices(board.model));
  notebook_.remember(std::move(before), board.uplinks);
}

std::vector<ChangeFailure> KernelWriter::apply(const std::vector<KernelChange>& changes) {
  const std::span all(changes);
  // A device loses its peers when what used it goes by another already.
  const auto first = std::ranges::find_if(all, deletes_link);
  const auto before = static_cast<std::size_t>(first - all.begin());
  auto failures = stack_.apply(all.first(before));
  if (first != all.end()) {
    for (const auto& change : all.subspan(before))
      if (const auto* gone = std::get_if<DeleteLink>(&change)) wireguard_.empty_device(gone->name);
    for (auto& failure : stack_.apply(all.subspan(before)))
      failures.push_back({before + failure.index, std::move(failure.error)});
  }
  write_lines(changes, failures);
  troubles_.report(kKernel,
                   failures.empty() ? std::nullopt : std::optional(failures.front().error));
  return failures;
}

void KernelWriter::write_lines(const std::vector<KernelChange>& changes,
                               const std::vector<ChangeFailure>& failures) {
  auto failed = failures.begin();
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (failed != failures.end() && failed->index == i) {
      log_.write(Message::kernel_refused, kKernel,
                 fmt::format("{}: {}", describe(changes[i]), failed->error.detail));
      ++failed;
    } else if (changes.size() <= kListed) {
      if (auto line = limit_.pass(Message::kernel_changed, kKernel, describe(changes[i]),
                                  clock_.now(), kChangesAMinute))
        log_.write(Message::kernel_changed, kKernel, std::move(*line));
    }
  }
  if (changes.size() > kListed)
    log_.write(Message::kernel_changed, kKernel,
               fmt::format("{} changes", changes.size() - failures.size()));
}

Result<KernelWriter::Removed> KernelWriter::remove_everything() {
  const auto observed = stack_.read({.sysctl_paths = advertisement_paths(notebook_.before())});
  if (!observed) {
    troubles_.report(kKernel, observed.error());
    return std::unexpected(observed.error());
  }
  auto changes = difference({}, *observed);
  auto back = give_back(notebook_.before(), *observed);
  std::ranges::move(back.changes, std::back_inserter(changes));
  const auto failures = apply(changes);
  Removed removed;
  for (std::size_t i = 0; i < changes.size(); ++i)
    if (!has_failed(failures, i)) removed.lines.push_back(describe(changes[i]));
  for (const auto& route : back.lost)
    removed.lines.push_back("no way any more, not given back: " + describe(ReplaceRoute{route}));
  removed.tunnels_left = std::ranges::any_of(
      failures, [&](const ChangeFailure& failure) { return deletes_link(changes[failure.index]); });
  notebook_.set_before(failed_part(notebook_.before(), changes, failures));
  return removed;
}

}  // namespace kaido
