#include "core/ike.hpp"

#include <algorithm>

namespace kaido {

bool IkeSa::carries_traffic() const {
  // A child that is being rekeyed still carries traffic until its successor does.
  return (state == "ESTABLISHED" || state == "REKEYING") &&
         std::ranges::any_of(children, [](const ChildSa& child) {
           return child.state == "INSTALLED" || child.state == "REKEYING";
         });
}

}  // namespace kaido
