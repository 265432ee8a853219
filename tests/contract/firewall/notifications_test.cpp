// What nf_tables' notifications say, and what is made of broken ones.
#include "adapters/nftables/notifications.hpp"

#include <gtest/gtest.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <cstring>
#include <string>
#include <vector>

#include "wire/netlink/frames.hpp"

namespace kaido::nftables {
namespace {

using Datagram = std::vector<std::uint8_t>;

Datagram message(int kind, const std::string& table) {
  Datagram bytes(256);
  auto* header = mnl_nlmsg_put_header(bytes.data());
  header->nlmsg_type = static_cast<std::uint16_t>((NFNL_SUBSYS_NFTABLES << 8) | kind);
  mnl_nlmsg_put_extra_header(header, sizeof(nfgenmsg));
  if (!table.empty()) mnl_attr_put_strz(header, NFTA_TABLE_NAME, table.c_str());
  bytes.resize(header->nlmsg_len);
  return bytes;
}

Datagram operator+(Datagram a, const Datagram& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// Of all messages of a datagram.
Firewall::Changed what_changed(const Datagram& datagram) {
  Firewall::Changed changed;
  netlink::for_each_message(datagram, [&](const nlmsghdr& header, netlink::Bytes payload) {
    const auto one = nftables::what_changed(header.nlmsg_type, payload);
    changed.ours |= one.ours;
    changed.others |= one.others;
    return true;
  });
  return changed;
}

TEST(Notifications, OfATableNamedKaidoCount) {
  EXPECT_TRUE(what_changed(message(NFT_MSG_DELTABLE, "kaido")).ours);
  EXPECT_TRUE(what_changed(message(NFT_MSG_DELRULE, "kaido")).ours);
  EXPECT_TRUE(
      what_changed(message(NFT_MSG_NEWRULE, "other") + message(NFT_MSG_NEWSET, "kaido")).ours);
}

TEST(Notifications, OfOtherTablesDoNot) {
  EXPECT_FALSE(what_changed(message(NFT_MSG_DELTABLE, "kaido2")).ours);
  EXPECT_FALSE(what_changed(message(NFT_MSG_DELTABLE, "kaid")).ours);
  EXPECT_FALSE(what_changed(message(NFT_MSG_NEWRULE, "other") + message(NFT_MSG_NEWGEN, "")).ours);
  EXPECT_FALSE(what_changed({}).ours);
}

TEST(Notifications, WithoutATableAreTakenSeriously) {
  EXPECT_TRUE(what_changed(message(NFT_MSG_NEWRULE, "")).ours);
}

TEST(Notifications, CutShortOrWithWrongLengthsAreSurvived) {
  const auto whole = message(NFT_MSG_NEWRULE, "other") + message(NFT_MSG_NEWSET, "kaido");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Datagram cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(what_changed(cut).ours);
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto wrong = whole;
    wrong.at(at) ^= 0xff;
    (void)what_changed(wrong);
  }
}

}  // namespace
}  // namespace kaido::nftables
