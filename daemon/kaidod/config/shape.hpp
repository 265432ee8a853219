// Is every key known, of the right type, in its range and in its place? Driven by the schema.
#pragma once

#include <optional>

#include "config/mistakes.hpp"
#include "config/schema.hpp"
#include "config/tree.hpp"

namespace kaido::config {

/// Checks the whole document against the schema. `roles` is kAll when the role is unknown: then
/// nothing is held against it.
void check_shape(const Node& document, Roles roles, Mistakes& mistakes);

/// The role that the file states; nullopt when it states none that exists.
[[nodiscard]] std::optional<Role> stated_role(const Node& document);

struct Fault {
  std::string message;  ///< "expected …, found …"
  std::string hint;
};
/// What is wrong with one text value; nullopt: nothing.
[[nodiscard]] std::optional<Fault> fault_of(const Key& key, const std::string& text);

}  // namespace kaido::config
