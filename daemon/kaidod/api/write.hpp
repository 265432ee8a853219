// Reports into D-Bus messages, without a Variant object per value: a list of 10,000 tunnels has a
// quarter of a million values, and each sdbus::Variant is a message of its own.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/report.hpp"

namespace sdbus {
class Message;
}

namespace kaido::api {

/// One a{sv} each; the keys are in org.kaido.Gateway1.xml.
void write(sdbus::Message& message, const TunnelReport& tunnel);
void write(sdbus::Message& message, const UplinkReport& uplink);
void write(sdbus::Message& message, const NetworkReport& network);
void write(sdbus::Message& message, const PathReport& path);
void write(sdbus::Message& message, const ConditionReport& condition);
void write(sdbus::Message& message, const StatusReport& status);
void write(sdbus::Message& message, const LogEntry& entry);

/// aa{sv}
void write(sdbus::Message& message, const std::vector<TunnelReport>& tunnels);
void write(sdbus::Message& message, const std::vector<UplinkReport>& uplinks);
void write(sdbus::Message& message, const std::vector<NetworkReport>& networks);
void write(sdbus::Message& message, const std::vector<PathReport>& paths);
void write(sdbus::Message& message, const std::vector<LogEntry>& entries);

/// u, s, as
void write(sdbus::Message& message, std::size_t count);
void write(sdbus::Message& message, const std::string& text);
void write(sdbus::Message& message, const std::vector<std::string>& lines);

}  // namespace kaido::api
