#include "api/write_people.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <span>

#include "api/dictionary.hpp"

namespace kaido::api {
namespace {

std::string hexadecimal(std::span<const std::uint8_t> bytes) {
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

const char* state_of(const session::User& user) {
  if (!user.otp) return "none";
  return user.otp_confirmed ? "confirmed" : "unconfirmed";
}

}  // namespace

void write(sdbus::Message& message, const session::User& user) {
  const auto shape = user.otp.value_or(session::OtpShape{.digits = 0, .period = 0});
  Dictionary put(message);
  put("name", user.name);
  put("display", user.display);
  put("enabled", user.enabled);
  put("groups", user.groups);
  put("created", user.created);
  put("policy", std::string(to_string(user.policy)));
  put("otp", std::string(state_of(user)));
  put("algorithm", user.otp ? std::string(to_string(shape.algorithm)) : std::string());
  put("digits", static_cast<std::uint32_t>(shape.digits));
  put("period", static_cast<std::uint32_t>(shape.period));
  put("recovery_codes", user.recovery_codes);
  put("bypass_until", user.bypass_until.value_or(0));
}

void write(sdbus::Message& message, const session::Device& device) {
  std::vector<std::string> addresses;
  addresses.reserve(device.addresses.size());
  for (const auto& address : device.addresses) addresses.push_back(address.to_string());
  Dictionary put(message);
  put("user", device.user);
  put("name", device.name);
  put("fingerprint", hexadecimal(device.fingerprint));
  put("subject", device.subject);
  put("not_after", device.not_after);
  put("wireguard_key", device.wireguard_key ? to_base64(*device.wireguard_key) : std::string());
  put("addresses", addresses);
  put("enabled", device.enabled);
  put("created", device.created);
  put("policy", device.policy ? std::string(to_string(*device.policy)) : std::string());
}

void write(sdbus::Message& message, const session::Session& session) {
  Dictionary put(message);
  put("id", session.id);
  put("user", session.user);
  put("device", session.device);
  put("door", std::string(to_string(session.door)));
  put("source", session.source);
  put("started", session.started);
  put("ends", session.ends);
  put("ended", session.ended);
  put("reason", session.reason ? std::string(to_string(*session.reason)) : std::string());
  put("alive", session.ended == 0);
}

void write(sdbus::Message& message, const session::AuditEntry& entry) {
  Dictionary put(message);
  put("number", entry.number);
  put("time", entry.note.at);
  put("actor", entry.note.actor);
  put("act", std::string(to_string(entry.note.act)));
  put("user", entry.note.user);
  put("subject", entry.note.subject);
  put("detail", entry.note.detail);
  put("source", entry.note.source);
  put("hash", hexadecimal(entry.hash));
}

void write(sdbus::Message& message, const AuditVerdict& verdict) {
  Dictionary put(message);
  put("entries", verdict.entries);
  put("fault", verdict.fault.value_or(""));
  put("first_bad", verdict.first_bad);
}

}  // namespace kaido::api
