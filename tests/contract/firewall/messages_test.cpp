// Elements as nf_tables has them, and what is made of its answers, broken ones too.
#include "adapters/nftables/messages.hpp"

#include <gtest/gtest.h>
#include <libmnl/libmnl.h>

#include <cerrno>
#include <string>
#include <vector>

namespace kaido::nftables {
namespace {

FirewallElement element(const char* prefix, const char* device = "") {
  return {.device = device, .prefix = Prefix::parse(prefix).value()};
}

TEST(Elements, OfAddressesAreABeginningAndAnEnd) {
  const auto made = to_kernel({element("10.1.255.0/24")});
  ASSERT_EQ(made.size(), 2U);
  EXPECT_EQ(made[0], (KernelElement{.key = {"\x0a\x01\xff\x00", 4}}));
  EXPECT_EQ(made[1], (KernelElement{.key = {"\x0a\x02\x00\x00", 4}, .end = true}));
}

TEST(Elements, UpToTheLastAddressHaveNoEnd) {
  EXPECT_EQ(to_kernel({element("255.0.0.0/8")}),
            (std::vector<KernelElement>{{.key = {"\xff\x00\x00\x00", 4}, .open = true}}));
  EXPECT_EQ(to_kernel({element("::/0")}),
            (std::vector<KernelElement>{{.key = std::string(16, '\0'), .open = true}}));
}

TEST(Elements, OfADeviceAreOne) {
  const auto made = to_kernel({element("10.1.0.0/16", "kd-ike1")});
  ASSERT_EQ(made.size(), 1U);
  const auto name = "kd-ike1" + std::string(9, '\0');
  EXPECT_EQ(made[0].key, name + std::string("\x0a\x01\x00\x00", 4));
  EXPECT_EQ(made[0].last, name + std::string("\x0a\x01\xff\xff", 4));
}

TEST(Elements, AreTheSameInAnyOrderAndWithNftsFirstEnd) {
  const std::vector wanted{element("10.0.0.0/16"), element("10.1.0.0/16")};
  auto observed = to_kernel({wanted[1], wanted[0]});
  observed.push_back({.key = std::string(4, '\0'), .end = true});
  EXPECT_TRUE(same_elements(wanted, observed));
  observed.pop_back();
  observed.pop_back();
  EXPECT_FALSE(same_elements(wanted, observed)) << "an interval without its end";
  EXPECT_FALSE(same_elements({wanted[0]}, to_kernel(wanted)));
  EXPECT_TRUE(same_elements({}, {}));
}

/// A list of elements has the shape in which they are added.
Datagram answer_with(const std::vector<FirewallElement>& elements) {
  const auto batch = change_batch({{.set = "a", .removed = {}, .added = elements}}, 1);
  const auto begin = reinterpret_cast<const nlmsghdr*>(batch.bytes.data())->nlmsg_len;
  const auto* message = reinterpret_cast<const nlmsghdr*>(batch.bytes.data() + begin);
  const auto from = batch.bytes.begin() + static_cast<std::ptrdiff_t>(begin);
  return {from, from + static_cast<std::ptrdiff_t>(message->nlmsg_len)};
}

TEST(Answers, GiveTheElementsOfASet) {
  const std::vector elements{element("10.0.0.0/16"), element("fd00::/8"),
                             element("10.0.0.0/8", "eth0")};
  const auto answer = parse(answer_with(elements));
  EXPECT_EQ(answer.error, 0);
  EXPECT_EQ(answer.elements, to_kernel(elements));
}

TEST(Answers, CutShortOrWithWrongLengthsAreSurvived) {
  const auto whole = answer_with({element("10.0.0.0/16"), element("10.0.0.0/8", "eth0")});
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const Datagram cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(parse(cut).error, EBADMSG);
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto wrong = whole;
    wrong.at(at) ^= 0xff;
    EXPECT_LE(parse(wrong).elements.size(), whole.size());
  }
}

TEST(Batches, RemoveBeforeTheyAddAndAskForAnAnswerToEach) {
  std::vector<FirewallElement> many;
  for (int i = 0; i < 200; ++i)
    many.push_back(element(("10.0." + std::to_string(i) + ".0/24").c_str()));
  const auto batch = change_batch(
      {{.set = "a", .removed = {}, .added = {many[0]}}, {.set = "b", .removed = many, .added = {}}},
      1);
  EXPECT_EQ(batch.acknowledged, 3U);
  const auto* message = reinterpret_cast<const nlmsghdr*>(batch.bytes.data());
  auto left = static_cast<int>(batch.bytes.size());
  std::vector<bool> adds;
  for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
    if ((message->nlmsg_flags & NLM_F_ACK) != 0)
      adds.push_back((message->nlmsg_flags & NLM_F_CREATE) != 0);
  EXPECT_EQ(left, 0);
  EXPECT_EQ(adds, (std::vector{false, false, true}));
}

}  // namespace
}  // namespace kaido::nftables
