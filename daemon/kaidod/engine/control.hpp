// What the D-Bus API may ask of the engine. One strand: every call and every callback runs on the
// engine's thread.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/report.hpp"
#include "kaido/error.hpp"

namespace kaido {

/// Why a configuration was not applied: mistakes in it, or a failure while applying.
using ApplyFailure = std::variant<Diagnostics, Error>;

/// Told of changes, on the engine's thread. Calls must not call back into Control.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void tunnel_changed(const TunnelReport& tunnel) = 0;
  virtual void network_changed(const NetworkReport& network) = 0;
  /// Health, trouble or use has changed; figures alone do not count.
  virtual void path_changed(const PathReport& path) = 0;
  virtual void condition_changed(const ConditionReport& condition, bool raised) = 0;
  virtual void configuration_applied(const std::vector<std::string>& changes) = 0;
  virtual void logged(const LogEntry& entry) = 0;
};

class Control {
 public:
  template <typename T, typename E = Error>
  using Done = std::move_only_function<void(std::expected<T, E>)>;

  virtual ~Control() = default;

  virtual StatusReport status() = 0;
  /// As of a moment ago, if there are many; valid until the next call of anything.
  virtual const std::vector<TunnelReport>& tunnels() = 0;
  virtual std::vector<UplinkReport> uplinks() = 0;
  virtual std::vector<NetworkReport> networks() = 0;  ///< on a hub: its sites
  virtual std::vector<PathReport> paths() = 0;        ///< empty on a hub
  /// The newest `count` messages (at most 500 are kept), oldest first.
  virtual std::vector<LogEntry> log(std::size_t count) = 0;

  /// A tunnel's name, or a prefix of names that ends before '/', ':' ("tokyo", "tokyo/a"): all
  /// of those. Enabled or disabled until it is said otherwise, also across restarts. What uses a
  /// tunnel that is to go moves first, if it can; then this takes a second. not_found.
  virtual void set_enabled(const std::string& name, bool enabled, Done<std::size_t> done) = 0;

  /// Moves a network to a path, by their names, and keeps it there while the path is usable; with
  /// an empty path it is chosen freely again, and at once. Gives the path in use afterwards ("" for
  /// none). Errors: not_found (no such network or path, or a path that does not lead to its hubs:
  /// the detail lists those that do), and the condition of a path that cannot be used now.
  virtual void switch_network(const std::string& network, const std::string& path,
                              Done<std::string> done) = 0;

  /// One sentence for each difference between what runs and `text` (nullopt: the file as it is).
  virtual std::expected<std::vector<std::string>, Diagnostics> diff(
      const std::optional<std::string>& text) = 0;
  /// Checks `text` (nullopt: the file as it is), saves it as the configuration file when given,
  /// and applies it. Nothing is saved or applied when it has mistakes, or needs_restart. Any other
  /// Error but config_not_written: it is in force but for that, which is tried again.
  virtual void apply(std::optional<std::string> text,
                     Done<std::vector<std::string>, ApplyFailure> done) = 0;
  /// The configuration in force with its defaults, as TOML, without secrets.
  virtual std::string show() = 0;

  /// Removes everything Kaido made; nothing is made again until apply() or a restart. An error, the
  /// first: all but that is removed, and another call tries the rest.
  virtual void teardown(Done<std::vector<std::string>> done) = 0;

  virtual void set_observer(Observer* observer) = 0;
};

}  // namespace kaido
