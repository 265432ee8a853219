// A UserStore in memory whose content is one value, to be copied, compared and put back.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ports/user_store.hpp"

namespace kaido::test {

/// All that the store holds beside failures and the audit.
struct Tables {
  std::map<std::string, session::User> users;
  std::map<std::string, StoredOtp> otps;
  std::map<std::string, std::vector<StoredCode>> codes;
  std::map<std::pair<std::string, std::string>, session::Device> devices;
  std::vector<session::Session> sessions;  ///< the oldest first
};

/// Failures are not kept: so no login is held up, and more of them come in than would. The audit is
/// not kept either.
class MemoryStore final : public UserStore {
 public:
  Tables tables;
  bool written = false;  ///< something was changed since it was last set to false

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
  bool restored() override { return false; }
  Result<std::vector<Result<void>>> commit(std::span<const Transaction> transactions) override;

 private:
  Result<void> apply(const change::AddUser& add);
  Result<void> apply(const change::SetUser& set);
  Result<void> apply(const change::RemoveUser& remove);
  Result<void> apply(const change::SetOtp& set);
  Result<void> apply(const change::ConfirmOtp& confirm);
  Result<void> apply(const change::UseStep& use);
  Result<void> apply(const change::SetCodes& set);
  Result<void> apply(const change::UseCode& use);
  Result<void> apply(const change::AddDevice& add);
  Result<void> apply(const change::SetDevice& set);
  Result<void> apply(const change::SetDeviceKey& set);
  Result<void> apply(const change::RemoveDevice& remove);
  Result<void> apply(const change::OpenSession& open);
  Result<void> apply(const change::EndSessions& end);
  Result<void> apply(const change::ExtendSession& extend);
  Result<void> apply(const change::EndExpired& end);
  Result<void> apply(const change::ForgetSessions& forget);
  Result<void> apply(const change::SetFailures& set);
};

}  // namespace kaido::test
