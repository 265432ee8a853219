// The contract of UserStore: which files it takes, and which it leaves alone.
#include <openssl/evp.h>
#include <sys/stat.h>

#include <fstream>

#include "adapters/user_store/schema.hpp"
#include "world.hpp"

namespace kaido {
namespace {

namespace fs = std::filesystem;

class Opening : public UserStoreContract {
 protected:
  /// The error of a store over what lies there now.
  Error refusal() {
    reopen();
    const auto users = store().users();
    const auto added = add_user("late");
    EXPECT_FALSE(users);
    EXPECT_FALSE(added);
    if (users || added) return {};
    EXPECT_EQ(users.error(), added.error());
    return users.error();
  }
  [[nodiscard]] std::string content() const {
    std::ifstream in(files_.database, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& bytes) const {
    std::ofstream(files_.database, std::ios::binary | std::ios::trunc) << bytes;
    fs::permissions(files_.database, fs::perms(0600));
  }
  void make() {
    with_user("alice");
    close();
  }
};

std::string mode_of(const std::string& file) {
  struct stat status{};
  return ::stat(file.c_str(), &status) == 0 ? fmt::format("{:o}", status.st_mode & 07777U) : "none";
}

TEST_F(Opening, MakesItsFilesForItselfAloneWhateverTheUmask) {
  EXPECT_FALSE(fs::exists(files_.database)) << "nothing before the first call";
  const auto before = ::umask(0);
  with_user("alice");
  ::umask(before);
  for (const auto& file : {files_.database, files_.database + "-wal", files_.database + "-shm",
                           files_.checkpoint, files_.key})
    EXPECT_EQ(mode_of(file), "600") << file;
  EXPECT_EQ(fs::file_size(files_.key), 32);
  EXPECT_FALSE(fs::exists(files_.database + ".new"));
}

TEST_F(Opening, WithoutItsFolderNothingIsMadeUntilThereIsOne) {
  files_ = {.database = folder_ / "later/db",
            .checkpoint = folder_ / "later/c",
            .key = folder_ / "later/k"};
  EXPECT_EQ(refusal().condition, Condition::user_store_failed);
  fs::create_directory(folder_ / "later");
  EXPECT_TRUE(names().empty());
}

TEST_F(Opening, RefusesWhatOthersMayUseAndSaysWhatToDo) {
  make();
  fs::permissions(files_.database, fs::perms(0640));
  EXPECT_EQ(refusal().detail,
            fmt::format("others than its owner may use {0}: chmod 600 {0}", files_.database));
  fs::permissions(files_.database, fs::perms(0600));
  EXPECT_EQ(names(), std::vector<std::string>{"alice"}) << "mended, and no restart";
}

TEST_F(Opening, RefusesWhatBelongsToAnother) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  make();
  ASSERT_EQ(::chown(files_.database.c_str(), 12345, 12345), 0);
  EXPECT_EQ(
      refusal().detail,
      fmt::format("{0} belongs to user 12345, kaidod is user 0: chown 0 {0}", files_.database));
}

TEST_F(Opening, RefusesALinkAndAFolder) {
  make();
  const auto detail =
      files_.database + " is not a plain file: move it away, and put the database itself there";
  fs::rename(files_.database, folder_ / "elsewhere");
  fs::create_symlink(folder_ / "elsewhere", files_.database);
  EXPECT_EQ(refusal().detail, detail);
  fs::remove(files_.database);
  fs::create_symlink(folder_ / "nowhere", files_.database);
  EXPECT_EQ(refusal().detail, detail);
  EXPECT_FALSE(fs::exists(folder_ / "nowhere"));
  fs::remove(files_.database);
  fs::create_directory(files_.database);
  EXPECT_EQ(refusal().detail, detail);
}

TEST_F(Opening, RefusesGarbageAndLeavesItAsItIs) {
  const std::string garbage(20'000, 'x');
  for (const auto& bytes : {garbage, std::string(), std::string("SQLite format 3")}) {
    write(bytes);
    EXPECT_EQ(refusal().condition, Condition::user_store_failed);
    EXPECT_EQ(content(), bytes);
  }
}

TEST_F(Opening, RefusesADatabaseOfSomebodyElseAndLeavesItAsItIs) {
  SQLite::Database(files_.database, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("PRAGMA journal_mode = WAL; CREATE TABLE users (name TEXT); PRAGMA user_version = 1");
  fs::permissions(files_.database, fs::perms(0600));
  const auto before = content();
  EXPECT_EQ(refusal().detail,
            files_.database + " is not a store of Kaido: move it away, or restore a backup");
  EXPECT_EQ(content(), before);
  EXPECT_FALSE(fs::exists(files_.database + "-wal"));
}

TEST_F(Opening, TakesAnyNameOfAFile) {
  const auto odd = folder_ / "a?b#c%20 d'é";
  fs::create_directory(odd);
  files_ = {.database = odd / "db?mode=memory", .checkpoint = odd / "c", .key = odd / "k"};
  reopen();
  with_user("alice");
  reopen();
  EXPECT_EQ(names(), std::vector<std::string>{"alice"});
  EXPECT_TRUE(fs::exists(files_.database));
}

TEST_F(Opening, RefusesADatabaseOfWhichAPartIsMissing) {
  make();
  const auto whole = content();
  write(whole.substr(0, whole.size() / 2));
  EXPECT_EQ(refusal().condition, Condition::user_store_failed);
  write(whole);
  EXPECT_EQ(names(), std::vector<std::string>{"alice"});
}

TEST_F(Opening, RefusesADatabaseWithDamagedPagesByWhatSqliteSays) {
  make();
  auto bytes = content();
  for (std::size_t page = 4096; page < bytes.size(); page += 4096)
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(page), 64, '\x55');
  write(bytes);
  const auto error = refusal();
  EXPECT_EQ(error.condition, Condition::user_store_failed);
  EXPECT_TRUE(error.detail.starts_with(files_.database)) << error.detail;
  EXPECT_FALSE(error.detail.contains('\n'));
}

TEST_F(Opening, RefusesWhatANewerKaidoWroteAndLeavesItAsItIs) {
  make();
  by_hand("PRAGMA user_version = 99");
  const auto before = content();
  EXPECT_EQ(refusal(), (Error{Condition::user_store_newer,
                              files_.database + " has version 99, this Kaido knows 2"}));
  close();
  EXPECT_EQ(content(), before);
  by_hand("PRAGMA user_version = 0");
  EXPECT_EQ(refusal().condition, Condition::user_store_failed);
}

TEST_F(Opening, AValueThatIsNotOursIsAnErrorAndNotAGuess) {
  with_user("alice");
  ASSERT_TRUE(change(change::AddDevice{device_named("alice", "laptop", 1)}));
  by_hand("UPDATE devices SET fingerprint = 'short'");
  const auto devices = store().devices();
  ASSERT_FALSE(devices);
  EXPECT_EQ(devices.error(), (Error{Condition::user_store_failed,
                                    "the table devices holds a value that Kaido does not write"}));
  EXPECT_EQ(names(), std::vector<std::string>{"alice"}) << "the others can be read";
}

/// A planted trigger would run with every login.
TEST_F(Opening, TriggersThatSomebodyPlantedDoNotRun) {
  with_user("alice");
  by_hand("CREATE TRIGGER bad AFTER INSERT ON users BEGIN DELETE FROM users; END");
  reopen();
  with_user("bob");
  EXPECT_EQ(names(), (std::vector<std::string>{"alice", "bob"}));
}

TEST_F(Opening, WhatTwoHandlesWriteBothOfThemSee) {
  with_user("alice");
  SqliteStore other(files_);
  EXPECT_EQ(names_in(other), std::vector<std::string>{"alice"});
  for (int i = 0; i < 3; ++i) {
    const Transaction theirs{.changes = {change::AddUser{user_named(fmt::format("t{}", i))}},
                             .notes = {note_of(session::Act::user_added, "t")}};
    ASSERT_TRUE(other.commit({&theirs, 1})->at(0));
    with_user(fmt::format("o{}", i));
  }
  EXPECT_EQ(names(), (std::vector<std::string>{"alice", "o0", "o1", "o2", "t0", "t1", "t2"}));
  EXPECT_EQ(names_in(other), names());
  EXPECT_EQ(fault(), "");
  EXPECT_FALSE(store().restored() || other.restored());
}

/// A database that is gone after a crash leaves its log, which is not that of the next one.
TEST_F(Opening, ALogWithoutItsDatabaseIsNotPlayedIntoANewOne) {
  for (int i = 0; i < 20; ++i) with_user(fmt::format("u{}", i));
  fs::copy_file(files_.database + "-wal", folder_ / "log");
  close();
  fs::remove(files_.database);
  fs::rename(folder_ / "log", files_.database + "-wal");
  reopen();
  EXPECT_TRUE(names().empty());
  with_user("alice");
  reopen();
  EXPECT_EQ(names(), std::vector<std::string>{"alice"});
}

/// What the first version wrote is all there, with what is new as it was meant then.
TEST_F(Opening, ADatabaseOfTheFirstVersionKeepsAllOfIt) {
  make();
  fs::remove(files_.checkpoint);
  fs::remove(files_.key);
  fs::remove(files_.database);
  {
    SQLite::Database old(files_.database, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    old.exec(fmt::format("PRAGMA application_id = {}", user_store::kApplicationId));
    old.exec(std::string(user_store::migrations().front()));
    old.exec(R"sql(PRAGMA user_version = 1;
      INSERT INTO users VALUES ('alice', 'Alice', 1, 1800000000);
      INSERT INTO user_groups VALUES ('alice', 'office');
      INSERT INTO otp VALUES ('alice', x'010003', 'SHA256', 8, 60, 77, 1);
      INSERT INTO codes VALUES ('alice', randomblob(32), 0, 0), ('alice', randomblob(32), 1, 1800000060);
      INSERT INTO devices VALUES ('alice', 'laptop', zeroblob(32), 'CN=laptop', 1800001000, 'PEM',
        NULL, 1, 1800000000);
      INSERT INTO device_addresses VALUES ('10.9.0.1', 'alice', 'laptop', 0);
      INSERT INTO sessions VALUES ('s1', 'alice', 'laptop', 'client', '192.0.2.1', 1800000000,
        1800003600, 0, NULL);
      INSERT INTO failures VALUES ('user:alice', 3, 1800000000);)sql");
  }
  fs::permissions(files_.database, fs::perms(0600));
  reopen();
  const auto users = store().users();
  ASSERT_TRUE(users) << users.error().to_string();
  auto alice = user_named("alice");
  alice.display = "Alice";
  alice.otp = sealed_otp().shape;
  alice.otp_confirmed = true;
  alice.recovery_codes = 1;
  alice.bypass_until = kNow + 60;
  EXPECT_EQ(*users, std::vector{alice}) << "policy: certificate+otp";
  EXPECT_EQ(store().otp("alice").value()->used_step, 77U);
  const auto codes = store().codes("alice").value();
  ASSERT_EQ(codes.size(), 2U);
  EXPECT_EQ(codes[0].until, std::nullopt);
  EXPECT_EQ(codes[1].until, kNow + 60);
  const auto devices = store().devices().value();
  ASSERT_EQ(devices.size(), 1U);
  EXPECT_EQ(devices[0].policy, std::nullopt);
  EXPECT_EQ(devices[0].addresses, std::vector{IpAddress::parse("10.9.0.1").value()});
  EXPECT_EQ(store().sessions(kNow).value(), std::vector{session_named("s1", "alice", "laptop")});
  EXPECT_EQ(store().failures(std::vector<std::string>{"user:alice"})->front().count, 3U);
  ASSERT_TRUE(change(change::RemoveUser{"alice"})) << "the tables hang together as before";
  EXPECT_TRUE(store().codes("alice")->empty());
}

/// A migration that was released never changes: databases of it are out there.
TEST(Migrations, AreFrozen) {
  const std::vector<std::string> frozen{
      "405ceb07fc8672b6e8a589f41944c588cb1d77a438ae6605497b868e196c34ad",
      "f760f04777c5ca51688a62f6275047703cacfb0a3a12a51f7deb2837e49ec12b"};
  std::vector<std::string> found;
  for (const auto migration : user_store::migrations()) {
    std::array<unsigned char, 32> digest{};
    ASSERT_EQ(EVP_Digest(migration.data(), migration.size(), digest.data(), nullptr, EVP_sha256(),
                         nullptr),
              1);
    auto& text = found.emplace_back();
    for (const auto byte : digest) text += fmt::format("{:02x}", byte);
  }
  EXPECT_EQ(found, frozen);
}

}  // namespace
}  // namespace kaido
