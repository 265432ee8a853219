#include "engine/troubles.hpp"

namespace kaido {

void Troubles::report(const std::string& subject, const std::optional<Error>& error) {
  if (!error) return conditions_.clear_all(subject);
  if (!first_) first_ = error;
  conditions_.raise(subject, *error, clock_.now());
  conditions_.clear_others(subject, error->condition);
}

}  // namespace kaido
