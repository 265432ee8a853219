// From D-Bus to JSON and on to the reports: one way for --json and for what is drawn.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <vector>

#include "core/report.hpp"
#include "people_report.hpp"

namespace sdbus {
class Message;
}

namespace kaido::cli {

namespace json = boost::json;

/// The next value of a message: dictionaries become objects, variants what is in them.
/// Throws sdbus::Error on a type that has no JSON (file descriptors, structs).
[[nodiscard]] json::value read_value(sdbus::Message& message);

/// What is missing or of another type keeps its default; a condition that this version does not
/// know becomes Condition::internal.
void decode(const json::object& from, TunnelReport& to);
void decode(const json::object& from, UplinkReport& to);
void decode(const json::object& from, NetworkReport& to);
void decode(const json::object& from, PathReport& to);
void decode(const json::object& from, ConditionReport& to);
void decode(const json::object& from, StatusReport& to);
void decode(const json::object& from, LogEntry& to);
void decode(const json::object& from, UserReport& to);
void decode(const json::object& from, DeviceReport& to);
void decode(const json::object& from, SessionReport& to);
void decode(const json::object& from, AuditReport& to);
void decode(const json::object& from, AuditCheck& to);

template <typename Report>
[[nodiscard]] std::vector<Report> decode_list(const json::array& from) {
  std::vector<Report> reports;
  reports.reserve(from.size());
  for (const auto& item : from)
    if (const auto* object = item.if_object()) decode(*object, reports.emplace_back());
  return reports;
}

}  // namespace kaido::cli
