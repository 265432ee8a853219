// Where people's devices come in: the device, the hub's addresses on it, and the ways to the pools.
#include "core/addressing.hpp"
#include "core/desired/kernel.hpp"
#include "core/desired/parts.hpp"

namespace kaido::desired {
namespace {

constexpr std::uint32_t kUnderlay = 1500;

}  // namespace

void add_people(KernelState& kernel, const Board& board) {
  const auto& people = board.model.people;
  if (!board.model.is_hub() || !people || !people->wireguard_port) return;
  add_link(kernel, kPeopleDevice, WireGuardLink{},
           tunnel_mtu(Transport::wireguard, Family::v6, kUnderlay));
  for (const auto& pool : people->addresses) {
    add_address(kernel, kPeopleDevice, Prefix(pool_address(pool)));
    add_device_route(kernel, pool, kPeopleDevice, kMainTable);
    add_device_route(kernel, pool, kPeopleDevice, kSitesTable);  // for BIRD
  }
}

}  // namespace kaido::desired
