// A store, a configuration and a log in memory, and an observer that remembers.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/keys.hpp"
#include "config/load.hpp"
#include "engine/control/observer.hpp"
#include "ports/configuration.hpp"
#include "ports/log_sink.hpp"
#include "ports/notebook_file.hpp"
#include "unit/core/sample.hpp"

namespace kaido::test {

class MemoryStore final : public NotebookFile {
 public:
  Result<Remembered> load() override {
    if (unreadable) return failure(Condition::state_not_read, "Permission denied");
    return content;
  }
  Result<void> save(const Remembered& remembered) override {
    if (unreadable) return failure(Condition::state_not_read, "Permission denied");
    if (full) return failure(Condition::state_not_written, "No space left on device");
    content = remembered;
    return {};
  }
  Result<std::string> load_firewall() override { return firewall; }
  Result<void> save_firewall(const std::string& body) override {
    if (full) return failure(Condition::state_not_written, "No space left on device");
    firewall = body;
    return {};
  }
  Remembered content;
  std::string firewall;
  bool full = false;
  bool unreadable = false;
};

/// Texts are names of models that a test has put in; any other text is a mistake. Differences and
/// what is shown are those of the true thing.
class MemoryConfiguration final : public Configuration {
 public:
  std::map<std::string, Model> models;
  std::map<std::string, Identities> identities;  ///< of a text; without: identities_of its model
  std::string file;
  bool full = false;
  int prepared = 0;
  mutable int derived = 0;  // public keys
  std::function<void()> on_derive = [] {};

  std::expected<LoadedConfiguration, Diagnostics> load() override { return check(file); }
  std::expected<LoadedConfiguration, Diagnostics> check(const std::string& text) override {
    const auto found = models.find(text);
    const auto held = identities.find(text);
    if (found != models.end())
      return LoadedConfiguration{
          found->second, held == identities.end() ? identities_of(found->second) : held->second};
    return std::unexpected(Diagnostics{{.file = text, .message = "no such model", .hint = ""}});
  }
  std::expected<LoadedConfiguration, Diagnostics> prepare(
      const std::optional<std::string>& text) override {
    ++prepared;
    return check(text.value_or(file));
  }
  Result<void> save(const std::string& text) override {
    if (full) return failure(Condition::config_not_written, "No space left on device");
    file = text;
    return {};
  }
  [[nodiscard]] std::vector<std::string> diff(const Model& running,
                                              const Identities& running_identities,
                                              const LoadedConfiguration& wanted) const override {
    return config::diff(running, running_identities, wanted);
  }
  [[nodiscard]] std::string show(const Model& model) const override { return config::show(model); }
  [[nodiscard]] std::string public_key(const WireGuardPrivateKey& key) const override {
    ++derived;
    on_derive();
    return to_base64(kaido::public_key(key));
  }
};

class MemoryLog final : public LogSink {
 public:
  std::function<void()> on_write = [] {};
  void write(const LogEntry& entry) override {
    entries.push_back(entry);
    on_write();
  }
  [[nodiscard]] std::size_t count(std::string_view id, std::string_view part = "") const {
    std::size_t result = 0;
    for (const auto& entry : entries)
      if (entry.id == id && (entry.subject + ": " + entry.text).find(part) != std::string::npos)
        ++result;
    return result;
  }
  std::vector<LogEntry> entries;
};

/// All that the engine has told, oldest first.
class RecordingObserver final : public Observer {
 public:
  void tunnel_changed(const TunnelReport& tunnel) override { tunnels.push_back(tunnel); }
  void network_changed(const NetworkReport& network) override { networks.push_back(network); }
  void path_changed(const PathReport& path) override { paths.push_back(path); }
  void condition_changed(const ConditionReport& condition, bool raised) override {
    conditions.emplace_back(condition, raised);
  }
  void configuration_applied(const std::vector<std::string>& changes) override {
    configurations.push_back(changes);
  }
  void logged(const LogEntry& entry) override { entries.push_back(entry); }

  /// What a member of all reports with this name was: "up" of a tunnel's states, for example.
  template <typename Report, typename Member>
  [[nodiscard]] static std::vector<Member> each(const std::vector<Report>& reports,
                                                const std::string& name, Member Report::* member) {
    std::vector<Member> values;
    for (const auto& report : reports)
      if (report.name == name) values.push_back(report.*member);
    return values;
  }
  /// How often this was raised (or ended).
  [[nodiscard]] std::size_t count(Condition condition, const std::string& subject,
                                  bool raised) const {
    std::size_t result = 0;
    for (const auto& [report, begins] : conditions)
      if (report.error.condition == condition && report.subject == subject && begins == raised)
        ++result;
    return result;
  }
  void clear() { *this = {}; }

  std::vector<TunnelReport> tunnels;
  std::vector<NetworkReport> networks;
  std::vector<PathReport> paths;
  std::vector<std::pair<ConditionReport, bool>> conditions;
  std::vector<std::vector<std::string>> configurations;
  std::vector<LogEntry> entries;
};

}  // namespace kaido::test
