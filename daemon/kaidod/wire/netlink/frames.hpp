// A datagram of netlink messages, and the kernel's refusals in it. Pure: no length is believed.
#pragma once

#include <string>
#include <string_view>

#include "kaido/error.hpp"
#include "wire/netlink/attributes.hpp"

namespace kaido::netlink {

/// Why the kernel, or the socket itself, said no.
struct Refusal {
  int code = 0;        ///< errno
  bool local = false;  ///< the socket failed or nobody answered; the kernel refused nothing
  std::string text;    ///< the kernel's own words (extended ack); may be empty

  /// permission_denied, kernel_unreachable or kernel_refused, with `what` was tried.
  [[nodiscard]] Error to_error(std::string_view what) const;
};

/// The content of NLMSG_ERROR; code 0 is an acknowledgement.
[[nodiscard]] Refusal parse_error(const nlmsghdr& header, Bytes payload);

/// Calls `each(header, payload)` for every whole message of a datagram, until it returns false.
template <typename Each>
void for_each_message(Bytes datagram, Each each) {
  while (const auto header = value_at_start<nlmsghdr>(datagram)) {
    if (header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > datagram.size()) return;
    if (!each(*header, datagram.first(header->nlmsg_len).subspan(sizeof(nlmsghdr)))) return;
    const std::size_t step = NLMSG_ALIGN(std::size_t{header->nlmsg_len});
    if (step >= datagram.size()) return;
    datagram = datagram.subspan(step);
  }
}

}  // namespace kaido::netlink
