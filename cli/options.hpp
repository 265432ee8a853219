// What the command line asked for, as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace kaido::cli {

enum class Verb : std::uint8_t {
  status,
  tunnels,
  paths,
  switch_network,
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
  bool watch = false;   ///< status, tunnels, paths
  bool why = false;     ///< paths
  bool minute = false;  ///< paths: as --watch draws it, once
  bool follow = false;  ///< log
  bool yes = false;     ///< teardown
  std::string config = "/etc/kaido/kaido.toml";
  std::string state_dir = "/var/lib/kaido";  ///< teardown
  std::string name;                          ///< a tunnel, a path, a network, or a hub
  std::string path;                          ///< switch; empty: choose freely
  std::optional<std::string> file;           ///< config check, diff, apply
  std::uint32_t count = 50;                  ///< log
};

}  // namespace kaido::cli
