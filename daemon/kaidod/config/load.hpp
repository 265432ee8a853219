// kaido.toml: from text to a checked Model and what its files hold, or to every mistake in it with
// its place.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/identities.hpp"

namespace kaido::config {

struct LoadOptions {
  /// Make missing WireGuard keys of slots (0600). Without it a missing key is no mistake: the slot
  /// has none.
  bool create_keys = false;
  /// Seconds since 1970; certificates are checked against it. nullopt: they may be of any time.
  std::optional<std::int64_t> now = std::nullopt;
  /// False: no file that the configuration names is opened; the identities stay empty.
  bool read_files = true;
};

using Loaded = std::expected<LoadedConfiguration, Diagnostics>;

/// All mistakes found are reported, not only the first. Never throws.
[[nodiscard]] Loaded load_file(const std::filesystem::path& file, const LoadOptions& options);

/// As load_file, on text that would be saved as `file` (relative paths start at its folder).
[[nodiscard]] Loaded load_text(std::string_view text, const std::filesystem::path& file,
                               const LoadOptions& options);

/// The effective configuration as TOML with every default spelled out, without secrets. Loading
/// it gives the same model (but for the files' contents).
[[nodiscard]] std::string show(const Model& model);

/// One sentence a difference, in the configuration's words; empty when nothing differs. That a file
/// holds another key or certificate is told, its content is not. `identities`: of `running`.
[[nodiscard]] std::vector<std::string> diff(const Model& running, const Identities& identities,
                                            const LoadedConfiguration& wanted);

/// The [[site]] entry that the admin of `hub` needs for this site: ready to paste.
[[nodiscard]] std::string site_entry(const LoadedConfiguration& loaded, const Hub& hub);

}  // namespace kaido::config
