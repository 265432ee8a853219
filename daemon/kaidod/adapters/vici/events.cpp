#include "adapters/vici/events.hpp"

#include <utility>

#include "adapters/vici/sas.hpp"

namespace kaido::vici {
namespace {

// charon's word for an IKE SA that has no connection yet.
constexpr std::string_view kUnnamed = "(unnamed)";

std::uint32_t id_of(const Section& section) {
  return static_cast<std::uint32_t>(number(section.get("uniqueid")));
}

}  // namespace

std::vector<IkeEvent> EventReader::read(const std::string& event, const Section& message) {
  Events out;
  if (event == "log") {
    log(message, out);
    return out;
  }
  const bool up = message.get("up") == "yes";
  for (const auto& [connection, section] : message.sections()) {
    if (!is_ours(connection)) continue;
    if (event == "ike-rekey") {
      ike_rekey(std::string(connection), *section, out);
      continue;
    }
    const auto sa = read_ike_sa(connection, *section);
    if (event == "ike-updown") ike_updown(up, sa, out);
    if (event == "child-updown") child_updown(up, sa, out);
    if (event == "child-rekey") child_rekey(sa, *section, out);
  }
  return out;
}

void EventReader::learn(const std::vector<IkeSa>& sas) {
  for (const auto& sa : sas) {
    // One that is still connecting may end without an event.
    if (sa.state != "ESTABLISHED" && sa.state != "REKEYING") continue;
    auto& known = children_[sa.unique_id];
    known.clear();
    for (const auto& child : sa.children)
      if (child.state == "INSTALLED" || child.state == "REKEYING") known.insert(child.unique_id);
  }
}

std::vector<std::uint32_t> EventReader::missing(const std::vector<IkeSa>& sas) const {
  std::set<std::uint32_t> listed;
  for (const auto& sa : sas) listed.insert(sa.unique_id);
  std::vector<std::uint32_t> ids;
  for (const auto& [id, children] : children_)
    if (!listed.contains(id)) ids.push_back(id);
  return ids;
}

void EventReader::ike_updown(bool up, const IkeSa& sa, Events& out) {
  if (up) {
    children_[sa.unique_id];
    out.emplace_back(IkeSaUp{sa.connection, sa.unique_id});
    return;
  }
  children_.erase(sa.unique_id);
  out.emplace_back(IkeSaDown{sa.connection, sa.unique_id});
}

void EventReader::child_updown(bool up, const IkeSa& sa, Events& out) {
  for (const auto& child : sa.children) {
    if (up) {
      children_[sa.unique_id].insert(child.unique_id);
      out.emplace_back(ChildSaUp{sa.connection, sa.unique_id, child.unique_id});
      continue;
    }
    if (const auto known = children_.find(sa.unique_id); known != children_.end())
      known->second.erase(child.unique_id);
    out.emplace_back(ChildSaDown{sa.connection, sa.unique_id, child.unique_id});
  }
}

void EventReader::ike_rekey(const std::string& connection, const Section& section, Events& out) {
  const auto* before = section.section("old");
  const auto* after = section.section("new");
  if (!before || !after) return;
  const auto old_id = id_of(*before);
  const auto new_id = id_of(*after);
  out.emplace_back(IkeSaUp{connection, new_id});
  auto known = children_.extract(old_id);
  auto& moved = children_[new_id];
  if (!known.empty()) {
    for (const auto child : known.mapped()) {
      out.emplace_back(ChildSaUp{connection, new_id, child});
      out.emplace_back(ChildSaDown{connection, old_id, child});
    }
    moved.merge(known.mapped());
  }
  out.emplace_back(IkeSaDown{connection, old_id});
}

void EventReader::child_rekey(const IkeSa& sa, const Section& section, Events& out) {
  const auto* children = section.section("child-sas");
  if (!children) return;
  for (const auto& [name, child] : children->sections()) {
    const auto* before = child->section("old");
    const auto* after = child->section("new");
    if (!before || !after) continue;
    auto& known = children_[sa.unique_id];
    known.insert(id_of(*after));
    known.erase(id_of(*before));
    out.emplace_back(ChildSaUp{sa.connection, sa.unique_id, id_of(*after)});
    out.emplace_back(ChildSaDown{sa.connection, sa.unique_id, id_of(*before)});
  }
}

void EventReader::log(const Section& message, Events& out) {
  const auto name = message.get("ikesa-name");
  if (name.empty() || (name != kUnnamed && !is_ours(name))) return;
  if (name == kUnnamed) {
    const auto group = message.get("group");
    if (group != "IKE" && group != "CFG" && group != "ENC") return;
  }
  const auto id = static_cast<std::uint32_t>(number(message.get("ikesa-uniqueid")));
  out.emplace_back(IkeLogLine{name == kUnnamed ? std::string() : std::string(name), id,
                              std::string(message.get("msg"))});
}

}  // namespace kaido::vici
