#include "decode.hpp"

#include <sdbus-c++/Error.h>
#include <sdbus-c++/Message.h>

#include <string>
#include <utility>

#include "kaido/dbus/fields.hpp"
#include "kaido/dbus/names.hpp"

namespace kaido::cli {
namespace {

template <typename T>
T take(sdbus::Message& message) {
  T value{};
  message >> value;
  return value;
}

json::value read_array(sdbus::Message& message, const std::string& contents) {
  json::array array;
  message.enterContainer(contents);
  std::string type;
  std::string inner;
  for (message.peekType(type, inner); !type.empty() && type[0] != '\0';
       message.peekType(type, inner))
    array.push_back(read_value(message));
  message.exitContainer();
  return array;
}

json::value read_dictionary(sdbus::Message& message, const std::string& contents) {
  json::object object;
  message.enterContainer(contents);
  const auto entry = contents.substr(1, contents.size() - 2);
  while (message.enterDictEntry(entry)) {
    const auto key = take<std::string>(message);
    object.insert_or_assign(key, read_value(message));
    message.exitDictEntry();
  }
  message.clearFlags();
  message.exitContainer();
  return object;
}

/// Reads a dictionary into a report's members.
class Reader {
 public:
  explicit Reader(const json::object& from) : from_(from) {}

  void operator()(const char* key, std::string& to) {
    const auto* value = from_.if_contains(key);
    if (value && value->is_string())
      to.assign(value->get_string().begin(), value->get_string().end());
  }
  void operator()(const char* key, bool& to) {
    const auto* value = from_.if_contains(key);
    if (value && value->is_bool()) to = value->get_bool();
  }
  void operator()(const char* key, double& to) { number(key, to); }
  void operator()(const char* key, std::uint8_t& to) { number(key, to); }
  void operator()(const char* key, std::uint32_t& to) { number(key, to); }
  void operator()(const char* key, std::int64_t& to) { number(key, to); }
  void operator()(const char* key, std::uint64_t& to) { number(key, to); }
  void operator()(const char* key, std::vector<std::string>& to) {
    const auto* value = from_.if_contains(key);
    if (!value || !value->is_array()) return;
    for (const auto& item : value->get_array())
      if (const auto* text = item.if_string()) to.emplace_back(text->begin(), text->end());
  }
  void operator()(const char* key, std::vector<std::int32_t>& to) {
    const auto* value = from_.if_contains(key);
    if (!value || !value->is_array()) return;
    for (const auto& item : value->get_array()) {
      boost::json::error_code error;
      const auto figure = item.to_number<std::int32_t>(error);
      if (!error) to.push_back(figure);
    }
  }
  void operator()(const char* key, std::optional<Error>& to) {
    std::string code;
    (*this)(key, code);
    if (code.empty()) return;
    to.emplace();
    to->condition = dbus::find_condition(code).value_or(Condition::internal);
    (*this)("reason_detail", to->detail);
  }
  void operator()(const char* key, Error& to) {
    std::string code;
    (*this)(key, code);
    to.condition = dbus::find_condition(code).value_or(Condition::internal);
    (*this)("detail", to.detail);
    std::string severity;
    (*this)("severity", severity);
    for (const auto known : {Severity::info, Severity::warning, Severity::error})
      if (severity == to_string(known) && known != to.severity()) to.gravity = known;
  }
  void operator()(const char* key, std::vector<ConditionReport>& to) {
    const auto* value = from_.if_contains(key);
    if (value && value->is_array()) to = decode_list<ConditionReport>(value->get_array());
  }

 private:
  template <typename T>
  void number(const char* key, T& to) {
    const auto* value = from_.if_contains(key);
    if (!value) return;
    boost::json::error_code error;
    const auto result = value->to_number<T>(error);
    if (!error) to = result;
  }

  const json::object& from_;
};

}  // namespace

json::value read_value(sdbus::Message& message) {
  std::string type;
  std::string contents;
  message.peekType(type, contents);
  switch (type.empty() ? '\0' : type[0]) {
    case 's':
      return json::string(take<std::string>(message));
    case 'b':
      return take<bool>(message);
    case 'y':
      return take<std::uint8_t>(message);
    case 'i':
      return take<std::int32_t>(message);
    case 'u':
      return take<std::uint32_t>(message);
    case 'x':
      return take<std::int64_t>(message);
    case 't':
      return take<std::uint64_t>(message);
    case 'd':
      return take<double>(message);
    case 'v': {
      message.enterVariant(contents);
      auto value = read_value(message);
      message.exitVariant();
      return value;
    }
    case 'a':
      return contents.starts_with('{') ? read_dictionary(message, contents)
                                       : read_array(message, contents);
    default:
      throw sdbus::Error("org.freedesktop.DBus.Error.InvalidSignature", "no JSON for type " + type);
  }
}

void decode(const json::object& from, TunnelReport& to) { dbus::tunnel_fields(to, Reader(from)); }
void decode(const json::object& from, UplinkReport& to) { dbus::uplink_fields(to, Reader(from)); }
void decode(const json::object& from, NetworkReport& to) { dbus::network_fields(to, Reader(from)); }
void decode(const json::object& from, PathReport& to) { dbus::path_fields(to, Reader(from)); }
void decode(const json::object& from, ConditionReport& to) {
  dbus::condition_fields(to, Reader(from));
}
void decode(const json::object& from, StatusReport& to) { dbus::status_fields(to, Reader(from)); }
void decode(const json::object& from, LogEntry& to) { dbus::log_fields(to, Reader(from)); }

void decode(const json::object& from, UserReport& to) {
  Reader read(from);
  read("name", to.name);
  read("display", to.display);
  read("enabled", to.enabled);
  read("groups", to.groups);
  read("created", to.created);
  read("policy", to.policy);
  read("otp", to.otp);
  read("algorithm", to.algorithm);
  read("digits", to.digits);
  read("period", to.period);
  read("recovery_codes", to.recovery_codes);
  read("bypass_until", to.bypass_until);
}
void decode(const json::object& from, DeviceReport& to) {
  Reader read(from);
  read("user", to.user);
  read("name", to.name);
  read("fingerprint", to.fingerprint);
  read("subject", to.subject);
  read("not_after", to.not_after);
  read("wireguard_key", to.wireguard_key);
  read("addresses", to.addresses);
  read("enabled", to.enabled);
  read("created", to.created);
  read("policy", to.policy);
}
void decode(const json::object& from, SessionReport& to) {
  Reader read(from);
  read("id", to.id);
  read("user", to.user);
  read("device", to.device);
  read("door", to.door);
  read("source", to.source);
  read("started", to.started);
  read("ends", to.ends);
  read("ended", to.ended);
  read("reason", to.reason);
  read("alive", to.alive);
}
void decode(const json::object& from, AuditReport& to) {
  Reader read(from);
  read("number", to.number);
  read("time", to.time);
  read("actor", to.actor);
  read("act", to.act);
  read("user", to.user);
  read("subject", to.subject);
  read("detail", to.detail);
  read("source", to.source);
  read("hash", to.hash);
}
void decode(const json::object& from, AuditCheck& to) {
  Reader read(from);
  read("entries", to.entries);
  read("fault", to.fault);
  read("first_bad", to.first_bad);
}

}  // namespace kaido::cli
