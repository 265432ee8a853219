// Every message of kaidod's log: identifier, priority and meaning, in one place; and the sentences
// that explain a choice.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kaido {
namespace stamp {
struct Claim;
}

struct PathChoice;
struct Outlook;
struct PathFigures;
struct PassingSize;
enum class Repair : std::uint8_t;

enum class Message : std::uint8_t {
  started,
  stopped,
  configuration_applied,
  configuration_refused,
  tunnel_up,
  tunnel_lost,
  tunnel_trying,
  tunnel_failed,
  tunnel_waiting,
  tunnel_disabled,
  tunnel_listening,
  tunnels_changed,
  network_moved,
  network_unreachable,
  network_switched,
  path_changed,
  path_repaired,
  claim_refused,
  claim_outdone,
  site_silent,
  condition_raised,
  condition_cleared,
  kernel_changed,
  kernel_refused,
  wireguard_changed,
  firewall_replaced,
  firewall_changed,
  charon_up,
  charon_down,
  ike_loaded,
  ike_refused,
  torn_down,
  sessions_ended,
};

struct MessageInfo {
  std::string_view id;    ///< stable: KAIDO_MESSAGE in the journal
  std::uint8_t priority;  ///< syslog's: 3 error, 4 warning, 5 notice, 6 info, 7 debug
};

[[nodiscard]] const MessageInfo& info(Message message);

/// "8.3 ms, 0.4 % lost, 1418 bytes pass, cost 12", or what is known instead.
[[nodiscard]] std::string describe(const PathFigures& path);
/// Why a network went where it is: the figures of both paths.
[[nodiscard]] std::string describe(const PathChoice& choice);
/// What of a path passes: "tokyo/a:isp1/wireguard, 1208 bytes pass, larger ones in fragments".
[[nodiscard]] std::string describe_size(const std::string& path, const PassingSize& passing);
/// What is tried to repair a dead path.
[[nodiscard]] std::string describe(Repair how);
/// A site's claim: "claim 1764127160.3 by slot 1, ikev2".
[[nodiscard]] std::string describe(const stamp::Claim& claim);
/// What would change that, for `kaido paths --why`.
[[nodiscard]] std::string describe(const Outlook& outlook, const std::string& network);

}  // namespace kaido
