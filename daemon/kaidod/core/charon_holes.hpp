// Holes of charon that concern people's logins: what is known of each, and whether a package has
// one. A new one is a new line of the table.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "kaido/error.hpp"

namespace kaido {

/// The package that charon's code comes in.
inline constexpr std::string_view kCharonPackage = "strongswan-libcharon";

struct CharonHole {
  std::string_view name;
  std::string_view what;          ///< for people
  std::string_view since;         ///< the first release of strongSwan that has it; empty: all
  std::string_view fixed;         ///< the first release that has it no more
  std::string_view debian_fixed;  ///< of the same upstream version: the first package without it
};

/// Debian 12's packages by its security tracker. In which release strongSwan mended the last two
/// was not verified; 6.0.8 is none too early.
inline constexpr std::array kCharonHoles{
    CharonHole{.name = "CVE-2026-78135",
               .what = "a stranger may open tunnels before having proved anything",
               .since = "5.9.7",
               .fixed = "6.0.8",
               .debian_fixed = "5.9.8-5+deb12u6"},
    CharonHole{.name = "CVE-2026-35331",
               .what = "a certificate outside of its authority's name constraints is accepted",
               .since = "",
               .fixed = "6.0.8",
               .debian_fixed = "5.9.8-5+deb12u4"},
    CharonHole{.name = "CVE-2026-35333",
               .what = "charon can be made to hang by RADIUS",
               .since = "",
               .fixed = "6.0.8",
               .debian_fixed = "5.9.8-5+deb12u4"},
};

/// charon_outdated with what this version of the package has of them; nullopt: none, as far as is
/// known. Of a version that the table says nothing of (another Debian's, say, which may have the
/// mend in a revision) the worse is believed.
[[nodiscard]] std::optional<Error> charon_trouble(std::string_view version);

}  // namespace kaido
