#include "client.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <utility>

#include "client_bus.hpp"

namespace kaido::cli {

Failure to_failure(const sdbus::Error& error) {
  const auto& name = error.getName();
  if (const auto condition = dbus::find_error(name)) {
    Failure failure{Exit::failed, std::string(info(*condition).code), error.getMessage(), {}};
    if (*condition == Condition::permission_denied) failure.exit = Exit::not_permitted;
    if (*condition == Condition::config_invalid) {
      failure.exit = Exit::config_invalid;
      failure.mistakes = parse_mistakes(error.getMessage());
    }
    return failure;
  }
  if (name == "org.freedesktop.DBus.Error.AccessDenied")
    return {Exit::not_permitted, "permission-denied", error.getMessage(), {}};
  if (name.starts_with(dbus::error_prefix) || name == "org.freedesktop.DBus.Error.UnknownMethod" ||
      name == "org.freedesktop.DBus.Error.InvalidArgs")
    return {Exit::failed, "", error.getMessage(), {}};
  return {Exit::unreachable, "", error.getMessage(), {}};
}

Client::Client(std::unique_ptr<Bus> bus) : bus_(std::move(bus)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Outcome<Client> Client::connect() {
  try {
    auto bus = std::make_unique<Bus>();
    bus->connection = sdbus::createSystemBusConnection();
    bus->gateway = sdbus::createProxy(*bus->connection, dbus::service, dbus::path);
    return Client(std::move(bus));
  } catch (const sdbus::Error& error) {
    return std::unexpected(Failure{Exit::unreachable, "bus-absent", error.getMessage(), {}});
  }
}

Outcome<json::object> Client::status() {
  return bus_->call(
      "Status", reading_timeout, [](sdbus::Message&) {},
      [](sdbus::Message& reply) { return read_value(reply).as_object(); });
}
Outcome<json::array> Client::tunnels() { return bus_->list("ListTunnels"); }
Outcome<json::array> Client::uplinks() { return bus_->list("ListUplinks"); }
Outcome<json::array> Client::networks() { return bus_->list("ListNetworks"); }

Outcome<json::array> Client::paths() { return bus_->list("Paths"); }

Outcome<json::array> Client::log(std::uint32_t count) {
  return bus_->call(
      "Log", reading_timeout, [count](sdbus::Message& call) { call << count; },
      [](sdbus::Message& reply) { return read_value(reply).as_array(); });
}

Outcome<std::string> Client::version() {
  const auto status = this->status();
  if (!status) return std::unexpected(status.error());
  const auto* version = status->if_contains("version");
  return version && version->is_string() ? std::string(version->get_string()) : std::string();
}

Outcome<std::string> Client::show() {
  return bus_->call(
      "Show", reading_timeout, [](sdbus::Message&) {},
      [](sdbus::Message& reply) {
        std::string text;
        reply >> text;
        return text;
      });
}

Outcome<std::uint32_t> Client::set_enabled(const std::string& name, bool enabled) {
  return bus_->call(
      "SetEnabled", changing_timeout, [&](sdbus::Message& call) { call << name << enabled; },
      [](sdbus::Message& reply) {
        std::uint32_t count = 0;
        reply >> count;
        return count;
      });
}

Outcome<std::string> Client::switch_network(const std::string& network, const std::string& path) {
  return bus_->call(
      "SwitchNetwork", changing_timeout, [&](sdbus::Message& call) { call << network << path; },
      [](sdbus::Message& reply) {
        std::string in_use;
        reply >> in_use;
        return in_use;
      });
}

Outcome<std::vector<std::string>> Client::diff(const std::optional<std::string>& text) {
  if (!text) return bus_->lines("DiffFile", [](sdbus::Message&) {});
  return bus_->lines("Diff", [&](sdbus::Message& call) { call << *text; });
}

Outcome<std::vector<std::string>> Client::apply(const std::optional<std::string>& text) {
  return bus_->lines("Apply",
                     [&](sdbus::Message& call) { call << text.value_or("") << !text.has_value(); });
}

Outcome<std::vector<std::string>> Client::teardown() {
  return bus_->lines("Teardown", [](sdbus::Message&) {});
}

Outcome<void> Client::subscribe(const std::vector<const char*>& signals,
                                const std::function<void(const json::value&)>& handle) {
  try {
    for (const auto* signal : signals)
      bus_->gateway->registerSignalHandler(
          dbus::interface, signal,
          [handle](sdbus::Signal& message) { handle(read_value(message)); });
    bus_->gateway->finishRegistration();
    // The daemon's coming and going changes the picture too.
    bus_->bus =
        sdbus::createProxy(*bus_->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus");
    bus_->bus->registerSignalHandler("org.freedesktop.DBus", "NameOwnerChanged",
                                     [handle](sdbus::Signal& message) {
                                       std::string name;
                                       message >> name;
                                       if (name == dbus::service) handle(nullptr);
                                     });
    bus_->bus->finishRegistration();
    return {};
  } catch (const sdbus::Error& error) {
    return std::unexpected(to_failure(error));
  }
}

Outcome<void> Client::wait(std::chrono::milliseconds at_most) {
  try {
    if (bus_->connection->processPendingRequest()) {
      while (bus_->connection->processPendingRequest()) {
      }
      return {};
    }
    const auto data = bus_->connection->getEventLoopPollData();
    pollfd descriptor{data.fd, data.events, 0};
    const auto own = data.getPollTimeout();
    const auto limit = static_cast<int>(at_most.count());
    poll(&descriptor, 1, own < 0 ? limit : std::min(own, limit));
    while (bus_->connection->processPendingRequest()) {
    }
    return {};
  } catch (const sdbus::Error& error) {
    return std::unexpected(Failure{Exit::unreachable, "", error.getMessage(), {}});
  }
}

namespace {

/// Reads ":NUMBER" at `at` and moves past it.
bool read_number(const std::string& line, std::size_t& at, std::uint32_t& number) {
  if (at >= line.size() || line[at] != ':') return false;
  const auto* const begin = line.data() + at + 1;
  const auto [end, error] = std::from_chars(begin, line.data() + line.size(), number);
  if (error != std::errc() || end == begin) return false;
  at = static_cast<std::size_t>(end - line.data());
  return true;
}

Diagnostic parse_mistake(const std::string& line) {
  for (auto colon = line.find(':'); colon != std::string::npos; colon = line.find(':', colon + 1)) {
    Diagnostic mistake;
    auto at = colon;
    if (read_number(line, at, mistake.line) && read_number(line, at, mistake.column) &&
        line.compare(at, 2, ": ") == 0) {
      mistake.file = line.substr(0, colon);
      mistake.message = line.substr(at + 2);
      return mistake;
    }
  }
  const auto colon = line.find(": ");
  if (!line.starts_with('/') || colon == std::string::npos) return {.message = line};
  return {.file = line.substr(0, colon), .message = line.substr(colon + 2)};
}

}  // namespace

Diagnostics parse_mistakes(const std::string& text) {
  Diagnostics mistakes;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) mistakes.push_back(parse_mistake(line));
  return mistakes;
}

}  // namespace kaido::cli
