#include "adapters/state_file/state_file.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "kaido/atomic_file.hpp"

namespace kaido {
namespace {

namespace json = boost::json;

/// For whoever has to tell them apart once; members are only added so far.
constexpr int kVersion = 1;

json::object to_json(const Route& route) {
  json::object object{{"destination", route.destination.to_string()},
                      {"device", route.device},
                      {"metric", route.metric},
                      {"protocol", route.protocol}};
  if (route.gateway) object["gateway"] = route.gateway->to_string();
  if (route.source) object["source"] = route.source->to_string();
  if (route.onlink) object["onlink"] = true;
  return object;
}

/// Throws what Boost.JSON throws when a member is missing or of another type.
Route route_from(const json::object& object) {
  const auto text = [&](const char* key) { return std::string(object.at(key).as_string()); };
  Route route;
  const auto destination = Prefix::parse(text("destination"));
  if (!destination) throw std::invalid_argument("destination");
  route.destination = *destination;
  route.device = text("device");
  route.metric = object.at("metric").to_number<std::uint32_t>();
  route.protocol = object.at("protocol").to_number<std::uint8_t>();
  if (object.contains("gateway")) route.gateway = IpAddress::parse(text("gateway"));
  if (object.contains("source")) route.source = IpAddress::parse(text("source"));
  if (const auto* onlink = object.if_contains("onlink")) route.onlink = onlink->as_bool();
  return route;
}

std::vector<Route> routes_from(const json::value& value) {
  std::vector<Route> routes;
  for (const auto& route : value.as_array()) routes.push_back(route_from(route.as_object()));
  return routes;
}

json::array to_json(const std::vector<Route>& routes) {
  json::array array;
  for (const auto& route : routes) array.emplace_back(to_json(route));
  return array;
}

Before before_from(const json::object& object) {
  Before before;
  for (const auto& [path, old] : object.at("settings_before").as_object())
    before.settings.push_back({std::string(path), std::string(old.as_string())});
  before.routes = routes_from(object.at("routes_before"));
  if (const auto* later = object.if_contains("routes_later")) before.later = routes_from(*later);
  if (const auto* devices = object.if_contains("devices_before")) {
    for (const auto& device : devices->as_array()) before.devices.emplace(device.as_string());
  } else {  // not written before version 1
    for (const auto& route : before.routes) before.devices.insert(route.device);
  }
  return before;
}

std::map<std::string, std::vector<IpAddress>> gateways_from(const json::object& object) {
  std::map<std::string, std::vector<IpAddress>> gateways;
  for (const auto& [device, addresses] : object)
    for (const auto& text : addresses.as_array()) {
      const auto address = IpAddress::parse(std::string_view(text.as_string()));
      if (!address) throw std::invalid_argument("gateways");
      gateways[device].push_back(*address);
    }
  return gateways;
}

json::object to_json(const std::map<std::string, std::vector<IpAddress>>& gateways) {
  json::object object;
  for (const auto& [device, addresses] : gateways) {
    json::array array;
    for (const auto& address : addresses) array.emplace_back(address.to_string());
    object[device] = std::move(array);
  }
  return object;
}

/// Members that are missing were not written by earlier versions: each has a value for that.
Remembered remembered_from(const json::value& value) {
  Remembered remembered;
  const auto& object = value.as_object();
  for (const auto& name : object.at("disabled").as_array())
    remembered.disabled.emplace(name.as_string());
  remembered.before = before_from(object);
  if (const auto* gateways = object.if_contains("gateways"))
    remembered.gateways = gateways_from(gateways->as_object());
  if (const auto* epoch = object.if_contains("epoch"))
    remembered.epoch = epoch->to_number<std::uint64_t>();
  return remembered;
}

}  // namespace

Result<Remembered> StateFile::load() {
  const std::ifstream in(file_);
  if (!in && errno == ENOENT) return Remembered{};
  if (!in) return unread(fmt::format("{}: {}", file_.string(), std::strerror(errno)));
  std::stringstream content;
  content << in.rdbuf();
  try {
    return remembered_from(json::parse(content.str()));
  } catch (const std::exception& problem) {
    auto aside = file_;
    aside += ".broken";
    std::error_code failed;
    std::filesystem::rename(file_, aside, failed);
    if (failed) return unread(file_.string() + " is broken");
    return failure(Condition::state_not_read,
                   file_.string() + " is broken and lies at " + aside.string());
  }
}

std::unexpected<Error> StateFile::unread(std::string detail) {
  unread_ = Error{Condition::state_not_read, std::move(detail)};
  return std::unexpected(*unread_);
}

Result<void> StateFile::save(const Remembered& remembered) {
  if (unread_) return std::unexpected(*unread_);
  json::array disabled;
  for (const auto& name : remembered.disabled) disabled.emplace_back(name);
  json::object settings;
  for (const auto& [path, value] : remembered.before.settings) settings[path] = value;
  json::array devices;
  for (const auto& device : remembered.before.devices) devices.emplace_back(device);
  const json::object all{{"version", kVersion},
                         {"disabled", std::move(disabled)},
                         {"settings_before", std::move(settings)},
                         {"devices_before", std::move(devices)},
                         {"routes_before", to_json(remembered.before.routes)},
                         {"routes_later", to_json(remembered.before.later)},
                         {"gateways", to_json(remembered.gateways)},
                         {"epoch", remembered.epoch}};
  return write_atomically(file_, json::serialize(all) + "\n", 0600, Condition::state_not_written);
}

Result<std::string> StateFile::load_firewall() {
  const std::ifstream in(firewall_file());
  if (!in && errno == ENOENT) return std::string();
  if (!in)
    return failure(Condition::state_not_read,
                   fmt::format("{}: {}", firewall_file().string(), std::strerror(errno)));
  std::stringstream content;
  content << in.rdbuf();
  return std::move(content).str();
}

Result<void> StateFile::save_firewall(const std::string& body) {
  if (!body.empty())
    return write_atomically(firewall_file(), body, 0600, Condition::state_not_written);
  std::error_code failed;
  std::filesystem::remove(firewall_file(), failed);
  if (!failed) return {};
  return failure(Condition::state_not_written,
                 fmt::format("{}: {}", firewall_file().string(), failed.message()));
}

}  // namespace kaido
