// A store in a folder of its own, and values to put into it.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/user_store/sqlite_store.hpp"

namespace kaido {

inline constexpr session::WallTime kNow = 1'800'000'000;

inline session::User user_named(const std::string& name) {
  return {.name = name, .display = "Person " + name, .groups = {"office"}, .created = kNow};
}

/// `seed` tells certificate, key and address from those of others.
inline session::Device device_named(const std::string& user, const std::string& name,
                                    std::uint8_t seed) {
  session::Device device{.user = user, .name = name, .subject = "CN=" + name};
  device.fingerprint.fill(seed);
  device.not_after = kNow + 1000;
  device.certificate = "-----BEGIN CERTIFICATE-----\n";
  device.wireguard_key.emplace().fill(seed);
  device.addresses = {IpAddress::parse(fmt::format("10.9.0.{}", seed)).value_or(IpAddress()),
                      IpAddress::parse(fmt::format("fd00::{:x}", seed)).value_or(IpAddress())};
  device.created = kNow;
  return device;
}

inline session::Session session_named(const std::string& id, const std::string& user,
                                      const std::string& device) {
  return {.id = id,
          .user = user,
          .device = device,
          .door = session::Door::client,
          .source = "192.0.2.1",
          .started = kNow,
          .ends = kNow + 3600};
}

inline StoredOtp sealed_otp() {
  return {.sealed = {1, 0, 3},
          .shape = {.algorithm = session::Algorithm::sha256, .digits = 8, .period = 60}};
}

inline session::AuditNote note_of(session::Act act, const std::string& user) {
  return {.at = kNow, .actor = "uid 1000", .act = act, .user = user, .detail = "by a test"};
}

class UserStoreContract : public ::testing::Test {
 public:
  UserStoreContract(const UserStoreContract&) = delete;
  UserStoreContract& operator=(const UserStoreContract&) = delete;
  ~UserStoreContract() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

 protected:
  UserStoreContract() {
    auto pattern = (std::filesystem::temp_directory_path() / "kaido-store-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    files_ = {.database = folder_ / "users.db",
              .checkpoint = folder_ / "audit.checkpoint",
              .key = folder_ / "audit.key"};
    reopen();
  }

  SqliteStore& store() { return *store_; }
  void reopen() {
    store_.reset();
    store_ = std::make_unique<SqliteStore>(files_);
  }
  void close() { store_.reset(); }

  /// What one transaction says.
  Result<void> commit(const Transaction& transaction) {
    const auto all = store().commit({&transaction, 1});
    if (!all) return std::unexpected(all.error());
    return all->at(0);
  }
  Result<void> change(Change change) {
    return commit({.changes = {std::move(change)}, .notes = {}});
  }
  /// Also written into the audit.
  Result<void> add_user(const std::string& name) {
    return commit({.changes = {change::AddUser{user_named(name)}},
                   .notes = {note_of(session::Act::user_added, name)}});
  }
  void with_user(const std::string& name) { ASSERT_TRUE(add_user(name)); }

  std::vector<std::string> names() { return names_in(store()); }
  static std::vector<std::string> names_in(SqliteStore& store) {
    const auto users = store.users();
    if (!users) return {users.error().detail};
    std::vector<std::string> names;
    names.reserve(users->size());
    for (const auto& user : *users) names.push_back(user.name);
    return names;
  }
  /// What verify_audit() finds wrong; empty: nothing.
  std::string fault() {
    const auto verdict = store().verify_audit();
    return verdict ? verdict->fault.value_or("") : verdict.error().detail;
  }
  /// As somebody with a shell would do.
  void by_hand(const std::string& sql) const {
    SQLite::Database(files_.database, SQLite::OPEN_READWRITE, 2000).exec(sql);
  }
  /// The database alone, and whole, as a backup is made.
  void back_up() const {
    std::filesystem::remove(backup());
    by_hand(fmt::format("VACUUM INTO '{}'", backup().string()));
    std::filesystem::permissions(backup(), std::filesystem::perms(0600));
  }
  /// Puts it in place as install(1) and rsync(1) do: another file of the same name.
  void restore() const {
    std::filesystem::copy_file(backup(), folder_ / "copy");
    std::filesystem::rename(folder_ / "copy", files_.database);
  }
  [[nodiscard]] std::filesystem::path backup() const { return folder_ / "backup.db"; }

  // NOLINTBEGIN(*-non-private-member-variables-in-classes): a fixture
  std::filesystem::path folder_;
  SqliteStore::Files files_;
  // NOLINTEND(*-non-private-member-variables-in-classes)

 private:
  std::unique_ptr<SqliteStore> store_;
};

/// Expects that a Result is this error, with this detail.
inline void expect_error(const Result<void>& result, Condition condition,
                         const std::string& detail) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().condition, condition) << result.error().detail;
  EXPECT_EQ(result.error().detail, detail);
}

}  // namespace kaido
