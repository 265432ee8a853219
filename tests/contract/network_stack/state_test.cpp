#include <thread>

#include "world.hpp"

namespace kaido::contract {
namespace {

class State : public NetworkStackContract {
 protected:
  // Waits for the event itself: one second at most, and no time at all when it is there.
  bool notified() {
    pollfd poller{.fd = stack().notification_fd(), .events = POLLIN, .revents = 0};
    bool relevant = false;
    while (!relevant && poll(&poller, 1, 1000) == 1) relevant = stack().drain_notifications();
    return relevant;
  }
};

Rule make_rule(Family family, std::uint32_t priority, std::uint32_t table) {
  Rule rule;
  rule.family = family;
  rule.priority = priority;
  rule.table = table;
  return rule;
}

TEST_F(State, RulesAreReadBackAsTheyWereWritten) {
  auto mark = make_rule(Family::v4, 1101, 100);
  mark.fwmark = 0x100;
  mark.fwmask = 0xff00;
  auto six = mark;
  six.family = Family::v6;
  six.table = 70000;
  auto from = make_rule(Family::v6, 1601, 221);
  from.iif = "lo";
  from.from = Prefix::parse("2001:db8::5/128");
  auto ports = make_rule(Family::v4, 1150, 221);
  ports.fwmask = 0xffff;  // no mark at all
  ports.iif = "lo";
  ports.ip_protocol = 17;
  ports.source_port = 68;
  ports.destination_port = 67;
  const std::vector<Rule> wanted = {
      mark, six, from, ports, make_rule(Family::v4, 1500, 255), make_rule(Family::v6, 1500, 255)};
  std::vector<KernelChange> changes;
  for (const auto& rule : wanted) changes.emplace_back(AddRule{rule});
  apply(changes);
  apply(changes);  // already so
  auto rules = read().rules;
  for (const auto& rule : wanted) EXPECT_EQ(std::ranges::count(rules, rule), 1);

  changes.clear();
  for (const auto& rule : wanted) changes.emplace_back(DeleteRule{rule});
  apply(changes);
  apply(changes);
  rules = read().rules;
  for (const auto& rule : wanted) EXPECT_FALSE(contains(rules, rule));
}

TEST_F(State, TheRuleForLocalCanMove) {
  auto local = make_rule(Family::v4, 0, 255);
  local.protocol = 2;
  ASSERT_TRUE(contains(read().rules, local));
  apply({AddRule{make_rule(Family::v4, 1500, 255)}, DeleteRule{local}});
  EXPECT_FALSE(contains(read().rules, local));
  EXPECT_TRUE(contains(read().rules, make_rule(Family::v4, 1500, 255)));
}

TEST_F(State, TheFirstVrfBringsTheRuleForVrfs) {
  apply({CreateLink{make_link("kd-vrf1", VrfLink{100})}});
  for (const auto family : {Family::v4, Family::v6}) {
    auto rule = make_rule(family, 1000, 0);
    rule.l3mdev = true;
    rule.protocol = 2;
    EXPECT_TRUE(contains(read().rules, rule));
  }
}

TEST_F(State, AddressesAreReadBackAsTheyWereWritten) {
  const std::vector<InterfaceAddress> wanted = {
      make_address("kd0", "10.1.0.1", 32), make_address("kd0", "10.1.0.2", 24),
      make_address("kd0", "fd01::1", 128), make_address("lo", "10.50.255.101", 32)};
  std::vector<KernelChange> changes = {CreateLink{make_link("kd0", DummyLink{})}};
  for (const auto& address : wanted) changes.emplace_back(AddAddress{address});
  apply(changes);
  apply(changes);  // already so
  auto addresses = read().addresses;
  for (const auto& address : wanted) EXPECT_EQ(std::ranges::count(addresses, address), 1);

  changes.clear();
  for (const auto& address : wanted) changes.emplace_back(DeleteAddress{address});
  changes.emplace_back(DeleteAddress{make_address("absent", "10.1.0.1", 32)});
  apply(changes);
  apply(changes);
  addresses = read().addresses;
  for (const auto& address : wanted) EXPECT_FALSE(contains(addresses, address));
}

TEST_F(State, SettingsAreWrittenAndRead) {
  apply({CreateLink{make_link("kd.0", DummyLink{})}, SetSysctl{{"ipv4/ip_forward", "1"}},
         SetSysctl{{"ipv4/conf/kd.0/rp_filter", "2"}}});
  const auto state = read({.sysctl_paths = {"ipv4/ip_forward", "ipv4/conf/kd.0/rp_filter",
                                            "ipv4/conf/absent/rp_filter", "../kernel/hostname"}});
  EXPECT_EQ(state.sysctls,
            (std::vector<Sysctl>{{"ipv4/ip_forward", "1"}, {"ipv4/conf/kd.0/rp_filter", "2"}}));
}

TEST_F(State, SettingsOutsideTheNetworkAreRefused) {
  const std::vector<KernelChange> changes = {SetSysctl{{"../kernel/domainname", "kaido"}},
                                             SetSysctl{{"ipv4/conf/absent/rp_filter", "2"}}};
  const auto failures = stack().apply(changes);
  ASSERT_EQ(failures.size(), 2);
  for (const auto& failure : failures)
    EXPECT_EQ(failure.error.condition, Condition::kernel_refused);
}

TEST_F(State, ChangesNotify) {
  ASSERT_GE(stack().notification_fd(), 0);
  EXPECT_FALSE(stack().drain_notifications());
  apply({CreateLink{make_link("kd0", DummyLink{})}});
  EXPECT_TRUE(notified());
  stack().drain_notifications();
  apply({AddAddress{make_address("kd0", "10.1.0.1", 32)}});
  EXPECT_TRUE(notified());
  stack().drain_notifications();
  while (notified()) {  // until the kernel has said all about the device
  }
  const std::vector<KernelChange> changes = {
      ReplaceNexthop{{11, Family::v4, "kd0"}}, ReplaceRoute{by_nexthop("10.5.0.0/16", 11)},
      AddRule{make_rule(Family::v6, 1500, 255)}, DeleteNexthop{11}};
  for (const auto& change : changes) {
    others_apply({change});
    EXPECT_TRUE(notified()) << describe(change);
  }
}

TEST_F(State, OnesOwnRoutesNexthopsAndRulesAreNoNews) {
  apply({CreateLink{make_link("kd0", DummyLink{})}});
  ASSERT_GE(stack().notification_fd(), 0);
  while (notified()) {  // until the kernel has said all about the device
  }
  apply({ReplaceNexthop{{11, Family::v4, "kd0"}}, ReplaceRoute{by_nexthop("10.5.0.0/16", 11)},
         AddRule{make_rule(Family::v6, 1500, 255)}});
  EXPECT_FALSE(stack().drain_notifications());
  others_apply({DeleteNexthop{11}});
  EXPECT_TRUE(notified()) << "it took our route along";
}

// Without a device: the kernel tells of a new one's state once more, some time later.
TEST_F(State, RoutesOfOthersDoNotNotify) {
  ASSERT_GE(stack().notification_fd(), 0);
  stack().drain_notifications();
  auto foreign = make_unreachable("10.9.0.0/16", 254, 50);
  foreign.protocol = 12;
  others_apply({ReplaceRoute{foreign}});
  EXPECT_FALSE(stack().drain_notifications());
  foreign.destination = Prefix::parse("0.0.0.0/0").value();
  others_apply({ReplaceRoute{foreign}});
  EXPECT_TRUE(notified());
}

TEST_F(State, RoutesOfOthersByAnUplinkNotify) {
  apply({CreateLink{make_link("ua", DummyLink{})}});
  read({.uplink_devices = {"ua"}});
  ASSERT_GE(stack().notification_fd(), 0);
  while (notified()) {  // until the kernel has said all about the device
  }
  auto foreign = make_route("10.9.0.0/16", "ua");
  foreign.protocol = 16;
  others_apply({ReplaceRoute{foreign}});
  EXPECT_TRUE(notified());
}

TEST_F(State, IsReadOnAnotherThreadWhileItChanges) {
  std::vector<KernelChange> come;
  std::vector<KernelChange> go;
  for (std::uint32_t i = 0; i < 20; ++i) {
    come.emplace_back(AddRule{make_rule(Family::v4, 1200 + i, 100)});
    go.emplace_back(DeleteRule{make_rule(Family::v4, 1200 + i, 100)});
  }
  std::size_t failed = 0;
  std::thread reader([&] {
    for (int i = 0; i < 50; ++i)
      if (!stack().read({.while_it_changes = true})) ++failed;
  });
  for (int i = 0; i < 50; ++i) {
    apply(come);
    apply(go);
  }
  reader.join();
  EXPECT_EQ(failed, 0U);
}

TEST_F(State, NoChangesAreNoTrouble) { EXPECT_TRUE(stack().apply({}).empty()); }

}  // namespace
}  // namespace kaido::contract
