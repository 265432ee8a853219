#include "engine/inspection.hpp"

#include <malloc.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "core/desired/difference.hpp"
#include "core/desired/kernel.hpp"
#include "core/desired/network_routes.hpp"
#include "core/desired/wireguard.hpp"
#include "core/overloaded.hpp"
#include "core/uplinks/surroundings.hpp"

namespace kaido {
namespace {

/// The nexthops and prefixes by which one reaches some sites.
struct Ways {
  std::set<std::uint32_t> nexthops;
  std::set<Prefix> prefixes;

  void add(const NetworkRoute& route) {
    nexthops.insert({route.nexthop, route.nexthop + 1});
    prefixes.insert(route.prefixes.begin(), route.prefixes.end());
    prefixes.insert(route.delivered.begin(), route.delivered.end());
  }
  [[nodiscard]] bool contain(const KernelChange& change) const {
    return std::visit(
        overloaded{
            [&](const ReplaceNexthop& c) { return nexthops.contains(c.nexthop.id); },
            [&](const DeleteNexthop& c) { return nexthops.contains(c.id); },
            [&](const ReplaceRoute& c) { return prefixes.contains(c.route.destination); },
            [&](const DeleteRoute& c) { return prefixes.contains(c.route.destination); },
            [](const auto&) { return false; },
        },
        change);
  }
};

}  // namespace

/// What a worker has: nothing of it is the strand's until it has ended.
struct Inspection::Job {
  Board board;
  ReadScope scope;
  std::vector<KernelChange> changes;
  bool deviates = true;  ///< beside `changes`

  void run(NetworkStack& stack, WireGuardControl& wireguard) {
    const auto observed = stack.read(scope);
    if (!observed || observe_surroundings(board.model, *observed) != board.surroundings) return;
    changes = difference(desired_kernel(board, *observed), *observed);
    for (const auto& device : desired_wireguard(board)) {
      const auto peers = wireguard.read(device.name);
      if (!peers || !difference(device, *peers).empty()) return;
    }
    deviates = false;
  }
  /// It is large, and gone before the strand goes on.
  void free() {
    board = {};
    malloc_trim(0);
  }
};

Inspection::Inspection(Workers& workers, NetworkStack& stack, WireGuardControl& wireguard,
                       const Board& board, OnEnd on_end)
    : workers_(workers),
      stack_(stack),
      wireguard_(wireguard),
      board_(board),
      on_end_(std::move(on_end)) {}

void Inspection::begin(ReadScope scope) {
  if (std::exchange(under_way_, true)) return;
  scope.while_it_changes = true;  // a claim every 10 ms would interrupt each dump
  moved_.clear();
  auto job = std::make_shared<Job>(Job{.board = board_, .scope = std::move(scope), .changes = {}});
  workers_.run(
      [job, &stack = stack_, &wireguard = wireguard_] {
        job->run(stack, wireguard);
        job->free();
      },
      [this, job](const std::exception_ptr& thrown) {
        under_way_ = false;
        on_end_(thrown != nullptr || deviates(*job));
      });
}

bool Inspection::deviates(const Job& job) const {
  if (job.deviates) return true;
  Ways moved;
  for (const auto site : moved_)
    if (site < board_.model.sites.size()) moved.add(route_to_site(board_, site));
  return !std::ranges::all_of(job.changes,
                              [&](const KernelChange& change) { return moved.contain(change); });
}

}  // namespace kaido
