// Commands in nft's language, by libnftables.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "kaido/error.hpp"

namespace kaido::nftables {

// Synchronous: libnftables waits for the kernel, which answers at once; it has no timeout. Its
// context lives for one call only: an idle one would hold memory for nothing.
// Errors: permission_denied, firewall_refused with the first line of nft's own words.

/// What the commands print: stateless, since counters do not matter, and without the elements of
/// named sets. All commands together are one transaction.
[[nodiscard]] Result<std::string> run(const std::string& commands);
/// Whether the kernel would take them. Nothing is written; modules that they need are loaded.
[[nodiscard]] Result<void> check(const std::string& commands);

/// The objects of one kind in what a command prints (libnftables-json(5)).
[[nodiscard]] Result<std::vector<boost::json::object>> list_json(const std::string& command,
                                                                 const char* kind);
/// A member that is a string; empty: it is none.
[[nodiscard]] std::string_view text(const boost::json::object& object, const char* member);

/// What the command names does not exist.
[[nodiscard]] bool absent(const Error& error);

}  // namespace kaido::nftables
