// The contract of UserStore: devices and sessions.
#include <algorithm>

#include "world.hpp"

namespace kaido {
namespace {

class Devices : public UserStoreContract {
 protected:
  Devices() {
    with_user("alice");
    with_user("bob");
  }
  [[nodiscard]] std::vector<std::string> living(session::WallTime at) {
    std::vector<std::string> ids;
    for (const auto& session : store().sessions(at).value()) ids.push_back(session.id);
    return ids;
  }
};
using Sessions = Devices;
using Names = std::vector<std::string>;

TEST_F(Devices, ComeBackAsTheyWereAddedByUserAndName) {
  auto phone = device_named("bob", "phone", 3);
  phone.wireguard_key.reset();
  phone.addresses.clear();
  phone.enabled = false;
  phone.policy = session::Policy::certificate;
  auto tablet = device_named("alice", "tablet", 2);
  std::ranges::reverse(tablet.addresses);
  tablet.policy = session::Policy::certificate_and_otp;
  const auto laptop = device_named("alice", "laptop", 1);
  for (const auto& device : {phone, tablet, laptop}) ASSERT_TRUE(change(change::AddDevice{device}));
  reopen();
  EXPECT_EQ(store().devices().value(), (std::vector{laptop, tablet, phone}));
  EXPECT_EQ(store().device(tablet.fingerprint).value(), tablet);
  EXPECT_EQ(store().device(device_named("x", "x", 9).fingerprint).value(), std::nullopt);
}

TEST_F(Devices, WithoutAKeyThereCanBeMany) {
  for (const auto seed : {std::uint8_t{1}, std::uint8_t{2}}) {
    auto device = device_named("alice", fmt::format("d{}", seed), seed);
    device.wireguard_key.reset();
    EXPECT_TRUE(change(change::AddDevice{device}));
  }
}

TEST_F(Devices, NeedAUser) {
  expect_error(change(change::AddDevice{device_named("carol", "phone", 1)}), Condition::not_found,
               "user \"carol\"");
}

TEST_F(Devices, AreUniqueByNameCertificateKeyAndAddress) {
  ASSERT_TRUE(change(change::AddDevice{device_named("bob", "phone", 1)}));
  const auto taken = device_named("bob", "phone", 1);
  const auto refused = [&](const session::Device& device, const std::string& detail) {
    expect_error(change(change::AddDevice{device}), Condition::already_exists, detail);
  };
  refused(device_named("bob", "phone", 2), "device \"bob/phone\"");
  auto device = device_named("alice", "phone", 2);
  device.fingerprint = taken.fingerprint;
  refused(device, "the certificate is that of device \"bob/phone\"");
  device = device_named("alice", "phone", 2);
  device.wireguard_key = taken.wireguard_key;
  refused(device, "the WireGuard key is that of device \"bob/phone\"");
  device = device_named("alice", "phone", 2);
  device.addresses[1] = taken.addresses[1];
  refused(device, "the address fd00::1 is that of device \"bob/phone\"");
  device.addresses[1] = device.addresses[0];
  refused(device, "the address 10.9.0.2 twice");
  EXPECT_TRUE(change(change::AddDevice{device_named("alice", "phone", 2)}))
      << "nothing is left of those that were refused";
}

TEST_F(Devices, GetTheirFirstKeyLater) {
  auto phone = device_named("bob", "phone", 1);
  const auto key = phone.wireguard_key.value();
  phone.wireguard_key.reset();
  ASSERT_TRUE(change(change::AddDevice{phone}));
  ASSERT_TRUE(change(change::SetDeviceKey{.user = "bob", .device = "phone", .key = key}));
  EXPECT_TRUE(change(change::SetDeviceKey{.user = "bob", .device = "phone", .key = key}))
      << "it is so already";
  reopen();
  phone.wireguard_key = key;
  EXPECT_EQ(store().device(phone.fingerprint).value(), phone);
}

TEST_F(Devices, KeepTheKeyThatTheyHave) {
  const auto phone = device_named("bob", "phone", 1);
  const auto other = device_named("bob", "phone", 2).wireguard_key.value();
  ASSERT_TRUE(change(change::AddDevice{phone}));
  expect_error(change(change::SetDeviceKey{.user = "bob", .device = "phone", .key = other}),
               Condition::already_exists, "another WireGuard key of device \"bob/phone\"");
  EXPECT_EQ(store().device(phone.fingerprint).value(), phone);
  expect_error(change(change::SetDeviceKey{.user = "bob", .device = "laptop", .key = other}),
               Condition::not_found, "device \"bob/laptop\"");
}

TEST_F(Devices, DoNotGetTheKeyOfAnother) {
  const auto phone = device_named("bob", "phone", 1);
  auto laptop = device_named("alice", "laptop", 2);
  laptop.wireguard_key.reset();
  ASSERT_TRUE(change(change::AddDevice{phone}));
  ASSERT_TRUE(change(change::AddDevice{laptop}));
  expect_error(change(change::SetDeviceKey{
                   .user = "alice", .device = "laptop", .key = *phone.wireguard_key}),
               Condition::already_exists, "the WireGuard key is that of device \"bob/phone\"");
  EXPECT_EQ(store().device(laptop.fingerprint).value(), laptop);
}

TEST_F(Devices, AreSwitchedOffAndRemoved) {
  auto phone = device_named("bob", "phone", 1);
  ASSERT_TRUE(change(change::AddDevice{phone}));
  ASSERT_TRUE(change(change::SetDevice{.user = "bob", .name = "phone", .enabled = false}));
  phone.enabled = false;
  EXPECT_EQ(store().device(phone.fingerprint).value(), phone);
  ASSERT_TRUE(change(change::RemoveDevice{.user = "bob", .name = "phone"}));
  EXPECT_TRUE(store().devices()->empty());
  expect_error(change(change::SetDevice{.user = "bob", .name = "phone", .enabled = true}),
               Condition::not_found, "device \"bob/phone\"");
  expect_error(change(change::RemoveDevice{.user = "bob", .name = "phone"}), Condition::not_found,
               "device \"bob/phone\"");
  EXPECT_TRUE(change(change::AddDevice{device_named("alice", "phone", 1)}))
      << "certificate, key and addresses are free again";
}

TEST_F(Sessions, ComeBackNewestFirst) {
  auto old = session_named("a", "alice", "laptop");
  auto over = session_named("b", "gone", "gone");
  over.started = kNow + 5;
  over.ended = kNow + 6;
  over.reason = session::EndReason::replaced;
  ASSERT_TRUE(change(change::OpenSession{old}));
  ASSERT_TRUE(change(change::OpenSession{over}));
  reopen();
  EXPECT_EQ(store().sessions(std::nullopt).value(), (std::vector{over, old}));
  EXPECT_EQ(store().sessions(kNow).value(), std::vector{old});
  EXPECT_EQ(store().sessions(old.ends - 1)->size(), 1);
  EXPECT_TRUE(store().sessions(old.ends)->empty());
  EXPECT_EQ(store().session("b").value(), over);
  EXPECT_EQ(store().session("c").value(), std::nullopt);
  expect_error(change(change::OpenSession{old}), Condition::already_exists, "session \"a\"");
}

TEST_F(Sessions, EndByIdByUserOrByDeviceButOnlyThoseThatLive) {
  auto expired = session_named("expired", "alice", "laptop");
  expired.ends = kNow + 1;
  std::vector<Change> open{change::OpenSession{expired}};
  open.emplace_back(change::OpenSession{session_named("a1", "alice", "laptop")});
  open.emplace_back(change::OpenSession{session_named("a2", "alice", "phone")});
  open.emplace_back(change::OpenSession{session_named("b1", "bob", "laptop")});
  open.emplace_back(change::OpenSession{session_named("b2", "bob", "phone")});
  ASSERT_TRUE(commit({.changes = open, .notes = {}}));
  const auto at = kNow + 10;
  ASSERT_TRUE(
      change(change::EndSessions{.id = "a1", .at = at, .reason = session::EndReason::logged_out}));
  EXPECT_EQ(living(at), (Names{"b2", "b1", "a2"}));
  EXPECT_EQ(store().session("a1").value()->ended, at);
  EXPECT_EQ(store().session("a1").value()->reason, session::EndReason::logged_out);
  ASSERT_TRUE(change(change::EndSessions{.user = "bob", .device = "phone", .at = at}));
  EXPECT_EQ(living(at), (Names{"b1", "a2"}));
  ASSERT_TRUE(change(change::EndSessions{.user = "alice", .at = at + 1}));
  EXPECT_EQ(living(at), Names{"b1"});
  EXPECT_EQ(store().session("a1").value()->ended, at) << "it had ended before";
  EXPECT_EQ(store().session("expired").value(), expired) << "it was over before";
  ASSERT_TRUE(change(change::EndSessions{.at = at}));
  EXPECT_EQ(living(at), Names{"b1"}) << "nobody named, nobody ended";
}

TEST_F(Sessions, AreExtendedWhileTheyLive) {
  ASSERT_TRUE(change(change::OpenSession{session_named("a", "alice", "laptop")}));
  const auto end = kNow + 3600;
  ASSERT_TRUE(change(change::ExtendSession{.id = "a", .ends = end + 60, .now = end - 1}));
  EXPECT_EQ(store().session("a").value()->ends, end + 60);
  expect_error(change(change::ExtendSession{.id = "a", .ends = end + 99, .now = end + 60}),
               Condition::not_found, "session \"a\"");
  ASSERT_TRUE(change(change::EndSessions{.id = "a", .at = kNow + 1}));
  expect_error(change(change::ExtendSession{.id = "a", .ends = end + 99, .now = kNow + 2}),
               Condition::not_found, "session \"a\"");
  expect_error(change(change::ExtendSession{.id = "b", .ends = end, .now = kNow}),
               Condition::not_found, "session \"b\"");
}

TEST_F(Sessions, AllThatLiveAreListedButOnlyAThousandOfTheOthers) {
  Transaction many;
  for (int i = 0; i < 10'000; ++i) {
    auto session = session_named(fmt::format("{:032x}", i), "alice", "laptop");
    session.started = kNow + i;
    many.changes.emplace_back(change::OpenSession{session});
  }
  ASSERT_TRUE(commit(many));
  EXPECT_EQ(store().sessions(kNow)->size(), 10'000);
  const auto newest = store().sessions(std::nullopt).value();
  ASSERT_EQ(newest.size(), 1'000);
  EXPECT_EQ(newest.front().started, kNow + 9'999);
  EXPECT_EQ(newest.back().started, kNow + 9'000);
}

TEST_F(Sessions, ThatRanOutAreEndedForGood) {
  auto over = session_named("over", "alice", "laptop");
  over.ends = kNow + 10;
  auto left = session_named("left", "bob", "phone");
  left.ended = kNow + 2;
  left.reason = session::EndReason::logged_out;
  const auto alive = session_named("alive", "alice", "phone");
  for (const auto& one : {over, left, alive}) ASSERT_TRUE(change(change::OpenSession{one}));
  ASSERT_TRUE(change(change::EndExpired{kNow + 9}));
  EXPECT_EQ(living(kNow), (Names{"over", "alive"}));
  ASSERT_TRUE(change(change::EndExpired{kNow + 10}));
  EXPECT_EQ(living(kNow), Names{"alive"}) << "whatever the clock says now";
  over.ended = over.ends;
  over.reason = session::EndReason::expired;
  EXPECT_EQ(store().session("over").value(), over);
  EXPECT_EQ(store().session("left").value(), left);
}

TEST_F(Sessions, ThatEndedLongAgoAreDeleted) {
  auto old = session_named("old", "alice", "laptop");
  old.ended = kNow + 10;
  auto newer = session_named("newer", "alice", "laptop");
  newer.ended = kNow + 11;
  for (const auto& one : {old, newer, session_named("alive", "bob", "phone")})
    ASSERT_TRUE(change(change::OpenSession{one}));
  ASSERT_TRUE(change(change::ForgetSessions{.ended_before = kNow + 11}));
  EXPECT_EQ(store().session("old").value(), std::nullopt);
  EXPECT_EQ(store().session("newer").value(), newer);
  EXPECT_EQ(living(kNow), Names{"alive"});
}

}  // namespace
}  // namespace kaido
