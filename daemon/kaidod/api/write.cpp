#include "api/write.hpp"

#include "api/dictionary.hpp"
#include "kaido/dbus/fields.hpp"

namespace kaido::api {
void write(sdbus::Message& message, const TunnelReport& tunnel) {
  dbus::tunnel_fields(tunnel, Dictionary(message));
}
void write(sdbus::Message& message, const UplinkReport& uplink) {
  dbus::uplink_fields(uplink, Dictionary(message));
}
void write(sdbus::Message& message, const NetworkReport& network) {
  dbus::network_fields(network, Dictionary(message));
}
void write(sdbus::Message& message, const PathReport& path) {
  dbus::path_fields(path, Dictionary(message));
}
void write(sdbus::Message& message, const ConditionReport& condition) {
  dbus::condition_fields(condition, Dictionary(message));
}
void write(sdbus::Message& message, const StatusReport& status) {
  dbus::status_fields(status, Dictionary(message));
}
void write(sdbus::Message& message, const LogEntry& entry) {
  dbus::log_fields(entry, Dictionary(message));
}

void write(sdbus::Message& message, const std::vector<TunnelReport>& tunnels) {
  write_list(message, tunnels);
}
void write(sdbus::Message& message, const std::vector<UplinkReport>& uplinks) {
  write_list(message, uplinks);
}
void write(sdbus::Message& message, const std::vector<NetworkReport>& networks) {
  write_list(message, networks);
}
void write(sdbus::Message& message, const std::vector<PathReport>& paths) {
  write_list(message, paths);
}
void write(sdbus::Message& message, const std::vector<LogEntry>& entries) {
  write_list(message, entries);
}

void write(sdbus::Message& message, std::size_t count) {
  message << static_cast<std::uint32_t>(count);
}
void write(sdbus::Message& message, const std::string& text) { message << text; }
void write(sdbus::Message& message, const std::vector<std::string>& lines) { message << lines; }

}  // namespace kaido::api
