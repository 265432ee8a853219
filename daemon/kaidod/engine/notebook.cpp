#include "engine/notebook.hpp"

#include <algorithm>
#include <utility>

namespace kaido {

Result<void> Notebook::load() {
  auto loaded = store_.load();
  if (!loaded) {
    conditions_.raise("store", loaded.error(), clock_.now());
    return std::unexpected(loaded.error());
  }
  content_ = std::move(*loaded);
  return {};
}

void Notebook::set_disabled(const std::vector<std::string>& tunnels, bool disabled) {
  for (const auto& tunnel : tunnels) {
    if (disabled)
      content_.disabled.insert(tunnel);
    else
      content_.disabled.erase(tunnel);
  }
  save();
}

void Notebook::set_before(Before before) {
  if (std::exchange(content_.before, std::move(before)) != content_.before) save();
}

std::vector<ObservedUplink> Notebook::recall_uplinks(const Model& model) const {
  std::vector<ObservedUplink> uplinks;
  for (const auto& uplink : model.uplinks) {
    const auto known = content_.gateways.find(uplink.device);
    if (known != content_.gateways.end())
      uplinks.push_back({.device = uplink.device, .learnt = known->second});
  }
  return in_order(model, uplinks);
}

void Notebook::remember(Before before, const std::vector<ObservedUplink>& uplinks) {
  std::map<std::string, std::vector<IpAddress>> gateways;
  for (const auto& uplink : uplinks)
    if (!uplink.learnt.empty()) gateways[uplink.device] = uplink.learnt;
  const bool same = content_.before == before && content_.gateways == gateways;
  content_.before = std::move(before);
  content_.gateways = std::move(gateways);
  if (!same || unsaved_) save();
}

std::uint64_t Notebook::new_epoch() {
  const auto seconds = std::max<std::int64_t>(0, clock_.wall_time());
  content_.epoch = std::max(content_.epoch + 1, static_cast<std::uint64_t>(seconds));
  save();
  return content_.epoch;
}

void Notebook::save() {
  const auto saved = store_.save(content_);
  unsaved_ = !saved;
  if (saved) {
    trouble_.reset();
    return conditions_.clear_all("store");
  }
  trouble_ = saved.error();
  conditions_.raise("store", *trouble_, clock_.now());
  conditions_.clear_others("store", trouble_->condition);
}

}  // namespace kaido
