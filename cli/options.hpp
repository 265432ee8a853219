// What the command line asked for, as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "people_report.hpp"

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
  log_in,
  log_out,
  // people, run by run_people()
  user_add,
  user_list,
  user_show,
  user_disable,
  user_enable,
  user_set,
  user_remove,
  user_import,
  otp_new,
  otp_verify,
  otp_recovery_codes,
  otp_bypass,
  device_add,
  device_list,
  device_enable,
  device_disable,
  device_remove,
  session_list,
  session_show,
  session_end,
  session_extend,
  audit,
  audit_verify,
  login_explain,
};

/// What the verbs about people were told beside the user's name.
struct PeopleOptions {
  PersonChange person;             ///< user add, set
  bool dry_run = false;            ///< user import
  CodeShape shape;                 ///< user otp new
  std::optional<std::string> svg;  ///< user otp new
  bool uri = false;                ///< user otp new
  std::optional<int> code_fd;      ///< user otp verify
  std::uint32_t minutes = 0;       ///< user otp bypass, session extend
  std::string device;              ///< device
  std::string certificate;         ///< device add: a file
  std::string wireguard_key;       ///< device add
  std::string policy;              ///< device add; empty: the user's
  std::string session;             ///< session: an id, or its beginning
  bool all = false;                ///< session list: ended ones too
  std::string act;                 ///< audit; empty: every
};

/// What `kaido login` was told beside --watch; empty: not said.
struct LoginOptions {
  std::vector<std::string> hubs;  ///< as typed
  std::string user;
  std::string certificate;
  std::string key;
  std::string trust;
  std::string wireguard_key;
  std::string write_config;
  bool up = false;
  std::optional<int> code_fd;
  bool no_code = false;  ///< the policy asks for none
  bool state = false;
  bool extend = false;
};

struct Options {
  Verb verb = Verb::status;
  bool json = false;
  bool watch = false;   ///< status, tunnels, paths, login
  bool why = false;     ///< paths
  bool minute = false;  ///< paths: as --watch draws it, once
  bool follow = false;  ///< log
  bool yes = false;     ///< teardown, user remove
  std::string config = "/etc/kaido/kaido.toml";
  std::string state_dir = "/var/lib/kaido";  ///< teardown
  std::string name;                          ///< a tunnel, a path, a network, a hub, or a user
  std::string path;                          ///< switch; empty: choose freely
  std::optional<std::string> file;           ///< config check, diff, apply; user import
  std::uint32_t count = 50;                  ///< log, audit
  PeopleOptions people;
  LoginOptions login;
};

}  // namespace kaido::cli
