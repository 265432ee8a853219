// The store of people, devices, sessions and the audit, as an SQLite database.
#pragma once

#include <memory>
#include <string>

#include "ports/user_store.hpp"

namespace kaido {

/// Owns three files, whose folder exists: the database, the checkpoint of its audit, and the key
/// that signs the checkpoint. All are made with mode 0600 where there is no database; each belongs
/// into a backup but the checkpoint, which says how far the audit was.
///
/// Opens at the first call, and again after an error or where another file was put in the place of
/// the database. One that is older than the checkpoint is a restored backup: unused recovery and
/// bypass codes are deleted then, and the audit says so.
///
/// Where the checkpoint or its key is missing or wrong, everything else goes on, but verify_audit()
/// names it, and no new checkpoint is written over what could be evidence.
class SqliteStore final : public UserStore {
 public:
  struct Files {
    std::string database;
    std::string checkpoint;
    std::string key;
  };
  explicit SqliteStore(Files files);
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;
  ~SqliteStore() override;

  Result<std::vector<session::User>> users() override;
  Result<std::optional<session::User>> user(std::string_view name) override;
  Result<std::vector<session::Device>> devices() override;
  Result<std::optional<session::Device>> device(const session::Fingerprint& of) override;
  Result<std::optional<StoredOtp>> otp(std::string_view user) override;
  Result<std::vector<StoredCode>> codes(std::string_view user) override;
  Result<std::vector<session::Session>> sessions(
      std::optional<session::WallTime> living_at) override;
  Result<std::optional<session::Session>> session(std::string_view id) override;
  Result<std::vector<session::Failures>> failures(std::span<const std::string> subjects) override;
  Result<std::vector<session::AuditEntry>> audit(const AuditQuery& query) override;
  Result<AuditVerdict> verify_audit() override;
  bool restored() override;
  Result<std::vector<Result<void>>> commit(std::span<const Transaction> transactions) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kaido
