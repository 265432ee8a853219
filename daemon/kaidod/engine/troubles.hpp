// Where the failures of the applier and its writers go.
#pragma once

#include <optional>
#include <string>

#include "engine/conditions.hpp"
#include "engine/log.hpp"
#include "ports/clock.hpp"

namespace kaido {

/// The first failure of a run, and each as the condition of its subject.
class Troubles {
 public:
  Troubles(const Clock& clock, Conditions& conditions) : clock_(clock), conditions_(conditions) {}

  void begin_run() { first_.reset(); }
  /// nullopt: nothing is wrong with it any more.
  void report(const std::string& subject, const std::optional<Error>& error);
  [[nodiscard]] const std::optional<Error>& first() const { return first_; }

 private:
  const Clock& clock_;
  Conditions& conditions_;
  std::optional<Error> first_;
};

}  // namespace kaido
