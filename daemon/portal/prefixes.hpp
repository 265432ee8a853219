// Sets of addresses as prefixes. Pure.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "kaido/ip.hpp"

namespace kaido::portal {

/// Prefixes with a space between; what is none is left out.
[[nodiscard]] std::vector<Prefix> parse_prefixes(std::string_view text);

/// All addresses of `networks` but those of `holes`, by the fewest prefixes: none is part of
/// another, and no two are the halves of one. In order: IPv4 first.
[[nodiscard]] std::vector<Prefix> without(std::span<const Prefix> networks,
                                          std::span<const IpAddress> holes);

}  // namespace kaido::portal
