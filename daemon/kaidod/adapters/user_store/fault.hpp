// What stops a whole call of the store; it never leaves the adapter.
#pragma once

#include <stdexcept>
#include <string>

#include "kaido/error.hpp"

namespace kaido::user_store {

class Fault : public std::runtime_error {
 public:
  Fault(Condition condition, const std::string& detail)
      : std::runtime_error(detail), condition_(condition) {}
  [[nodiscard]] Condition condition() const { return condition_; }

 private:
  Condition condition_;
};

}  // namespace kaido::user_store
