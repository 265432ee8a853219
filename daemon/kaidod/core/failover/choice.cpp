#include "core/failover/choice.hpp"

namespace kaido {

const char* to_string(ChoiceRule rule) {
  switch (rule) {
    case ChoiceRule::first:
      return "first";
    case ChoiceRule::adopted:
      return "adopted";
    case ChoiceRule::path_down:
      return "path-down";
    case ChoiceRule::out_of_sla:
      return "out-of-sla";
    case ChoiceRule::better:
      return "better";
    case ChoiceRule::preferred:
      return "preferred";
    case ChoiceRule::requested:
      return "requested";
    case ChoiceRule::withdrawn:
      return "withdrawn";
    case ChoiceRule::none_left:
      return "none-left";
  }
  return "";
}

}  // namespace kaido
