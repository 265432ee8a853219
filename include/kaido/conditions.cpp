// The catalogue: all text about troubles that a person sees lies here.
#include "kaido/error.hpp"

namespace kaido {

const char* to_string(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "info";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  __builtin_unreachable();
}

const ConditionInfo& info(Condition condition) {
  using enum Severity;
  switch (condition) {
    case Condition::config_invalid: {
      static constexpr ConditionInfo i{"config-invalid", error, "The configuration has mistakes",
                                       "Correct the place shown and run: kaido config check"};
      return i;
    }
    case Condition::config_not_written: {
      static constexpr ConditionInfo i{
          "config-not-written", error, "The configuration could not be saved; the old one stays",
          "Make room or fix the folder's permissions, then apply again"};
      return i;
    }
    case Condition::state_not_written: {
      static constexpr ConditionInfo i{"state-not-written", error,
                                       "What Kaido has to remember could not be saved",
                                       "Make room or fix the permissions of its state folder"};
      return i;
    }
    case Condition::state_not_read: {
      static constexpr ConditionInfo i{
          "state-not-read", error, "What Kaido remembers could not be read",
          "Mend the file or its permissions, then: systemctl restart kaidod"};
      return i;
    }
    case Condition::certificate_unusable: {
      static constexpr ConditionInfo i{"certificate-unusable", error,
                                       "A certificate cannot be used",
                                       "Replace the certificate file and apply again"};
      return i;
    }
    case Condition::certificate_expires_soon: {
      static constexpr ConditionInfo i{
          "certificate-expires-soon", warning, "A certificate expires soon",
          "Renew it, put it in place of the old one, then: kaido config apply"};
      return i;
    }
    case Condition::key_unusable: {
      static constexpr ConditionInfo i{"key-unusable", error, "A private key cannot be used",
                                       "Check that the key file exists, is readable and fits"};
      return i;
    }
    case Condition::permission_denied: {
      static constexpr ConditionInfo i{"permission-denied", error, "This is not permitted",
                                       "Run it as root or as a member of the group kaido"};
      return i;
    }
    case Condition::needs_restart: {
      static constexpr ConditionInfo i{
          "needs-restart", error, "kaidod cannot change this while it runs; nothing was changed",
          "Write it to the configuration file, then: systemctl restart kaidod"};
      return i;
    }
    case Condition::daemon_running: {
      static constexpr ConditionInfo i{"daemon-running", error,
                                       "Another kaidod runs with the same state folder",
                                       "Ask that one, or stop it first: systemctl stop kaidod"};
      return i;
    }
    case Condition::charon_absent: {
      static constexpr ConditionInfo i{"charon-absent", error,
                                       "strongSwan's charon does not answer",
                                       "Start it: systemctl start strongswan"};
      return i;
    }
    case Condition::charon_refused: {
      static constexpr ConditionInfo i{"charon-refused", error, "charon refused a command",
                                       "See charon's log: journalctl -u strongswan"};
      return i;
    }
    case Condition::charon_protocol: {
      static constexpr ConditionInfo i{"charon-protocol", error,
                                       "charon sent something that is not VICI",
                                       "Check that [ike] socket names charon's VICI socket"};
      return i;
    }
    case Condition::charon_outdated: {
      static constexpr ConditionInfo i{
          "charon-outdated", warning, "charon has known holes that concern people's logins",
          "Upgrade it: apt-get update && apt-get upgrade, then: systemctl restart strongswan"};
      return i;
    }
    case Condition::wireguard_unsupported: {
      static constexpr ConditionInfo i{"wireguard-unsupported", error,
                                       "The kernel has no WireGuard",
                                       "Load it: modprobe wireguard (Linux 5.6 or later)"};
      return i;
    }
    case Condition::kernel_refused: {
      static constexpr ConditionInfo i{"kernel-refused", error, "The kernel refused a change",
                                       "See the journal for the change; it is tried again"};
      return i;
    }
    case Condition::kernel_unreachable: {
      static constexpr ConditionInfo i{"kernel-unreachable", error, "Netlink cannot be opened",
                                       "Check the unit's capabilities (CAP_NET_ADMIN)"};
      return i;
    }
    case Condition::firewall_refused: {
      static constexpr ConditionInfo i{"firewall-refused", error,
                                       "nftables refused Kaido's table; the old one stays",
                                       "Check that the kernel has nf_tables"};
      return i;
    }
    case Condition::forwarding_dropped: {
      static constexpr ConditionInfo i{
          "forwarding-dropped", error,
          "Another firewall on this gateway drops packets that Kaido forwards",
          "Let it accept what comes in by or leaves by the devices kd-ike* and kd-wg*"};
      return i;
    }
    case Condition::bus_absent: {
      static constexpr ConditionInfo i{"bus-absent", warning, "The D-Bus system bus is away",
                                       "Start it: systemctl start dbus; traffic goes on meanwhile"};
      return i;
    }
    case Condition::uplink_missing: {
      static constexpr ConditionInfo i{"uplink-missing", error, "The uplink's device is absent",
                                       "Plug the device in, or correct its name in [[uplink]]"};
      return i;
    }
    case Condition::uplink_down: {
      static constexpr ConditionInfo i{"uplink-down", error, "The uplink has no link",
                                       "Check the cable and the device at its other end"};
      return i;
    }
    case Condition::uplink_no_address: {
      static constexpr ConditionInfo i{"uplink-no-address", error, "The uplink has no address",
                                       "Check the DHCP client or the address of the device"};
      return i;
    }
    case Condition::uplink_enslaved: {
      static constexpr ConditionInfo i{"uplink-enslaved", error,
                                       "The uplink's device is a part of another one",
                                       "Name that one (the bridge, bond or team) in [[uplink]]"};
      return i;
    }
    case Condition::uplink_no_gateway: {
      static constexpr ConditionInfo i{"uplink-no-gateway", error,
                                       "No way out is known on the uplink",
                                       "Set gateways in [[uplink]], or a default route on it"};
      return i;
    }
    case Condition::tunnel_no_answer: {
      static constexpr ConditionInfo i{
          "no-answer", error, "The hub does not answer",
          "The hub or the way to it is down, or UDP 500/4500 is blocked"};
      return i;
    }
    case Condition::tunnel_refused: {
      static constexpr ConditionInfo i{"refused", error, "The hub refuses this gateway",
                                       "Add this site and slot to the hub's configuration"};
      return i;
    }
    case Condition::tunnel_wrong_identity: {
      static constexpr ConditionInfo i{
          "wrong-identity", error, "The other side has proved another identity",
          "Compare identity and domain with the names in the certificates"};
      return i;
    }
    case Condition::tunnel_certificate_expired: {
      static constexpr ConditionInfo i{"certificate-expired", error,
                                       "A certificate has expired or is not yet valid",
                                       "Renew the certificate; check both clocks"};
      return i;
    }
    case Condition::tunnel_certificate_untrusted: {
      static constexpr ConditionInfo i{"certificate-untrusted", error,
                                       "The certificate comes from no trusted authority",
                                       "Check authorities in [identity] on both sides"};
      return i;
    }
    case Condition::tunnel_proposals_differ: {
      static constexpr ConditionInfo i{
          "proposals-differ", error, "The two sides share no cipher",
          "Let the other side offer AES-256-GCM with X25519 or ECP-384"};
      return i;
    }
    case Condition::tunnel_selectors_differ: {
      static constexpr ConditionInfo i{"selectors-differ", error,
                                       "The two sides share no traffic selector",
                                       "Let the hub accept this site's prefixes"};
      return i;
    }
    case Condition::tunnel_no_handshake: {
      static constexpr ConditionInfo i{"no-handshake", error, "No WireGuard handshake completes",
                                       "The hub is down, its UDP port is blocked, a key is wrong, "
                                       "or this clock went back (date)"};
      return i;
    }
    case Condition::tunnel_failed: {
      static constexpr ConditionInfo i{"failed", error, "The tunnel failed", "See: kaido log"};
      return i;
    }
    case Condition::network_unreachable: {
      static constexpr ConditionInfo i{"network-unreachable", error,
                                       "No tunnel to this network is up",
                                       "See the reasons of its tunnels: kaido tunnels"};
      return i;
    }
    case Condition::network_outside_limits: {
      static constexpr ConditionInfo i{"network-outside-limits", warning,
                                       "No path to this network keeps within its limits",
                                       "The best one is used all the same; see: kaido paths --why"};
      return i;
    }
    case Condition::probe_budget_spent: {
      static constexpr ConditionInfo i{
          "probe-budget-spent", warning,
          "Measuring has used up its budget on this uplink; paths are asked more rarely",
          "Allow more with probe_budget_mb in [[uplink]], or longer intervals in [probing]; it "
          "recovers by itself"};
      return i;
    }
    case Condition::path_silent: {
      static constexpr ConditionInfo i{
          "path-silent", error, "Nothing comes back through the path",
          "The way to the hub is cut, or the hub is down; traffic goes by another path"};
      return i;
    }
    case Condition::path_upload_dead: {
      static constexpr ConditionInfo i{
          "path-upload-dead", error,
          "What this gateway sends does not reach the hub; the other direction works",
          "Ask the carrier of the uplink or of the endpoint; traffic goes by another path"};
      return i;
    }
    case Condition::path_download_dead: {
      static constexpr ConditionInfo i{
          "path-download-dead", error,
          "The hub hears this gateway, but what it sends does not arrive",
          "Ask the carrier of the uplink or of the endpoint; traffic goes by another path"};
      return i;
    }
    case Condition::path_data_dead: {
      static constexpr ConditionInfo i{
          "path-data-dead", error, "The tunnel is up by IKE's word, but carries nothing",
          "It is rekeyed and built anew by itself; if that fails, ESP or UDP 4500 is blocked"};
      return i;
    }
    case Condition::path_size_limited: {
      static constexpr ConditionInfo i{
          "path-size-limited", warning, "Small packets pass, full-size ones do not",
          "Packets are kept small by themselves; look for a device with a small MTU on the way"};
      return i;
    }
    case Condition::path_lossy: {
      static constexpr ConditionInfo i{
          "path-lossy", warning, "The path loses more packets than a network that uses it allows",
          "Ask the carrier, or allow more with max_loss_percent in [[network]]"};
      return i;
    }
    case Condition::path_slow: {
      static constexpr ConditionInfo i{
          "path-slow", warning, "The path takes longer than a network that uses it allows",
          "Ask the carrier, or allow more with max_delay_ms in [[network]]"};
      return i;
    }
    case Condition::all_paths_silent: {
      static constexpr ConditionInfo i{
          "all-paths-silent", error,
          "Nothing comes back through any path, so this gateway may be the cause",
          "Check its uplinks and its own load; the last routes stay"};
      return i;
    }
    case Condition::ipsec_blocked: {
      static constexpr ConditionInfo i{
          "ipsec-blocked", error, "Every IPsec path is dead while WireGuard beside it works",
          "A carrier blocks ESP and UDP 500/4500; WireGuard carries the traffic meanwhile"};
      return i;
    }
    case Condition::reflector_silent: {
      static constexpr ConditionInfo i{
          "reflector-silent", warning, "The hub answers, but its reflector does not",
          "On the hub: systemctl restart kaido-reflector; the path goes on being used"};
      return i;
    }
    case Condition::reflector_absent: {
      static constexpr ConditionInfo i{
          "reflector-absent", error, "kaido-reflector does not answer",
          "Start it: systemctl start kaido-reflector; until then no site can prove a path"};
      return i;
    }
    case Condition::reflector_outdated: {
      static constexpr ConditionInfo i{
          "reflector-outdated", error, "kaido-reflector is older than kaidod",
          "systemctl restart kaido-reflector; until then sites keep the ways that they have"};
      return i;
    }
    case Condition::claim_ignored: {
      static constexpr ConditionInfo i{
          "claim-ignored", warning,
          "The hub answers, but sends its packets by another path than it is asked to",
          "Check that kaidod runs on the hub and knows this site and slot"};
      return i;
    }
    case Condition::people_not_configured: {
      static constexpr ConditionInfo i{
          "people-not-configured", error, "This gateway lets no people in",
          "On a hub, write [people] into the configuration, then: kaido config apply"};
      return i;
    }
    case Condition::user_store_failed: {
      static constexpr ConditionInfo i{
          "user-store-failed", error,
          "The store of people and sessions cannot be used: nobody can log in, and sessions go on",
          "Mend what the detail names (room, permissions, the file), or restore a backup of it"};
      return i;
    }
    case Condition::user_store_newer: {
      static constexpr ConditionInfo i{
          "user-store-newer", error,
          "The store of people and sessions was written by a newer Kaido: nobody can log in",
          "Install that version again, or restore a backup that was made before the upgrade"};
      return i;
    }
    case Condition::user_store_restored: {
      static constexpr ConditionInfo i{
          "user-store-restored", warning,
          "The store of people and sessions is older than what was seen last: a restored backup",
          "Recovery and bypass codes of before count no more: make new ones where they are needed"};
      return i;
    }
    case Condition::audit_broken: {
      static constexpr ConditionInfo i{
          "audit-broken", error, "The audit was changed by somebody other than Kaido",
          "Find out who can write there; the place is shown by: kaido audit verify"};
      return i;
    }
    case Condition::otp_key_unusable: {
      static constexpr ConditionInfo i{
          "otp-key-unusable", error,
          "The key that one-time passwords are kept under cannot be used: nobody can log in",
          "Restore the key file from its backup, or give each person a new one-time password"};
      return i;
    }
    case Condition::addresses_exhausted: {
      static constexpr ConditionInfo i{
          "addresses-exhausted", error, "No address is left for another device",
          "Make the prefix in addresses of [people] larger, or remove devices"};
      return i;
    }
    case Condition::login_refused: {
      static constexpr ConditionInfo i{"login-refused", error, "The login was refused",
                                       "An admin sees why with: kaido login explain USER"};
      return i;
    }
    case Condition::invalid_argument: {
      static constexpr ConditionInfo i{"invalid-argument", error, "This cannot be used",
                                       "Correct what the detail names, and try again"};
      return i;
    }
    case Condition::already_exists: {
      static constexpr ConditionInfo i{"already-exists", error, "There is one already",
                                       "Take another name, or remove the old one first"};
      return i;
    }
    case Condition::not_found: {
      static constexpr ConditionInfo i{
          "not-found", error, "There is no such thing",
          "List what there is, such as: kaido tunnels, kaido user list"};
      return i;
    }
    case Condition::torn_down: {
      static constexpr ConditionInfo i{"torn-down", warning, "Everything was removed on request",
                                       "Bring it back: kaido config apply"};
      return i;
    }
    case Condition::internal: {
      static constexpr ConditionInfo i{"internal", error, "Kaido made a mistake",
                                       "Please report it with the output of: kaido log"};
      return i;
    }
  }
  __builtin_unreachable();
}

Severity Error::severity() const { return gravity.value_or(info(condition).severity); }

std::string Error::to_string() const {
  const auto& entry = info(condition);
  std::string text(entry.cause);
  if (!detail.empty()) text.append(": ").append(detail);
  return text.append(". ").append(entry.remedy);
}

}  // namespace kaido
