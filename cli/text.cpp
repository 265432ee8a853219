#include "text.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>

#include "core/role.hpp"
#include "output/terminal.hpp"

namespace kaido::cli::text {
namespace {

std::string count_of(std::size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace

const char* const heading_uplinks = "Uplinks";
const char* const heading_networks = "Networks";
const char* const heading_sites = "Sites";
const char* const heading_tunnels = "Tunnels";
const char* const not_reachable = "not reachable";
const char* const in_use = "in use";

std::string gateway(const StatusReport& status) {
  return fmt::format("{} {}, kaidod {}, running for {}", status.role, status.number, status.version,
                     duration(status.uptime));
}
std::string everything_works(std::size_t up, std::size_t tunnels, std::size_t disabled_ones) {
  if (tunnels == 0) return "Everything works; no tunnels are configured.";
  auto line = "Everything works: " + up_of(up, tunnels);
  if (disabled_ones > 0) line += ", " + disabled(disabled_ones);
  return line + ".";
}
std::string no_troubles(std::size_t up, std::size_t tunnels) {
  return fmt::format("No trouble is known: {}.", up_of(up, tunnels));
}
std::string works_with_warnings(std::size_t warnings) {
  return fmt::format("It works, but {} attention:",
                     count_of(warnings, "thing needs", "things need"));
}
std::string does_not_work(std::size_t errors, std::size_t warnings) {
  auto line = count_of(errors, "thing does not work", "things do not work");
  if (warnings > 0) line += ", " + count_of(warnings, "needs attention", "need attention");
  return line + ':';
}
std::string up_of(std::size_t up, std::size_t all) {
  return fmt::format("{} of {} up", up, count_of(all, "tunnel", "tunnels"));
}
std::string disabled(std::size_t count) { return fmt::format("{} disabled", count); }
std::string via(const std::string& tunnel) { return "via " + tunnel; }
std::string gateways(const std::vector<std::string>& addresses) {
  std::string text;
  bool by_device = false;
  for (const auto& address : addresses) {
    if (address == "0.0.0.0" || address == "::") {  // see org.kaido.Gateway1.xml
      by_device = true;
    } else {
      text += (text.empty() ? "gateway " : ", ") + address;
    }
  }
  if (by_device) text += text.empty() ? "by the device" : ", by the device";
  return text;
}
std::string for_a_time(std::int64_t seconds) { return "for " + duration(seconds); }
std::string more(std::size_t count) { return fmt::format("… and {} more", count); }
std::string more_fine(std::size_t count) { return fmt::format("… and {} more, all fine", count); }
std::string remedy(const std::string& sentence) { return "→ " + sentence; }

const char* const no_tunnels = "There are no tunnels.\n";
const char* const column_tunnel = "TUNNEL";
const char* const column_state = "STATE";
const char* const column_since = "FOR";
const char* const column_device = "DEVICE";
const char* const column_remote = "PEER";
const char* const column_received = "IN";
const char* const column_sent = "OUT";
const char* const column_use = "USED FOR / WHY NOT";
const char* const label_state = "State";
const char* const label_why = "Why";
const char* const label_last_failure = "Last failure";
const char* const label_remedy = "What to do";
const char* const label_attempts = "Attempts";
const char* const label_peer = "Peer";
const char* const label_slot = "Slot";
const char* const label_outer = "Outer addresses";
const char* const label_inner = "Inner addresses";
const char* const label_cipher = "Cipher";
const char* const label_traffic = "Traffic";
const char* const label_handshake = "Last handshake";
const char* const label_key = "Own public key";
const char* const label_use = "Used for";
const char* const never = "never";

std::string state(const std::string& state) {
  if (state == "no-address") return "no address";
  if (state == "enslaved") return "part of another";
  if (state == "no-gateway") return "no gateway";
  return state;
}
std::string peer(const TunnelReport& tunnel) {
  return tunnel.endpoint.empty() ? tunnel.peer
                                 : fmt::format("{}, endpoint {}", tunnel.peer, tunnel.endpoint);
}
std::string slot(const TunnelReport& tunnel) {
  const auto uplink = tunnel.uplink.empty() ? std::string() : ", uplink " + tunnel.uplink;
  return fmt::format("{}{}, device {}", tunnel.slot, uplink, tunnel.device);
}
std::string attempts(const TunnelReport& tunnel) {
  auto line = count_of(tunnel.failures, "failure in a row", "failures in a row");
  if (tunnel.next_attempt == 0) line += ", next attempt now";
  if (tunnel.next_attempt > 0) line += ", next attempt in " + duration(tunnel.next_attempt);
  return line;
}
std::string traffic(std::uint64_t received, std::uint64_t sent) {
  return fmt::format("{} in, {} out", bytes(received), bytes(sent));
}
std::string ends(const std::string& own, const std::string& other) {
  return other.empty() ? own : fmt::format("{} to {}", own.empty() ? "?" : own, other);
}
std::string ago(std::int64_t seconds) { return duration(seconds) + " ago"; }
std::string no_such_tunnel(const std::string& name) {
  return fmt::format("no tunnel's name is {0} or begins with it", name);
}

std::string enabled(const std::string& name, std::size_t count, bool up) {
  return up ? fmt::format("{}; see: kaido tunnels {} --watch\n",
                          count_of(count, "tunnel runs again", "tunnels run again"), name)
            : fmt::format("{} until you say: kaido up {}\n",
                          count_of(count, "tunnel is down", "tunnels are down"), name);
}
const char* const mistake = "mistake: ";
/// What a hub lets through, where the file leaves that to a default.
std::string what_passes(const Model& model) {
  std::string text;
  for (const auto& network : model.networks)
    if (network.devices.empty())
      text += fmt::format(
          "network {}: what speaks as it is taken from the device by which this hub's own route "
          "leads to the sender; `devices` names it\n",
          network.name);
  const auto in_group = [](const Site& site) { return !site.groups.empty(); };
  if (model.sites.size() > 1 && std::ranges::none_of(model.sites, in_group))
    text += "sites: may not speak with each other; `groups` lets them\n";
  return text;
}
std::string config_right(const std::string& file, const Model& model) {
  const auto text =
      fmt::format("{} is right: {} {}, ", file, to_string(model.gateway.role), model.gateway.name);
  const auto networks =
      fmt::format(", {}\n", count_of(model.networks.size(), "network", "networks"));
  return by_role(
      model,
      [&] {
        return text + count_of(model.uplinks.size(), "uplink", "uplinks") + ", " +
               count_of(model.hubs.size(), "hub", "hubs") + ", " +
               count_of(model.slots.size(), "slot", "slots") + networks;
      },
      [&] {
        return text + count_of(model.endpoints.size(), "endpoint", "endpoints") + ", " +
               count_of(model.sites.size(), "site", "sites") + networks + what_passes(model);
      });
}
std::string config_wrong(std::size_t mistakes) {
  return count_of(mistakes, "mistake", "mistakes") + "; nothing was changed\n";
}
std::string cannot_read(const std::string& file, const std::string& why) {
  return fmt::format("cannot read {}: {}", file, why);
}
std::string no_such_hub(const std::string& name, const Model& model) {
  std::string names;
  for (const auto& hub : model.hubs) names.append(names.empty() ? "" : ", ") += hub.name;
  return names.empty() ? fmt::format("there is no hub {}: this gateway enters none", name)
                       : fmt::format("there is no hub {}; the hubs are: {}", name, names);
}
std::string key_missing(std::uint32_t slot) {
  return fmt::format("slot {} has no WireGuard key yet; kaidod makes it when it starts", slot);
}
const char* const would_change = "Applying it would change:\n";
const char* const no_differences = "Nothing differs from what runs.\n";
const char* const nothing_changed = "Applied; nothing had changed.\n";
std::string changed(std::size_t count) {
  return "Applied " + count_of(count, "change:", "changes:") + '\n';
}
const char* const ask_teardown =
    "This removes every tunnel and route of Kaido, and the traffic in them stops.\n"
    "Remove them? [y/N] ";
const char* const yes_letters = "yY";
const char* const needs_yes = "there is no terminal to ask on; say --yes";
const char* const not_torn_down = "Nothing was removed.\n";
const char* const nothing_removed = "There was nothing to remove.\n";
const char* const removed = "Removed:\n";
std::string teardown_without_daemon() { return "kaidod does not answer; removing without it\n"; }
std::string ended(int status) {
  return WIFSIGNALED(status) ? fmt::format("it was ended by signal {}", WTERMSIG(status))
                             : fmt::format("it ended with status {}", WEXITSTATUS(status));
}

std::string cannot_run(const std::string& what, const std::string& why) {
  return fmt::format("cannot run {}: {}", what, why);
}
std::string versions(const std::string& own, const std::string& daemon) {
  return fmt::format("kaido   {}\nkaidod  {}\n", own, daemon.empty() ? "does not answer" : daemon);
}

const char* priority(std::uint8_t priority) {
  switch (priority) {
    case 0:
    case 1:
    case 2:
    case 3:
      return "error";
    case 4:
      return "warning";
    case 5:
      return "notice";
    case 6:
      return "info";
    default:
      return "debug";
  }
}
const char* const no_messages = "There are no messages.\n";

const char* const failure = "kaido: ";
const char* const warning = "warning: ";
const char* const unreachable = "kaidod does not answer";
const char* const unreachable_remedy =
    "Start it: systemctl start kaidod; see why it stopped: journalctl -u kaidod";
const char* const as_root = "Run it as root";
const char* const watching_again = "Waiting for it to come back…";
std::string broken(const char* what) { return fmt::format("kaido: {}\n", what); }

}  // namespace kaido::cli::text
