#include "core/ike_difference.hpp"

namespace kaido {

IkeDifference difference(const IkeDesired& have, const IkeDesired& want) {
  IkeDifference result;
  if (have.credentials != want.credentials) result.credentials = want.credentials;
  auto old = have.connections.begin();
  const auto end = have.connections.end();
  for (const auto& wanted : want.connections) {
    for (; old != end && old->name < wanted.name; ++old) result.unload.push_back(old->name);
    const bool known = old != end && old->name == wanted.name;
    if (!known || *old != wanted) result.load.push_back(wanted);
    if (known) ++old;
  }
  for (; old != end; ++old) result.unload.push_back(old->name);
  return result;
}

}  // namespace kaido
