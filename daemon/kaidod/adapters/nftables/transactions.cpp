#include "adapters/nftables/transactions.hpp"

#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "adapters/nftables/messages.hpp"

namespace kaido::nftables {
namespace {

constexpr std::string_view kTable = "kaido";

// The table's name is attribute 1 of every kind of message.
static_assert(NFTA_TABLE_NAME == 1 && NFTA_CHAIN_TABLE == 1 && NFTA_RULE_TABLE == 1 &&
              NFTA_SET_TABLE == 1 && NFTA_SET_ELEM_LIST_TABLE == 1 && NFTA_OBJ_TABLE == 1 &&
              NFTA_FLOWTABLE_TABLE == 1);

bool names_kaido(const nlmsghdr& message) {
  if (NFNL_SUBSYS_ID(message.nlmsg_type) != NFNL_SUBSYS_NFTABLES) return false;
  if (message.nlmsg_len < MNL_NLMSG_HDRLEN + MNL_ALIGN(sizeof(nfgenmsg))) return true;
  const auto* attribute =
      static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(&message, sizeof(nfgenmsg)));
  const auto* end = static_cast<const char*>(mnl_nlmsg_get_payload_tail(&message));
  for (; mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute)));
       attribute = mnl_attr_next(attribute)) {
    if (mnl_attr_get_type(attribute) != NFTA_TABLE_NAME) continue;
    const auto* text = static_cast<const char*>(mnl_attr_get_payload(attribute));
    const std::size_t room = mnl_attr_get_payload_len(attribute);
    return std::string_view(text, strnlen(text, room)) == kTable;
  }
  return true;
}

constexpr Firewall::Changed kAll{.ours = true, .others = true};

}  // namespace

void Transactions::own(Firewall::Generation generation) {
  constexpr std::size_t kMost = 64;  // nobody reads
  if (own_.size() == kMost) own_.erase(own_.begin());
  own_.push_back(generation);
}

/// Those before it were lost: nothing comes of them any more.
bool Transactions::is_own(Firewall::Generation generation) {
  const bool own = std::ranges::find(own_, generation) != own_.end();
  std::erase_if(own_, [&](Firewall::Generation other) {
    return static_cast<std::int32_t>(other - generation) <= 0;
  });
  return own;
}

Firewall::Changed Transactions::read(std::span<const std::uint8_t> datagram) {
  Firewall::Changed changed;
  const auto* message = reinterpret_cast<const nlmsghdr*>(datagram.data());
  int left = static_cast<int>(datagram.size());
  while (mnl_nlmsg_ok(message, left)) {
    // A length past INT_MAX is fine to libmnl.
    if (message->nlmsg_len > static_cast<unsigned>(left)) return kAll;
    if (message->nlmsg_type == (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN)) {
      const auto done = std::exchange(unfinished_, {});
      const auto generation =
          announced({reinterpret_cast<const std::uint8_t*>(message), message->nlmsg_len});
      if (!generation || !is_own(*generation)) {
        changed.ours |= done.ours;
        changed.others |= done.others;
      }
    } else {
      (names_kaido(*message) ? unfinished_.ours : unfinished_.others) = true;
    }
    message = mnl_nlmsg_next(message, &left);
  }
  return changed;
}

}  // namespace kaido::nftables
