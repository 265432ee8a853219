// Which member of a report travels under which key: one list, read by the server that writes
// dictionaries and by the client that reads them. A change here changes org.kaido.Gateway1.xml and
// the schema of `kaido --json` too.
//
// Each function calls visit(key, member) once a member. A visitor has overloads for the members'
// types; an Error becomes several keys (see the XML).
#pragma once

namespace kaido::dbus {

template <typename Report, typename Visit>
void tunnel_fields(Report& report, Visit&& visit) {
  visit("name", report.name);
  visit("peer", report.peer);
  visit("endpoint", report.endpoint);
  visit("uplink", report.uplink);
  visit("slot", report.slot);
  visit("transport", report.transport);
  visit("device", report.device);
  visit("state", report.state);
  visit("reason", report.reason);
  visit("since", report.since);
  visit("next_attempt", report.next_attempt);
  visit("failures", report.failures);
  visit("local", report.local);
  visit("remote", report.remote);
  visit("inner", report.inner);
  visit("peer_inner", report.peer_inner);
  visit("cipher", report.cipher);
  visit("received", report.received);
  visit("sent", report.sent);
  visit("last_handshake", report.last_handshake);
  visit("public_key", report.public_key);
  visit("used_for", report.used_for);
}

template <typename Report, typename Visit>
void uplink_fields(Report& report, Visit&& visit) {
  visit("name", report.name);
  visit("number", report.number);
  visit("device", report.device);
  visit("vrf", report.vrf);
  visit("state", report.state);
  visit("addresses", report.addresses);
  visit("gateways", report.gateways);
}

template <typename Report, typename Visit>
void network_fields(Report& report, Visit&& visit) {
  visit("name", report.name);
  visit("prefixes", report.prefixes);
  visit("hubs", report.hubs);
  visit("tunnel", report.tunnel);
  visit("tunnels_up", report.tunnels_up);
  visit("tunnels", report.tunnels);
}

template <typename Report, typename Visit>
void condition_fields(Report& report, Visit&& visit) {
  visit("code", report.error);
  visit("subject", report.subject);
  visit("since", report.since);
}

template <typename Report, typename Visit>
void status_fields(Report& report, Visit&& visit) {
  visit("name", report.name);
  visit("role", report.role);
  visit("number", report.number);
  visit("version", report.version);
  visit("uptime", report.uptime);
  visit("tunnels_up", report.tunnels_up);
  visit("tunnels", report.tunnels);
  visit("certificate_expires", report.certificate_expires);
  visit("conditions", report.conditions);
}

template <typename Entry, typename Visit>
void log_fields(Entry& entry, Visit&& visit) {
  visit("time", entry.time);
  visit("priority", entry.priority);
  visit("id", entry.id);
  visit("subject", entry.subject);
  visit("text", entry.text);
}

}  // namespace kaido::dbus
