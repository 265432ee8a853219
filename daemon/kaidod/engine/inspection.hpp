// The level of a hub: compares all with all beside the strand, where claims do not wait for it.
#pragma once

#include <functional>
#include <memory>
#include <set>

#include "core/board.hpp"
#include "ports/network_stack.hpp"
#include "ports/wireguard_control.hpp"
#include "ports/workers.hpp"

namespace kaido {

/// On the engine's strand; what it compares is a copy of the board. It writes nothing: where
/// something is not as it should be, the owner compares again, and writes.
class Inspection {
 public:
  /// `deviates`: of kernel or WireGuard something was other than the board asks for, or could not
  /// be read.
  using OnEnd = std::function<void(bool deviates)>;
  Inspection(Workers& workers, NetworkStack& stack, WireGuardControl& wireguard, const Board& board,
             OnEnd on_end);

  /// Nothing while one is under way.
  void begin(ReadScope scope);
  /// A site has another route now: what is found of it is no deviation.
  void site_moved(std::uint32_t site) {
    if (under_way_) moved_.insert(site);
  }

 private:
  struct Job;
  [[nodiscard]] bool deviates(const Job& job) const;

  Workers& workers_;
  NetworkStack& stack_;
  WireGuardControl& wireguard_;
  const Board& board_;
  OnEnd on_end_;
  bool under_way_ = false;
  std::set<std::uint32_t> moved_;  ///< since it began
};

}  // namespace kaido
