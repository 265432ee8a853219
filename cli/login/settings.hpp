// What a person need not type at each login: ~/.config/kaido/login.toml, and where things lie.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.hpp"
#include "login/url.hpp"

namespace kaido::cli::login {

/// Empty: not said.
struct Settings {
  std::vector<HubUrl> hubs;
  std::string user;
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::filesystem::path trust;
  std::filesystem::path wireguard_key;
  std::filesystem::path write_config;
};

inline constexpr std::size_t kMostHubs = 16;

/// `file` names the mistakes, and its folder is where relative paths begin.
[[nodiscard]] std::expected<Settings, Diagnostics> parse_settings(
    std::string_view text, const std::filesystem::path& file);
/// A file that is missing says nothing.
[[nodiscard]] std::expected<Settings, Diagnostics> read_settings(const std::filesystem::path& file);

/// As the XDG Base Directory Specification says; empty: there is no home.
[[nodiscard]] std::filesystem::path settings_file();
[[nodiscard]] std::filesystem::path session_file();

}  // namespace kaido::cli::login
