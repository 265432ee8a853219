// Where people's devices come in: the devices, the hub's addresses on one, and the ways to the
// pools and to those who come in by IKEv2.
#include "core/desired/people.hpp"

#include <algorithm>
#include <iterator>

#include "core/addressing.hpp"
#include "core/desired/kernel.hpp"
#include "core/desired/parts.hpp"

namespace kaido {
namespace {

constexpr std::uint32_t kUnderlay = 1500;

bool wireguard_for_people(const Model& model) {
  return model.is_hub() && model.people && model.people->wireguard_port.has_value();
}

}  // namespace

bool ikev2_for_people(const Model& model) {
  return model.is_hub() && model.people && model.people->ikev2;
}

std::vector<std::string> people_devices(const Model& model) {
  std::vector<std::string> devices;
  if (wireguard_for_people(model)) devices.emplace_back(kPeopleDevice);
  if (ikev2_for_people(model)) devices.emplace_back(kPeopleIkeDevice);
  return devices;
}

std::vector<Route> ways_to(const Model& model, const session::IkeAdmission& admission) {
  std::vector<Route> routes;
  if (!wireguard_for_people(model) || !ikev2_for_people(model)) return routes;
  for (const auto& address : admission.addresses)
    routes.push_back({.destination = Prefix(address),
                      .table = kMainTable,
                      .metric = desired::kMetric,
                      .device = kPeopleIkeDevice});
  return routes;
}

namespace desired {
namespace {

/// Until the store is read those of before stay, as the connections do.
void add_ways(KernelState& kernel, const Board& board, const KernelState& observed) {
  if (board.admissions.known) {
    for (const auto& [name, admission] : board.admissions.connections)
      std::ranges::move(ways_to(board.model, admission), std::back_inserter(kernel.routes));
    return;
  }
  std::ranges::copy_if(observed.routes, std::back_inserter(kernel.routes), [](const Route& route) {
    return route.device == kPeopleIkeDevice && route.protocol == kRouteProtocol &&
           route.destination == Prefix(route.destination.address());
  });
}

}  // namespace

void add_people(KernelState& kernel, const Board& board, const KernelState& observed) {
  const auto devices = people_devices(board.model);
  const auto& people = board.model.people;
  if (devices.empty() || !people) return;
  if (wireguard_for_people(board.model))
    add_link(kernel, kPeopleDevice, WireGuardLink{},
             tunnel_mtu(Transport::wireguard, Family::v6, kUnderlay));
  if (ikev2_for_people(board.model))
    add_link(kernel, kPeopleIkeDevice, XfrmLink{.if_id = kPeopleIfId, .underlying = ""},
             tunnel_mtu(Transport::ikev2, Family::v6, kUnderlay));
  for (const auto& pool : people->addresses) {
    add_address(kernel, devices.front(), Prefix(pool_address(pool)));
    add_device_route(kernel, pool, devices.front(), kMainTable);
    add_device_route(kernel, pool, devices.front(), kSitesTable);  // for BIRD
  }
  if (ikev2_for_people(board.model)) add_ways(kernel, board, observed);
}

}  // namespace desired
}  // namespace kaido
