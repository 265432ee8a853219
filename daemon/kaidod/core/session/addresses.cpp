#include "core/session/addresses.hpp"

#include <array>
#include <cstdint>

namespace kaido::session {
namespace {

IpAddress after(const IpAddress& address) {
  auto bytes = address.bytes();
  for (std::size_t i = address.size(); i-- > 0;) {
    if (++bytes[i] != 0) break;
  }
  return {address.family(), bytes};
}

bool is_last(const Prefix& pool, const IpAddress& address) {
  return !pool.contains(after(address));
}

}  // namespace

std::optional<IpAddress> next_free(const Prefix& pool, const std::set<IpAddress>& used) {
  if (pool.length() + 2 > pool.address().bits()) return std::nullopt;
  auto candidate = after(after(pool.address()));
  for (auto at = used.lower_bound(candidate); at != used.end() && *at == candidate; ++at) {
    candidate = after(candidate);
  }
  if (!pool.contains(candidate)) return std::nullopt;
  if (pool.family() == Family::v4 && is_last(pool, candidate)) return std::nullopt;
  return candidate;
}

}  // namespace kaido::session
