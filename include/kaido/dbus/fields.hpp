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
  visit("pinned", report.pinned);
  visit("rule", report.rule);
  visit("why", report.why);
  visit("outlook", report.outlook);
  visit("switches", report.switches);
  visit("switched_ago", report.switched_ago);
}

template <typename Report, typename Visit>
void path_fields(Report& report, Visit&& visit) {
  visit("name", report.name);
  visit("networks", report.networks);
  visit("hub", report.hub);
  visit("endpoint", report.endpoint);
  visit("uplink", report.uplink);
  visit("transport", report.transport);
  visit("slot", report.slot);
  visit("device", report.device);
  visit("health", report.health);
  visit("since", report.since);
  visit("trouble", report.trouble);
  visit("reason", report.reason);
  visit("loss", report.loss);
  visit("loss_up", report.loss_up);
  visit("loss_down", report.loss_down);
  visit("rtt_min", report.rtt_min);
  visit("rtt_median", report.rtt_median);
  visit("rtt_p95", report.rtt_p95);
  visit("jitter", report.jitter);
  visit("reordered", report.reordered);
  visit("age", report.age);
  visit("size", report.size);
  visit("full_size", report.full_size);
  visit("size_age", report.size_age);
  visit("probe_interval", report.probe_interval);
  visit("cost_kbit", report.cost_kbit);
  visit("cost_gb_month", report.cost_gb_month);
  visit("cost", report.cost);
  visit("hold", report.hold);
  visit("loss_history", report.loss_history);
  visit("delay_history", report.delay_history);
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
