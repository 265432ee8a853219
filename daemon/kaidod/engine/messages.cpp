#include "engine/messages.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <utility>

#include "core/failover/choice.hpp"
#include "core/failover/figures.hpp"
#include "core/failover/outlook.hpp"
#include "core/tunnels/machine.hpp"
#include "kaido/stamp.hpp"

namespace kaido {
namespace {

// In the order of the enumeration.
constexpr std::array kMessages{
    MessageInfo{"STARTED", 5},                // kaidod runs; what it found was adopted
    MessageInfo{"STOPPED", 5},                // it ends; tunnels, routes and firewall stay
    MessageInfo{"CONFIGURATION_APPLIED", 5},  // with the differences
    MessageInfo{"CONFIGURATION_REFUSED", 3},  // with the mistakes; the old one is in force
    MessageInfo{"TUNNEL_UP", 5},              // it carries traffic
    MessageInfo{"TUNNEL_LOST", 4},            // it was up; with the reason
    MessageInfo{"TUNNEL_TRYING", 7},          // an attempt begins
    MessageInfo{"TUNNEL_FAILED", 4},          // an attempt failed; with the reason
    MessageInfo{"TUNNEL_WAITING", 6},         // for an uplink or for charon
    MessageInfo{"TUNNEL_DISABLED", 5},        // by the admin
    MessageInfo{"TUNNEL_LISTENING", 6},       // a hub waits for its site
    MessageInfo{"TUNNELS_CHANGED", 6},        // very many at once: how many
    MessageInfo{"NETWORK_MOVED", 5},          // another tunnel carries a site or a hub's addresses
    MessageInfo{"NETWORK_UNREACHABLE", 3},    // none does
    MessageInfo{"NETWORK_SWITCHED", 5},       // one carries a site's network: by which rule, why
    MessageInfo{"PATH_CHANGED", 5},           // a path's health or trouble; with the figures
    MessageInfo{"PATH_REPAIRED", 5},  // its tunnel was rekeyed or built anew; by which attempt
    MessageInfo{"CLAIM_REFUSED", 4},  // a site's claim came from a source that is not the site's,
                                      // or without the seal of the slot's WireGuard key; once a
                                      // minute
    MessageInfo{"CLAIM_OUTDONE", 6},  // a site's claim that is older than the one in force, or
                                      // as old and another; it changes nothing
    MessageInfo{"SITE_SILENT", 6},    // nobody hears a site any more; with its claim
    MessageInfo{"CONDITION_RAISED", 4},   // a trouble with a name; with its remedy
    MessageInfo{"CONDITION_CLEARED", 5},  // it is over
    MessageInfo{"KERNEL_CHANGED", 6},     // a link, address, rule, nexthop, route or setting
    MessageInfo{"KERNEL_REFUSED", 3},     // such a change failed; it is tried again
    MessageInfo{"WIREGUARD_CHANGED", 6},  // peers or keys were written
    MessageInfo{"FIREWALL_REPLACED", 6},  // table inet kaido was loaded
    MessageInfo{"FIREWALL_CHANGED", 6},   // elements of its sets were removed or added
    MessageInfo{"CHARON_UP", 5},          // the connection to charon stands
    MessageInfo{"CHARON_DOWN", 4},        // it is gone; it is tried again
    MessageInfo{"IKE_LOADED", 6},         // connections were loaded or unloaded
    MessageInfo{"IKE_REFUSED", 3},        // charon refused one
    MessageInfo{"TORN_DOWN", 5},          // everything Kaido made was removed
    MessageInfo{"SESSIONS_ENDED", 6},     // people's sessions ran out, and their devices are gone
};

double ms(Duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

}  // namespace

const MessageInfo& info(Message message) { return kMessages.at(static_cast<std::size_t>(message)); }

std::string describe(const PathFigures& path) {
  if (path.health == Health::unusable) return "its tunnel is down";
  if (!path.measured) return "its tunnel is up";
  if (path.health == Health::down || path.health == Health::suspect)
    return fmt::format("no answer for {:.0f} ms (limit {:.0f} ms)", ms(path.silence),
                       ms(path.limit));
  return fmt::format("{:.1f} ms, {:.1f} % lost, {} bytes pass, cost {:.0f}", ms(path.round_trip),
                     100 * path.loss, path.size, path.cost);
}

std::string describe(const PathChoice& choice) {
  // A kaidod before this one had the figures.
  if (choice.rule == ChoiceRule::adopted) return choice.after ? choice.after->name : "";
  std::string text;
  for (const auto& path : {choice.before, choice.after})
    if (path) text += (text.empty() ? "" : "; ") + path->name + ": " + describe(*path);
  return text;
}

std::string describe_size(const std::string& path, const PassingSize& passing) {
  if (passing.size == 0) return path;
  return fmt::format("{}, {} bytes pass{}", path, passing.size,
                     passing.fragments ? ", larger ones in fragments" : "");
}

std::string describe(Repair how) {
  switch (how) {
    case Repair::rekey:
      return "rekeying";
    case Repair::anew:
      return "making it anew";
    case Repair::encapsulation:
      return "making it anew in the other encapsulation: ESP in UDP, or bare";
  }
  std::unreachable();
}

std::string describe(const stamp::Claim& claim) {
  const auto transport = static_cast<Transport>(claim.transport - 1);
  return fmt::format(
      "claim {}.{} {}{}", claim.epoch, claim.generation,
      claim.slot == 0 || claim.transport == 0
          ? std::string("of no path")
          : fmt::format("by slot {}, {}", claim.slot, to_string(transport)),
      claim.outranks ? ", ahead of a hub that was left and has not heard of it" : "");
}

std::string describe(const Outlook& outlook, const std::string& network) {
  if (outlook.used.empty()) return "the first path that is proved will be used";
  if (outlook.pinned)
    return fmt::format("{} was asked for: it stays until it fails or `kaido switch {}`",
                       outlook.used, network);
  const auto silence = outlook.measured
                           ? fmt::format("after {:.0f} ms of silence", ms(outlook.limit))
                           : std::string("when its tunnel goes");
  if (!outlook.next.empty())
    return fmt::format("{} will be used in {} s if it stays good; {} is left at once {}",
                       outlook.next, outlook.wait.count(), outlook.used, silence);
  return fmt::format(
      "{} is left {}, when it is outside the limits and another is inside, or when another is "
      "cheaper by {:.0f} for long enough",
      outlook.used, silence, outlook.margin);
}

}  // namespace kaido
