#include "engine/messages.hpp"

#include <array>

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
    MessageInfo{"PATH_REPAIRED", 5},      // its tunnel was rekeyed or built anew; by which attempt
    MessageInfo{"CLAIM_REFUSED", 4},      // it came from a source that is not the site's
    MessageInfo{"CONDITION_RAISED", 4},   // a trouble with a name; with its remedy
    MessageInfo{"CONDITION_CLEARED", 5},  // it is over
    MessageInfo{"KERNEL_CHANGED", 6},     // a link, address, rule, nexthop, route or setting
    MessageInfo{"KERNEL_REFUSED", 3},     // such a change failed; it is tried again
    MessageInfo{"WIREGUARD_CHANGED", 6},  // peers or keys were written
    MessageInfo{"FIREWALL_REPLACED", 6},  // table inet kaido was loaded
    MessageInfo{"CHARON_UP", 5},          // the connection to charon stands
    MessageInfo{"CHARON_DOWN", 4},        // it is gone; it is tried again
    MessageInfo{"IKE_LOADED", 6},         // connections were loaded or unloaded
    MessageInfo{"IKE_REFUSED", 3},        // charon refused one
    MessageInfo{"TORN_DOWN", 5},          // everything Kaido made was removed
};

}  // namespace

const MessageInfo& info(Message message) { return kMessages.at(static_cast<std::size_t>(message)); }

}  // namespace kaido
