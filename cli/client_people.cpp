// What the Client asks about people: users, codes, devices, sessions, the audit.
#include <map>

#include "client_bus.hpp"

namespace kaido::cli {
namespace {

using Dictionary = std::map<std::string, sdbus::Variant>;

json::object read_object(sdbus::Message& reply) { return read_value(reply).as_object(); }

Secret read_secret(sdbus::Message& reply) {
  std::string text;
  reply >> text;
  return Secret::absorb(text);
}

}  // namespace

Outcome<json::array> Client::users() {
  return bus_->list("ListUsers", changing_timeout, [](sdbus::Message&) {});
}

Outcome<std::uint32_t> Client::add_users(const std::vector<NewPerson>& people, bool dry_run) {
  std::vector<Dictionary> users;
  users.reserve(people.size());
  for (const auto& person : people) {
    auto& user = users.emplace_back();
    user = {{"name", sdbus::Variant(person.name)},
            {"display", sdbus::Variant(person.display)},
            {"groups", sdbus::Variant(person.groups)}};
    if (!person.policy.empty()) user.emplace("policy", sdbus::Variant(person.policy));
  }
  return bus_->change<std::uint32_t>("AddUsers",
                                     [&](sdbus::Message& call) { call << users << dry_run; });
}

Outcome<std::string> Client::change_user(const std::string& name, const PersonChange& change) {
  Dictionary changes;
  if (change.enabled) changes.emplace("enabled", sdbus::Variant(*change.enabled));
  if (change.display) changes.emplace("display", sdbus::Variant(*change.display));
  if (change.groups) changes.emplace("groups", sdbus::Variant(*change.groups));
  if (change.policy) changes.emplace("policy", sdbus::Variant(*change.policy));
  return bus_->change<std::string>("ChangeUser",
                                   [&](sdbus::Message& call) { call << name << changes; });
}

Outcome<std::string> Client::remove_user(const std::string& name) {
  return bus_->change<std::string>("RemoveUser", [&](sdbus::Message& call) { call << name; });
}

Outcome<Secret> Client::new_otp(const std::string& user, const CodeShape& shape) {
  return bus_->call(
      "NewOtp", changing_timeout,
      [&](sdbus::Message& call) {
        call << user << shape.algorithm << shape.digits << shape.period;
      },
      read_secret);
}

Outcome<bool> Client::verify_otp(const std::string& user, const Secret& code) {
  std::string text(code.reveal_text());
  auto counts =
      bus_->change<bool>("VerifyOtp", [&](sdbus::Message& call) { call << user << text; });
  wipe(text);
  return counts;
}

Outcome<std::vector<Secret>> Client::new_recovery_codes(const std::string& user) {
  return bus_->call(
      "NewRecoveryCodes", changing_timeout, [&](sdbus::Message& call) { call << user; },
      [](sdbus::Message& reply) {
        std::vector<std::string> texts;
        reply >> texts;
        std::vector<Secret> codes;
        codes.reserve(texts.size());
        for (auto& text : texts) codes.push_back(Secret::absorb(text));
        return codes;
      });
}

Outcome<Secret> Client::new_bypass_code(const std::string& user, std::uint32_t minutes) {
  return bus_->call(
      "NewBypassCode", changing_timeout, [&](sdbus::Message& call) { call << user << minutes; },
      read_secret);
}

Outcome<json::array> Client::devices() {
  return bus_->list("ListDevices", changing_timeout, [](sdbus::Message&) {});
}

Outcome<json::object> Client::add_device(const DeviceToAdd& device) {
  const std::vector<std::uint8_t> certificate(device.certificate.begin(), device.certificate.end());
  return bus_->call(
      "AddDevice", changing_timeout,
      [&](sdbus::Message& call) {
        call << device.user << device.name << certificate << device.wireguard_key << device.policy;
      },
      read_object);
}

Outcome<std::string> Client::enable_device(const std::string& user, const std::string& device,
                                           bool enabled) {
  return bus_->change<std::string>(
      "EnableDevice", [&](sdbus::Message& call) { call << user << device << enabled; });
}

Outcome<std::string> Client::remove_device(const std::string& user, const std::string& device) {
  return bus_->change<std::string>("RemoveDevice",
                                   [&](sdbus::Message& call) { call << user << device; });
}

Outcome<json::array> Client::sessions(bool all) {
  return bus_->list("ListSessions", changing_timeout, [=](sdbus::Message& call) { call << all; });
}

Outcome<std::string> Client::end_session(const std::string& id) {
  return bus_->change<std::string>("EndSession", [&](sdbus::Message& call) { call << id; });
}

Outcome<std::int64_t> Client::extend_session(const std::string& id, std::uint32_t minutes) {
  return bus_->change<std::int64_t>("ExtendSession",
                                    [&](sdbus::Message& call) { call << id << minutes; });
}

Outcome<json::array> Client::audit(const std::string& user, const std::string& act,
                                   std::uint32_t count) {
  return bus_->list("Audit", changing_timeout,
                    [&](sdbus::Message& call) { call << user << act << count; });
}

Outcome<json::object> Client::verify_audit() {
  return bus_->call("VerifyAudit", changing_timeout, [](sdbus::Message&) {}, read_object);
}

}  // namespace kaido::cli
