#include "engine/forwarding.hpp"

#include <chrono>

namespace kaido {
namespace {

constexpr auto kLooks = std::chrono::seconds(5);
constexpr auto kLeast = std::chrono::seconds(1);
constexpr char kSubject[] = "forwarding";

}  // namespace

Forwarding::Forwarding(Clock& clock, Firewall& firewall, Conditions& conditions)
    : firewall_(firewall), conditions_(conditions), clock_(clock), timer_(clock.make_timer()) {}

void Forwarding::tables_changed() {
  chains_ = firewall_.foreign_forward_chains().value_or(std::vector<ForeignChain>{});
  look();
  arm();
}

void Forwarding::look() {
  if (looked_ && clock_.now() - *looked_ < kLeast) return;
  const auto counts = firewall_.forwarded();
  if (!counts) return;
  looked_ = clock_.now();
  const auto trouble = judge_forwarding(state_, *counts, chains_);
  if (trouble)
    conditions_.raise(kSubject, *trouble, clock_.now());
  else
    conditions_.clear_all(kSubject);
}

void Forwarding::stop() {
  timer_->cancel();
  state_ = {};
  conditions_.clear_all(kSubject);
}

void Forwarding::arm() {
  timer_->cancel();
  if (chains_.empty()) return;
  timer_->set(clock_.now() + kLooks, [this] {
    look();
    arm();
  });
}

}  // namespace kaido
