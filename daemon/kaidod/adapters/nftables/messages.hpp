// Requests to nf_tables, and what it answers (linux/netfilter/nf_tables.h). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/nftables/elements.hpp"
#include "ports/firewall.hpp"

namespace kaido::nftables {

using Datagram = std::vector<std::uint8_t>;

/// The number of the first message of a request; the others count on from here.
inline constexpr std::uint32_t kFirstNumber = 1;

[[nodiscard]] Datagram generation_request();
/// All elements of a set of `inet kaido`.
[[nodiscard]] Datagram elements_request(const std::string& set);

/// One transaction on `inet kaido`: all that is removed, then all that is added.
struct Batch {
  Datagram bytes;
  std::size_t acknowledged = 0;  ///< messages that the kernel answers when all is done
};
/// The kernel refuses it with ERESTART where `generation` is not the newest any more.
[[nodiscard]] Batch change_batch(const std::vector<SetChange>& changes,
                                 Firewall::Generation generation);

/// What one datagram of an answer says.
struct Answered {
  std::optional<Firewall::Generation> generation;
  std::vector<KernelElement> elements;
  std::size_t acknowledged = 0;
  int error = 0;             ///< errno of the first that was refused; EBADMSG: it makes no sense
  bool done = false;         ///< the last of a list
  bool interrupted = false;  ///< the list changed while it was read
};
[[nodiscard]] Answered parse(std::span<const std::uint8_t> datagram);

/// The generation that NFT_MSG_NEWGEN announces; nullopt: it is no such message.
[[nodiscard]] std::optional<Firewall::Generation> announced(std::span<const std::uint8_t> message);

}  // namespace kaido::nftables
