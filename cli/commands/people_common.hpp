// What the verbs about people need.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "client.hpp"
#include "commands/common.hpp"
#include "kaido/secret.hpp"

namespace kaido::cli::commands {

/// Connects, and calls with the client.
template <typename Call>
auto ask(Call call) -> decltype(call(std::declval<Client&>())) {
  auto client = Client::connect();
  if (!client) return std::unexpected(client.error());
  return call(*client);
}

/// As fail(); what is not found is looked for where `see` says.
Exit fail_about(const Options& options, Failure failure, const char* see);

/// Seconds since 1970.
[[nodiscard]] std::int64_t now();

/// Writes it without a copy in the buffers of standard output.
void print_secret(std::string_view text);
/// {"KEY": "…"} as one line, or with `members` (", \"minutes\":3") more behind it.
void print_secret_json(const char* key, const Secret& value, std::string_view members = {});
/// A string of JSON, in its quotation marks.
[[nodiscard]] Secret json_string(const Secret& value);

}  // namespace kaido::cli::commands
