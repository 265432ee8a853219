// What is remembered of a session that lives, for the next run of `kaido`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "exit.hpp"
#include "login/url.hpp"

namespace kaido::cli::login {

struct SavedSession {
  HubUrl hub;
  std::string session;
  std::string user;
  std::int64_t ends = 0;    ///< by the hub's clock
  std::int64_t offset = 0;  ///< the hub's clock less one's own
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::filesystem::path trust;   ///< empty: the system's
  std::filesystem::path config;  ///< by which its tunnel is up; empty: not by us
  friend bool operator==(const SavedSession&, const SavedSession&) = default;
};

/// nullopt: there is none.
[[nodiscard]] Outcome<std::optional<SavedSession>> load_session(const std::filesystem::path& file);
/// With its folders, for the owner only.
[[nodiscard]] Outcome<void> save_session(const std::filesystem::path& file,
                                         const SavedSession& session);
/// One that is missing is no failure.
[[nodiscard]] Outcome<void> forget_session(const std::filesystem::path& file);

/// Old or new, whole, mode 0600, whatever the file's mode was.
[[nodiscard]] Outcome<void> write_private(const std::filesystem::path& file,
                                          std::string_view content);

}  // namespace kaido::cli::login
