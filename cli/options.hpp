// What the command line asked for, as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace kaido::cli {

enum class Verb : std::uint8_t {
  status,
  tunnels,
  up,
  down,
  config_check,
  config_diff,
  config_apply,
  config_show,
  config_site_entry,
  teardown,
  log,
  version,
};

struct Options {
  Verb verb = Verb::status;
  bool json = false;
  bool watch = false;   ///< status, tunnels
  bool follow = false;  ///< log
  bool yes = false;     ///< teardown
  std::string config = "/etc/kaido/kaido.toml";
  std::string name;                 ///< a tunnel, or a hub
  std::optional<std::string> file;  ///< config check, diff, apply
  std::uint32_t count = 50;         ///< log
};

}  // namespace kaido::cli
