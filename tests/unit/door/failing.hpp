// A store and a vault that fail at the call that a test says, as a disk or a key file does.
#pragma once

#include <cstddef>

#include "ports/otp_vault.hpp"
#include "ports/user_store.hpp"

namespace kaido::test {

/// Which call fails; counts them.
class Trouble {
 public:
  void at(std::size_t call) {
    at_ = call;
    calls_ = 0;
  }
  [[nodiscard]] bool came() const { return at_ != 0 && calls_ >= at_; }
  /// `work`, unless its turn is the one that fails.
  template <typename Work>
  auto operator()(Condition condition, Work work) -> decltype(work()) {
    if (++calls_ == at_) return failure(condition, "by a test");
    return work();
  }

 private:
  std::size_t at_ = 0;
  std::size_t calls_ = 0;
};

class FailingStore final : public UserStore {
 public:
  FailingStore(UserStore& store, Trouble& trouble) : store_(store), trouble_(trouble) {}

  Result<std::vector<session::User>> users() override {
    return ask([&] { return store_.users(); });
  }
  Result<std::optional<session::User>> user(std::string_view name) override {
    return ask([&] { return store_.user(name); });
  }
  Result<std::vector<session::Device>> devices() override {
    return ask([&] { return store_.devices(); });
  }
  Result<std::optional<session::Device>> device(const session::Fingerprint& of) override {
    return ask([&] { return store_.device(of); });
  }
  Result<std::optional<StoredOtp>> otp(std::string_view user) override {
    return ask([&] { return store_.otp(user); });
  }
  Result<std::vector<StoredCode>> codes(std::string_view user) override {
    return ask([&] { return store_.codes(user); });
  }
  Result<std::vector<session::Session>> sessions(
      std::optional<session::WallTime> living_at) override {
    return ask([&] { return store_.sessions(living_at); });
  }
  Result<std::optional<session::Session>> session(std::string_view id) override {
    return ask([&] { return store_.session(id); });
  }
  Result<std::vector<session::Failures>> failures(std::span<const std::string> subjects) override {
    return ask([&] { return store_.failures(subjects); });
  }
  Result<std::vector<session::AuditEntry>> audit(const AuditQuery& query) override {
    return ask([&] { return store_.audit(query); });
  }
  Result<AuditVerdict> verify_audit() override {
    return ask([&] { return store_.verify_audit(); });
  }
  bool restored() override { return store_.restored(); }
  Result<std::vector<Result<void>>> commit(std::span<const Transaction> transactions) override {
    return ask([&] { return store_.commit(transactions); });
  }

 private:
  template <typename Work>
  auto ask(Work work) -> decltype(work()) {
    return trouble_(Condition::user_store_failed, work);
  }
  UserStore& store_;
  Trouble& trouble_;
};

class FailingVault final : public OtpVault {
 public:
  FailingVault(OtpVault& vault, Trouble& trouble) : vault_(vault), trouble_(trouble) {}

  Result<Sealed> make(std::string_view user, session::Algorithm algorithm) override {
    return ask([&] { return vault_.make(user, algorithm); });
  }
  Result<std::optional<std::uint64_t>> match(std::string_view user,
                                             std::span<const std::uint8_t> sealed,
                                             const session::OtpShape& shape, const Secret& code,
                                             session::WallTime now) override {
    return ask([&] { return vault_.match(user, sealed, shape, code, now); });
  }
  Result<Codes> make_codes(std::string_view user, std::size_t count) override {
    return ask([&] { return vault_.make_codes(user, count); });
  }
  Result<std::array<std::uint8_t, 32>> hash_code(std::string_view user,
                                                 const Secret& code) override {
    return ask([&] { return vault_.hash_code(user, code); });
  }
  Result<std::string> make_id() override {
    return ask([&] { return vault_.make_id(); });
  }
  Result<Secret> session_key(std::string_view session) override {
    return ask([&] { return vault_.session_key(session); });
  }

 private:
  template <typename Work>
  auto ask(Work work) -> decltype(work()) {
    return trouble_(Condition::otp_key_unusable, work);
  }
  OtpVault& vault_;
  Trouble& trouble_;
};

}  // namespace kaido::test
