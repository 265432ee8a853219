// Turns charon's events into Kaido's. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/ike.hpp"
#include "wire/vici/codec.hpp"

namespace kaido::vici {

/// Remembers which children each of Kaido's IKE SAs has, because charon moves children to the new
/// SA of an IKE rekey without a word about them.
///
/// A rekey never looks like an outage; the new one comes up before the old one goes down:
/// - child-rekey: ChildSaUp(new), ChildSaDown(old). charon sends no child-updown for these.
/// - ike-rekey: IkeSaUp(new), then for each child ChildSaUp(new SA, child), ChildSaDown(old SA,
///   child) with the same child id, then IkeSaDown(old). charon sends no ike-updown for these.
/// Everything else is passed on in charon's order: for an IKE SA that ends, IkeSaDown comes first
/// and ChildSaDown of its children after it.
///
/// SAs of connections whose name does not start with "kaido-" are not reported. Log lines of an
/// IKE SA that has no connection yet (a responder before it knows the peer) come with an empty
/// connection and the SA's unique id, if they are of the groups IKE, CFG and ENC.
class EventReader {
 public:
  std::vector<IkeEvent> read(const std::string& event, const Section& message);

  /// Takes what charon listed for the truth about those SAs (it leaves out busy ones).
  void learn(const std::vector<IkeSa>& sas);
  void forget() { children_.clear(); }
  void forget(std::uint32_t unique_id) { children_.erase(unique_id); }
  /// The IKE SAs that are up, as far as is known, and not in `sas`.
  [[nodiscard]] std::vector<std::uint32_t> missing(const std::vector<IkeSa>& sas) const;

 private:
  using Events = std::vector<IkeEvent>;

  void ike_updown(bool up, const IkeSa& sa, Events& out);
  void child_updown(bool up, const IkeSa& sa, Events& out);
  void ike_rekey(const std::string& connection, const Section& section, Events& out);
  void child_rekey(const IkeSa& sa, const Section& section, Events& out);
  static void log(const Section& message, Events& out);

  std::map<std::uint32_t, std::set<std::uint32_t>> children_;  ///< by the IKE SA's unique id
};

}  // namespace kaido::vici
