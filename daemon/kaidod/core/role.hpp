// What a gateway is, as a view of its configuration: code that differs by role asks once, here.
#pragma once

#include <utility>
#include <variant>

#include "core/model.hpp"
#include "core/overloaded.hpp"

namespace kaido {

/// A gateway that enters hubs: uplinks, hubs, slots.
struct SiteView {
  const Model& model;
};
/// A gateway that accepts tunnels: endpoints, sites.
struct HubView {
  const Model& model;
};
using RoleView = std::variant<SiteView, HubView>;

[[nodiscard]] inline RoleView role_of(const Model& model) {
  if (model.is_hub()) return HubView{model};
  return SiteView{model};
}

/// Calls the one that fits; both give the same type.
template <typename OnSite, typename OnHub>
decltype(auto) by_role(const Model& model, OnSite&& on_site, OnHub&& on_hub) {
  return std::visit(overloaded{[&](SiteView) -> decltype(auto) { return on_site(); },
                               [&](HubView) -> decltype(auto) { return on_hub(); }},
                    role_of(model));
}

}  // namespace kaido
