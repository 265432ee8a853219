// Versions of Debian packages: which is newer.
#pragma once

#include <compare>
#include <string_view>

namespace kaido {

/// As deb-version(7) sorts them: epoch, upstream version, revision; '~' before the end, letters
/// before all else, runs of digits as numbers.
[[nodiscard]] std::strong_ordering compare_versions(std::string_view a, std::string_view b);

/// Without epoch and revision: "5.9.8" of "5.9.8-5+deb12u6".
[[nodiscard]] std::string_view upstream_version(std::string_view version);

}  // namespace kaido
