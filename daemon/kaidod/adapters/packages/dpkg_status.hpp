// Debian's packages, by what dpkg has written down.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <utility>

#include "ports/packages.hpp"

namespace kaido {

/// Reads dpkg's own list anew each time and keeps nothing; no process is started. What cannot be
/// read is not known.
class DpkgStatus final : public Packages {
 public:
  explicit DpkgStatus(std::filesystem::path file = "/var/lib/dpkg/status")
      : file_(std::move(file)) {}
  [[nodiscard]] std::optional<std::string> version_of(std::string_view package) const override;

 private:
  std::filesystem::path file_;
};

}  // namespace kaido
