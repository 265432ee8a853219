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

json::object to_json(const Route& route) {
  json::object object{{"destination", route.destination.to_string()},
                      {"device", route.device},
                      {"metric", route.metric},
                      {"protocol", route.protocol}};
  if (route.gateway) object["gateway"] = route.gateway->to_string();
  if (route.source) object["source"] = route.source->to_string();
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
  return route;
}

Remembered remembered_from(const json::value& value) {
  Remembered remembered;
  const auto& object = value.as_object();
  for (const auto& name : object.at("disabled").as_array())
    remembered.disabled.emplace(name.as_string());
  for (const auto& [path, old] : object.at("settings_before").as_object())
    remembered.settings_before.push_back({std::string(path), std::string(old.as_string())});
  for (const auto& route : object.at("routes_before").as_array())
    remembered.routes_before.push_back(route_from(route.as_object()));
  if (const auto* epoch = object.if_contains("epoch"))  // not written before there were claims
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
  for (const auto& [path, value] : remembered.settings_before) settings[path] = value;
  json::array routes;
  for (const auto& route : remembered.routes_before) routes.emplace_back(to_json(route));
  const json::object all{{"disabled", std::move(disabled)},
                         {"settings_before", std::move(settings)},
                         {"routes_before", std::move(routes)},
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
