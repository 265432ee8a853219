// What nf_tables' notifications say, and what is made of broken ones.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <cstring>
#include <string>
#include <vector>

#include "adapters/nftables/transactions.hpp"

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

/// The end of a transaction.
Datagram end(std::uint32_t generation) {
  Datagram bytes(256);
  auto* header = mnl_nlmsg_put_header(bytes.data());
  header->nlmsg_type = static_cast<std::uint16_t>((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWGEN);
  mnl_nlmsg_put_extra_header(header, sizeof(nfgenmsg));
  mnl_attr_put_u32(header, NFTA_GEN_ID, htonl(generation));
  bytes.resize(header->nlmsg_len);
  return bytes;
}

/// What others changed by these messages, in one transaction.
Firewall::Changed what_changed(const Datagram& messages) {
  return Transactions().read(messages + end(7));
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
  EXPECT_FALSE(what_changed(message(NFT_MSG_NEWRULE, "other")).ours);
  EXPECT_FALSE(what_changed({}).ours);
}

TEST(Notifications, WithoutATableAreTakenSeriously) {
  EXPECT_TRUE(what_changed(message(NFT_MSG_NEWRULE, "")).ours);
}

TEST(Notifications, CutShortOrWithWrongLengthsAreSurvived) {
  const auto whole = message(NFT_MSG_NEWRULE, "other") + message(NFT_MSG_NEWSET, "kaido");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Datagram cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(Transactions().read(cut).ours);
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto wrong = whole;
    wrong.at(at) ^= 0xff;
    (void)Transactions().read(wrong);
  }
}

TEST(Notifications, OfOurOwnTransactionsAreNoNews) {
  Transactions transactions;
  transactions.own(7);
  const auto changed = message(NFT_MSG_NEWSETELEM, "kaido");
  EXPECT_FALSE(transactions.read(changed + end(7)).ours);
  EXPECT_TRUE(transactions.read(changed + end(8)).ours);
  EXPECT_TRUE(transactions.read(changed + end(7)).ours) << "it was read already";
}

TEST(Notifications, OfOthersBesideOurOwnAreTold) {
  Transactions transactions;
  transactions.own(8);
  const auto ours = message(NFT_MSG_NEWSETELEM, "kaido") + end(8);
  EXPECT_TRUE(transactions.read(message(NFT_MSG_DELRULE, "kaido") + end(7) + ours).ours);
  transactions.own(10);
  const auto changed = transactions.read(message(NFT_MSG_NEWSETELEM, "kaido") + end(10) +
                                         message(NFT_MSG_NEWRULE, "other") + end(11));
  EXPECT_FALSE(changed.ours);
  EXPECT_TRUE(changed.others);
}

TEST(Notifications, OfATransactionCountWhenItsGenerationIsKnown) {
  Transactions transactions;
  transactions.own(7);
  EXPECT_FALSE(transactions.read(message(NFT_MSG_NEWRULE, "kaido")).ours);
  EXPECT_FALSE(transactions.read(end(7)).ours);
  EXPECT_FALSE(transactions.read(message(NFT_MSG_NEWRULE, "kaido")).ours);
  EXPECT_TRUE(transactions.read(end(8)).ours);
}

TEST(Notifications, OfAGenerationThatIsNotToldCountAsOfOthers) {
  EXPECT_TRUE(
      Transactions().read(message(NFT_MSG_NEWRULE, "kaido") + message(NFT_MSG_NEWGEN, "")).ours);
}

}  // namespace
}  // namespace kaido::nftables
