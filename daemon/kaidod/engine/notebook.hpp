// What is remembered across restarts: one writer, saved at once.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/uplinks/uplink.hpp"
#include "engine/conditions.hpp"
#include "ports/clock.hpp"
#include "ports/notebook_file.hpp"

namespace kaido {

/// On the engine's strand. Owns the condition of the subject "store". What could not be saved stays
/// in force, and is tried again by the next change or remember().
class Notebook {
 public:
  Notebook(NotebookFile& store, const Clock& clock, Conditions& conditions)
      : store_(store), clock_(clock), conditions_(conditions) {}

  /// Reads it. The error: nothing is known, and nothing will be written over.
  Result<void> load();

  [[nodiscard]] const std::set<std::string>& disabled() const { return content_.disabled; }
  void set_disabled(const std::vector<std::string>& tunnels, bool disabled);

  [[nodiscard]] const Before& before() const { return content_.before; }
  void set_before(Before before);

  /// What is known of each uplink's device, for the first look at it.
  [[nodiscard]] std::vector<ObservedUplink> recall_uplinks(const Model& model) const;
  /// Both at once, in one save; none where nothing is new and the last save was taken.
  void remember(Before before, const std::vector<ObservedUplink>& uplinks);
  void forget_uplinks() { content_.gateways.clear(); }

  /// Of this life's claims: greater than that of any life before, and saved.
  std::uint64_t new_epoch();

  void save();
  /// Why the last save failed.
  [[nodiscard]] const std::optional<Error>& trouble() const { return trouble_; }

 private:
  NotebookFile& store_;
  const Clock& clock_;
  Conditions& conditions_;
  Remembered content_;
  bool unsaved_ = false;
  std::optional<Error> trouble_;
};

}  // namespace kaido
