// The identities: certificate, key, authorities and WireGuard keys, each in a file of its own, and
// what people's certificates are judged against.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "config/draft.hpp"

namespace kaido::config {

/// Reads and checks [identity] against the slots that use it. `now`: as in LoadOptions.
void load_identity(Draft& draft, const std::filesystem::path& folder,
                   std::optional<std::int64_t> now, Mistakes& mistakes);

/// Reads the files of [people]; DER becomes PEM. `now`: as in LoadOptions.
void load_people(Draft& draft, const std::filesystem::path& folder, std::optional<std::int64_t> now,
                 Mistakes& mistakes);

/// Reads the slots' keys or the hub's; with `create` a slot's missing one is made, provided that
/// there is no mistake so far.
void load_wireguard_keys(Draft& draft, const std::filesystem::path& folder, bool create,
                         Mistakes& mistakes);

}  // namespace kaido::config
