// The members of an interface, out of introspection data.
#pragma once

#include <set>
#include <string>

namespace kaido::api {

/// What org.kaido.Gateway1 has in this text, each in one line: "method Log (in u count) (out aa{sv}
/// entries)", "signal Logged (a{sv} entry)", "property Version s read".
[[nodiscard]] std::set<std::string> members(std::string text);
/// The file that clients read.
[[nodiscard]] std::string description();

}  // namespace kaido::api
