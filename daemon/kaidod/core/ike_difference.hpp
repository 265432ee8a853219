// What has to change in charon for it to hold something else: pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ike.hpp"

namespace kaido {

/// To be carried out in this order: a connection refers to credentials that are there already.
struct IkeDifference {
  std::optional<IkeCredentials> credentials;  ///< nullopt: they are the same
  std::vector<IkeConnection> load;            ///< new, or with other settings; ascending by name
  std::vector<std::string> unload;            ///< ascending
  [[nodiscard]] bool empty() const { return !credentials && load.empty() && unload.empty(); }
};

/// From `have`, which charon holds, to `want`; the connections of both ascending by name. Costs one
/// pass over the two lists.
[[nodiscard]] IkeDifference difference(const IkeDesired& have, const IkeDesired& want);

}  // namespace kaido
