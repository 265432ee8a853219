// The troubles that hold now, each with its subject and since when.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/report.hpp"
#include "core/tunnels/tunnel.hpp"

namespace kaido {

class Conditions {
 public:
  /// Told when one is raised (true) or cleared (false); a mere change of detail is silent.
  std::function<void(const ConditionReport&, bool)> on_change;

  void raise(const std::string& subject, Error error, Instant now);
  void clear(const std::string& subject, Condition condition);
  /// All of this subject but for `keep`.
  void clear_others(const std::string& subject, Condition keep);
  void clear_all(const std::string& subject);
  /// Of the subjects that begin with `prefix` exactly these hold.
  void hold_only(const std::string& prefix, std::map<std::string, Error> wanted, Instant now);
  /// One of this subject.
  [[nodiscard]] std::optional<Error> find(const std::string& subject) const;
  [[nodiscard]] std::vector<ConditionReport> report(Instant now) const;

 private:
  struct Entry {
    Error error;
    Instant since;
  };
  using Key = std::pair<std::string, Condition>;
  void erase(std::map<Key, Entry>::iterator at);
  std::map<Key, Entry> entries_;
};

}  // namespace kaido
