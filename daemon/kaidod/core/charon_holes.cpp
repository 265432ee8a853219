#include "core/charon_holes.hpp"

#include <fmt/format.h>

#include <string>

#include "core/debian_version.hpp"

namespace kaido {
namespace {

bool has(const CharonHole& hole, std::string_view version) {
  const auto upstream = upstream_version(version);
  if (compare_versions(upstream, hole.since) < 0 || compare_versions(upstream, hole.fixed) >= 0)
    return false;
  return upstream != upstream_version(hole.debian_fixed) ||
         compare_versions(version, hole.debian_fixed) < 0;
}

}  // namespace

std::optional<Error> charon_trouble(std::string_view version) {
  std::string holes;
  for (const auto& hole : kCharonHoles) {
    if (!has(hole, version)) continue;
    holes +=
        fmt::format("{}{} ({}; not in {} of Debian 12, nor in {} of strongSwan)",
                    holes.empty() ? "" : ", ", hole.name, hole.what, hole.debian_fixed, hole.fixed);
  }
  if (holes.empty()) return std::nullopt;
  return Error{Condition::charon_outdated, fmt::format("{}: {}", version, holes)};
}

}  // namespace kaido
