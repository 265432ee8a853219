// What the kernel's nftables alone shows.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <set>
#include <thread>

#include "firewall_world.hpp"

namespace kaido {
namespace {

using namespace test;

/// What a command prints, its lines sorted.
std::multiset<std::string> lines_of(const std::string& command) {
  std::multiset<std::string> lines;
  FILE* output = popen(command.c_str(), "r");
  std::array<char, 1024> line{};
  while (std::fgets(line.data(), line.size(), output) != nullptr) lines.insert(line.data());
  pclose(output);
  return lines;
}

TEST(NfTables, WhatIsChangedInPlaceIsWhatWouldBeMadeAnew) {
  if (without_kernel()) GTEST_SKIP() << "the kernel's alone";
  const KernelWorld world;
  const auto table = [] { return lines_of("nft -s list table inet kaido | grep -v comment"); };
  const auto handle = [] { return lines_of("nft -a list table inet kaido | head -n 1"); };
  nftables::NfTables changing;
  ASSERT_TRUE(changing.replace(kTable));
  for (const auto* wanted : {&kFullTable, &kOtherTable, &kFullTable, &kTable}) {
    const auto before = handle();
    ASSERT_TRUE(changing.replace(*wanted));
    EXPECT_EQ(handle(), before) << "the table is the same one";
    const auto changed = table();
    EXPECT_FALSE(changed.empty());
    nftables::NfTables another;  // which knows of nothing
    ASSERT_TRUE(another.replace(*wanted));
    EXPECT_NE(handle(), before);
    EXPECT_EQ(table(), changed);
    EXPECT_EQ(changing.holds(*wanted), true);
  }
}

TEST(NfTables, NftListsElementsThatWereAddedAsThoseThatItLoads) {
  if (without_kernel()) GTEST_SKIP() << "the kernel's alone";
  const KernelWorld world;
  const auto listed = [] { return lines_of("nft -s list table inet kaido | grep -v comment"); };
  const auto prefix = [](const char* text) { return Prefix::parse(text).value(); };
  nftables::NfTables firewall;
  ASSERT_TRUE(firewall.replace(kCountingTable));
  const std::vector<SetChange> changes{
      {.set = "a4",
       .removed = {},
       .added = {{"", prefix("10.3.0.1/32")}, {"", prefix("255.0.0.0/8")}}},
      {.set = "a6", .removed = {{"", prefix("fd01::/64")}}, .added = {{"", prefix("::/0")}}},
      {.set = "d4", .removed = {}, .added = {{"kd-ike1", prefix("10.2.0.0/24")}}}};
  ASSERT_TRUE(firewall.change(changes));
  const auto changed = listed();
  auto table = kCountingTable;
  apply(table, changes);
  nftables::NfTables another;
  ASSERT_TRUE(another.replace(table));
  EXPECT_EQ(listed(), changed);
}

TEST(NfTables, OneElementOfTenThousandIsAddedWithoutReadingTheOthers) {
  if (without_kernel()) GTEST_SKIP() << "the kernel's alone";
  const KernelWorld world;
  auto table = kCountingTable;
  auto& elements = table.sets.at("a4").elements;
  elements.clear();
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    const std::array<std::uint8_t, 4> bytes{10, static_cast<std::uint8_t>(i >> 8),
                                            static_cast<std::uint8_t>(i), 1};
    elements.push_back({"", Prefix(IpAddress::from_bytes(bytes.data(), bytes.size()).value())});
  }
  nftables::NfTables firewall;
  ASSERT_TRUE(firewall.replace(table));
  const auto time_of = [](auto call) {
    const auto begin = std::chrono::steady_clock::now();
    call();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin);
  };
  const std::vector<SetChange> change{
      {.set = "a4", .removed = {}, .added = {{"", Prefix::parse("11.0.0.0/8").value()}}}};
  const auto added = time_of([&] { EXPECT_TRUE(firewall.change(change)); });
  apply(table, change);
  const auto read = time_of([&] { EXPECT_EQ(firewall.holds(table), true); });
  std::printf("one added: %.2f ms, all read: %.2f ms\n", added.count(), read.count());
  EXPECT_LT(3 * added, read);

  const std::vector<SetChange> all{
      {.set = "a4", .removed = table.sets.at("a4").elements, .added = {}}};
  EXPECT_TRUE(firewall.change(all)) << "many at once, too";
  apply(table, all);
  EXPECT_EQ(firewall.holds(table), true);
}

/// Each way a datagram on the loopback device, as fast as it goes, while one table takes another's
/// place.
TEST(NfTables, APacketThatBothTablesAllowIsNeverLost) {
  if (without_kernel()) GTEST_SKIP() << "the kernel's alone";
  const KernelWorld world;
  const auto table_with = [](const char* more) {
    return from_nft(std::string(R"(
  set none { type ipv4_addr; flags interval; }
  set known { type ifname . ipv4_addr; flags interval; elements = { "lo" . 127.0.0.0/8, )") +
                    more + R"( } }
  chain sources { type filter hook prerouting priority raw; policy accept;
    iifname . ip saddr @known accept
    counter drop
  })");
  };
  nftables::NfTables firewall;
  ASSERT_TRUE(firewall.replace(table_with(R"("kd-ike1" . 10.1.0.0/16)")));

  const int receiver = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(bind(receiver, generic, size), 0);
  ASSERT_EQ(getsockname(receiver, generic, &size), 0);
  const timeval patience{.tv_sec = 1, .tv_usec = 0};
  ASSERT_EQ(setsockopt(receiver, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
  const int sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(connect(sender, generic, size), 0);

  std::atomic<bool> done{false};
  std::uint64_t sent = 0;
  std::uint64_t lost = 0;
  std::thread traffic([&] {  // (one at a time: a full buffer would lose some, too)
    while (!done) {
      ++sent;
      char byte = 0;
      if (send(sender, &byte, 1, 0) != 1 || recv(receiver, &byte, 1, 0) != 1) ++lost;
    }
  });
  // As after a restart of kaidod, which looks first.
  nftables::NfTables restarted;
  EXPECT_EQ(restarted.holds(table_with(R"("kd-ike1" . 10.1.0.0/16)")), true);
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(restarted.replace(
        table_with(i % 2 == 0 ? R"("kd-ike2" . 10.2.0.0/16)" : R"("kd-ike1" . 10.1.0.0/16)")));
  done = true;
  traffic.join();
  close(sender);
  close(receiver);
  EXPECT_GT(sent, 1000U);
  EXPECT_EQ(lost, 0U) << "of " << sent;
}

}  // namespace
}  // namespace kaido
