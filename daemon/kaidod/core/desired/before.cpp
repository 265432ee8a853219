#include "core/desired/before.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/uplinks/uplink.hpp"

namespace kaido {
namespace {

const Link* find(const std::vector<Link>& links, const std::string& name) {
  const auto found = std::ranges::find(links, name, &Link::name);
  return found == links.end() ? nullptr : &*found;
}

template <typename T>
bool has(const std::vector<T>& values, const T& value) {
  return std::ranges::find(values, value) != values.end();
}

/// "eth1" of "ipv4/conf/eth1/arp_ignore"; empty: a setting of no device.
std::string device_of(const Sysctl& setting) {
  constexpr std::string_view kFolder = "/conf/";
  const auto folder = setting.path.find(kFolder);
  if (folder == std::string::npos) return {};
  const auto begin = folder + kFolder.size();
  auto name = setting.path.substr(begin, setting.path.rfind('/') - begin);
  return name == "all" || name == "default" ? std::string() : name;
}

bool same_place(const Route& a, const Route& b) {
  return a.device == b.device && a.destination == b.destination && a.metric == b.metric;
}

void note_settings(Before& before, const std::vector<KernelChange>& changes,
                   const KernelState& observed) {
  for (const auto& change : changes) {
    const auto* setting = std::get_if<SetSysctl>(&change);
    if (setting == nullptr) continue;
    const auto& path = setting->sysctl.path;
    const auto old = std::ranges::find(observed.sysctls, path, &Sysctl::path);
    if (old == observed.sysctls.end()) continue;
    if (std::ranges::find(before.settings, path, &Sysctl::path) == before.settings.end())
      before.settings.push_back(*old);
  }
}

/// Put in the place of what it replaces, or at the end.
void put(std::vector<Route>& routes, const Route& route) {
  const auto old =
      std::ranges::find_if(routes, [&](const Route& known) { return same_place(known, route); });
  if (old == routes.end()) {
    routes.push_back(route);
  } else {
    *old = route;
  }
}

void note_later(Before& before, const Route& route) {
  const auto replaces = [&](const Route& known) { return same_place(known, route); };
  if (std::ranges::any_of(before.routes, replaces)) return put(before.routes, route);
  put(before.later, route);
  const auto of_device = [&](const Route& known) { return known.device == route.device; };
  if (std::ranges::count_if(before.later, of_device) > static_cast<std::ptrdiff_t>(kLater))
    before.later.erase(std::ranges::find_if(before.later, of_device));
}

std::string advertisement_path(const std::string& device) {
  return "ipv6/conf/" + device + "/accept_ra";
}

/// The device listens to router advertisements once its settings are as they were.
bool listens(const Before& before, const KernelState& observed, const std::string& device) {
  const auto path = advertisement_path(device);
  for (const auto* settings : {&before.settings, &observed.sysctls}) {
    const auto found = std::ranges::find(*settings, path, &Sysctl::path);
    if (found != settings->end()) return found->value != "0";
  }
  return true;
}

/// The kernel would take the route, and packets find the gateway.
bool is_a_way(const Route& route, const Before& before, const KernelState& observed) {
  const auto of_device = [&](const InterfaceAddress& entry) {
    return entry.device == route.device && entry.address.family() == route.destination.family();
  };
  if (!route.gateway || (route.gateway->is_link_local() && !route.gateway->is_v4())) return true;
  if (route.onlink) return std::ranges::any_of(observed.addresses, of_device);
  const auto leads = [&](const Route& other) {
    return other.device == route.device && !other.gateway && other.destination.length() != 0 &&
           other.destination.contains(*route.gateway);
  };
  return std::ranges::any_of(observed.addresses,
                             [&](const InterfaceAddress& entry) {
                               return of_device(entry) &&
                                      entry.connected().contains(*route.gateway);
                             }) ||
         std::ranges::any_of(before.routes, leads) || std::ranges::any_of(before.later, leads);
}

/// Which of the remembered routes are to be there again.
class Selection {
 public:
  Selection(const Before& before, const KernelState& observed)
      : before_(before), observed_(observed) {}

  GiveBack take() && {
    for (const auto& route : before_.routes) consider(route, true);
    for (const auto& route : before_.later)
      if (!has_found_way(route)) consider(route, false);
    std::ranges::sort(routes_, {}, [](const Route& route) {
      return std::tuple(route.gateway.has_value(), -int{route.destination.length()}, route.metric);
    });
    for (const auto& setting : before_.settings)
      if (const auto device = device_of(setting);
          device.empty() || find(observed_.links, device) != nullptr)
        result_.changes.emplace_back(SetSysctl{setting});
    for (auto& route : routes_) result_.changes.emplace_back(ReplaceRoute{std::move(route)});
    return std::move(result_);
  }

 private:
  void consider(const Route& route, bool found) {
    constexpr std::uint8_t kAdvertised = 9;  // RTPROT_RA
    const auto* link = find(observed_.links, route.device);
    if (link == nullptr || !link->up) return;
    if (route.protocol == kAdvertised && listens(before_, observed_, route.device)) return;
    if (is_a_way(route, before_, observed_))
      routes_.push_back(route);
    else if (found)
      result_.lost.push_back(route);
  }

  [[nodiscard]] bool has_found_way(const Route& later) const {
    return std::ranges::any_of(before_.routes, [&](const Route& route) {
      return route.device == later.device && route.destination.length() == 0 &&
             route.destination.family() == later.destination.family() &&
             is_a_way(route, before_, observed_);
    });
  }

  const Before& before_;
  const KernelState& observed_;
  GiveBack result_;
  std::vector<Route> routes_;
};

/// Moves what `belongs` says yes to.
template <typename T, typename Belongs>
void move_part(std::vector<T>& from, std::vector<T>& to, Belongs belongs) {
  std::ranges::copy_if(from, std::back_inserter(to), belongs);
  std::erase_if(from, belongs);
}

}  // namespace

void note(Before& before, const std::vector<KernelChange>& changes, const KernelState& observed,
          const std::vector<std::string>& uplinks) {
  note_settings(before, changes, observed);
  const auto known = before.devices;
  for (const auto& link : observed.links)
    if (has(uplinks, link.name) && (link.master.empty() || in_own_vrf(link, observed.links)))
      before.devices.insert(link.name);
  for (const auto& route : observed.routes) {
    if (!is_taken_away(route) || !before.devices.contains(route.device)) continue;
    if (!known.contains(route.device))
      put(before.routes, route);
    else if (has(uplinks, route.device))
      note_later(before, route);
  }
}

Before split_off(Before& before, const std::vector<std::string>& uplinks) {
  Before part;
  const auto leaves = [&](const std::string& device) {
    return before.devices.contains(device) && !has(uplinks, device);
  };
  const auto route_leaves = [&](const Route& route) { return leaves(route.device); };
  move_part(before.settings, part.settings,
            [&](const Sysctl& setting) { return leaves(device_of(setting)); });
  move_part(before.routes, part.routes, route_leaves);
  move_part(before.later, part.later, route_leaves);
  for (const auto& device : before.devices)
    if (!has(uplinks, device)) part.devices.insert(device);
  for (const auto& device : part.devices) before.devices.erase(device);
  return part;
}

void merge(Before& before, const Before& part) {
  before.settings.insert(before.settings.end(), part.settings.begin(), part.settings.end());
  before.devices.insert(part.devices.begin(), part.devices.end());
  before.routes.insert(before.routes.end(), part.routes.begin(), part.routes.end());
  before.later.insert(before.later.end(), part.later.begin(), part.later.end());
}

GiveBack give_back(const Before& before, const KernelState& observed) {
  return Selection(before, observed).take();
}

std::vector<std::string> advertisement_paths(const Before& before) {
  std::vector<std::string> paths;
  paths.reserve(before.devices.size());
  for (const auto& device : before.devices) paths.push_back(advertisement_path(device));
  return paths;
}

}  // namespace kaido
