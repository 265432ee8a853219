// The contract of UserStore: the audit, what is found of changes to it, and restored backups.
#include <fstream>

#include "world.hpp"

namespace kaido {
namespace {

using session::Act;
namespace fs = std::filesystem;

class Audit : public UserStoreContract {
 protected:
  Audit() {
    for (const auto* const name : {"alice", "bob", "carol"}) with_user(name);
  }
  std::vector<Act> acts() {
    std::vector<Act> acts;
    for (const auto& entry : store().audit({}).value()) acts.push_back(entry.note.act);
    return acts;
  }
  AuditVerdict verdict() { return store().verify_audit().value(); }
  void with_recovery_code() {
    ASSERT_TRUE(change(change::SetCodes{"alice", false, {StoredCode{}}}));
  }
};
using Backup = Audit;
constexpr auto kAdded = Act::user_added;

TEST_F(Audit, BeginsWithTheStoreAndKeepsWhatWasWritten) {
  auto note = note_of(Act::login_refused, "alice");
  note.subject = "laptop";
  note.detail = "wrong-code";
  note.source = "2001:db8::1";
  ASSERT_TRUE(commit({.changes = {}, .notes = {note, note}}));
  const auto entries = store().audit({}).value();
  ASSERT_EQ(entries.size(), 6);
  EXPECT_EQ(entries[0].note.act, Act::store_created);
  EXPECT_EQ(entries[0].note.actor, "kaidod");
  EXPECT_EQ(entries[4].note, note);
  EXPECT_EQ(entries[5].number, 6);
  EXPECT_NE(entries[4].hash, entries[5].hash);
  EXPECT_EQ(verdict().entries, 6);
  EXPECT_EQ(fault(), "");
}

TEST_F(Audit, IsFilteredByUserAndActAndGivesTheNewestInOrder) {
  ASSERT_TRUE(commit({.changes = {}, .notes = {note_of(Act::otp_made, "bob")}}));
  ASSERT_TRUE(commit({.changes = {}, .notes = {note_of(Act::otp_made, "alice")}}));
  const auto numbers = [&](const AuditQuery& query) {
    std::vector<std::uint64_t> all;
    for (const auto& entry : store().audit(query).value()) all.push_back(entry.number);
    return all;
  };
  using Numbers = std::vector<std::uint64_t>;
  EXPECT_EQ(numbers({.user = "bob", .act = {}}), (Numbers{3, 5}));
  EXPECT_EQ(numbers({.user = {}, .act = Act::otp_made}), (Numbers{5, 6}));
  EXPECT_EQ(numbers({.user = "bob", .act = Act::otp_made}), Numbers{5});
  EXPECT_EQ(numbers({.user = {}, .act = {}, .newest = 2}), (Numbers{5, 6}));
  EXPECT_EQ(numbers({.user = {}, .act = kAdded, .newest = 1}), Numbers{4});
  EXPECT_EQ(numbers({.user = {}, .act = {}, .newest = 0}), Numbers{});
}

TEST_F(Audit, SaysNothingOfWhatWasNotDone) {
  ASSERT_FALSE(add_user("alice"));
  EXPECT_EQ(acts().size(), 4);
  with_user("dave");
  EXPECT_EQ(fault(), "");
}

TEST_F(Audit, FindsAnEntryThatWasChanged) {
  by_hand("UPDATE audit SET detail = 'nothing' WHERE number = 3");
  EXPECT_EQ(fault(), "entry 3 was changed, or does not follow from the one before");
  EXPECT_EQ(verdict().first_bad, 3);
  EXPECT_EQ(verdict().entries, 4);
  with_user("dave");
  reopen();
  EXPECT_EQ(verdict().first_bad, 3) << "for ever";
}

TEST_F(Audit, FindsAnEntryThatWasRemovedOrCannotBeRead) {
  by_hand("UPDATE audit SET act = 'user-praised' WHERE number = 3");
  EXPECT_EQ(fault(), "entry 3 cannot be read");
  EXPECT_EQ(store().audit({})->size(), 3) << "the others are shown";
  by_hand("DELETE FROM audit WHERE number = 2");
  EXPECT_EQ(fault(), "entry 2 is missing");
  EXPECT_EQ(verdict().first_bad, 2);
}

TEST_F(Audit, FindsThatItsEndWasCutOff) {
  by_hand("DELETE FROM audit WHERE number > 2");
  EXPECT_EQ(fault(), "2 entries are missing at the end");
  EXPECT_EQ(verdict().first_bad, 0);
}

TEST_F(Audit, WhoCutsTheEndOffCannotHideItBehindNewEntries) {
  by_hand("DELETE FROM audit WHERE number > 2");
  with_user("dave");
  EXPECT_TRUE(store().restored());
  EXPECT_EQ(acts(), (std::vector{Act::store_created, kAdded, Act::store_restored, kAdded}));
}

TEST_F(Audit, NamesACheckpointThatIsMissingAndGoesOn) {
  close();
  fs::remove(files_.checkpoint);
  reopen();
  EXPECT_EQ(fault(), "the checkpoint, " + files_.checkpoint + ", is missing");
  with_user("dave");
  reopen();
  EXPECT_NE(fault(), "") << "a new one does not hide it";
  EXPECT_FALSE(store().restored());
}

TEST_F(Audit, NamesACheckpointThatIsNotOurs) {
  close();
  std::string text;
  std::getline(std::ifstream(files_.checkpoint), text, '\0');
  const auto with = [&](std::string content) {
    std::ofstream(files_.checkpoint, std::ios::trunc) << content;
    reopen();
    return fault();
  };
  EXPECT_EQ(with(""), files_.checkpoint + " is not a checkpoint");
  EXPECT_EQ(with(text + "x"), files_.checkpoint + " is not a checkpoint");
  EXPECT_EQ(with(std::string(100'000, 'a')), files_.checkpoint + " is not a checkpoint");
  auto forged = text;
  forged.replace(forged.find("number 4"), 8, "number 2");
  EXPECT_EQ(with(forged), "the checkpoint, " + files_.checkpoint + ", has a wrong signature");
  EXPECT_EQ(with(text), "");
}

TEST_F(Audit, NamesAKeyThatIsMissingOrOpenToOthers) {
  close();
  fs::permissions(files_.key, fs::perms(0640));
  reopen();
  EXPECT_EQ(fault(), files_.key + " is not a file of kaidod's user alone: set owner and mode 0600");
  close();
  fs::remove(files_.key);
  reopen();
  EXPECT_EQ(fault(), "the key of the checkpoint, " + files_.key + ", is missing");
  with_user("dave");
  EXPECT_FALSE(fs::exists(files_.key));
}

TEST_F(Audit, AFolderInPlaceOfTheCheckpointStopsNobody) {
  fs::remove(files_.checkpoint);
  fs::create_directory(files_.checkpoint);
  with_user("dave");
  EXPECT_NE(fault(), "");
  fs::remove(files_.checkpoint);
  with_user("erin");
  EXPECT_EQ(fault(), "");
}

TEST_F(Backup, ThatIsRestoredLosesItsCodesAndIsNoted) {
  with_recovery_code();
  ASSERT_TRUE(change(change::SetOtp{.user = "alice", .otp = sealed_otp()}));
  back_up();
  with_user("dave");
  close();
  restore();
  reopen();
  EXPECT_FALSE(store().restored()) << "it was not looked at yet";
  EXPECT_EQ(names(), (std::vector<std::string>{"alice", "bob", "carol"}));
  EXPECT_TRUE(store().restored());
  EXPECT_TRUE(store().codes("alice")->empty());
  EXPECT_TRUE(store().otp("alice").value().has_value());
  EXPECT_EQ(acts().back(), Act::store_restored);
  EXPECT_EQ(fault(), "");
  with_user("erin");
  reopen();
  EXPECT_EQ(fault(), "");
  EXPECT_FALSE(store().restored()) << "it is known since";
}

TEST_F(Backup, ThatIsRestoredUnderAnOpenStoreIsSeenAtTheNextCall) {
  with_recovery_code();
  back_up();
  for (int i = 0; i < 50; ++i) with_user(fmt::format("u{}", i));
  restore();
  EXPECT_EQ(names(), (std::vector<std::string>{"alice", "bob", "carol"}));
  EXPECT_TRUE(store().restored());
  EXPECT_TRUE(store().codes("alice")->empty());
  EXPECT_EQ(fault(), "");
  with_user("dave");
  reopen();
  EXPECT_EQ(names(), (std::vector<std::string>{"alice", "bob", "carol", "dave"}));
  EXPECT_EQ(fault(), "");
}

/// The log of the one that was replaced would be played into it.
TEST_F(Backup, ThatIsRestoredBeforeTheStoreClosesIsNotHarmedByThat) {
  back_up();
  for (int i = 0; i < 50; ++i) with_user(fmt::format("u{}", i));
  restore();
  reopen();
  EXPECT_EQ(names(), (std::vector<std::string>{"alice", "bob", "carol"}));
  EXPECT_TRUE(store().restored());
}

TEST_F(Backup, ThatOverwritesItsCheckpointTooIsSeenWhileTheStoreIsOpen) {
  back_up();
  fs::copy_file(files_.checkpoint, folder_ / "old");
  with_user("dave");
  restore();
  fs::rename(folder_ / "old", files_.checkpoint);
  EXPECT_EQ(names().size(), 3);
  EXPECT_TRUE(store().restored());
}

TEST_F(Backup, ThatIsUpToDateIsNoEvent) {
  with_recovery_code();
  back_up();
  restore();
  EXPECT_EQ(names().size(), 3);
  EXPECT_FALSE(store().restored());
  EXPECT_EQ(store().codes("alice")->size(), 1);
}

TEST_F(Backup, OfAnotherHistoryIsSeenThoughItIsLonger) {
  back_up();
  with_user("dave");
  close();
  fs::copy_file(files_.checkpoint, folder_ / "true");
  restore();
  reopen();
  for (const auto* const name : {"x", "y", "z"}) with_user(name);
  close();
  fs::rename(folder_ / "true", files_.checkpoint);
  reopen();
  ASSERT_TRUE(store().users());
  EXPECT_TRUE(store().restored());
}

TEST_F(Backup, OfNothingIsAStoreThatBeginsAnew) {
  fs::remove(files_.database);
  EXPECT_TRUE(names().empty());
  EXPECT_TRUE(store().restored());
  EXPECT_EQ(acts(), (std::vector{Act::store_created, Act::store_restored}));
  EXPECT_EQ(fault(), "");
}

}  // namespace
}  // namespace kaido
