// Two people with a device each, and all that can happen to them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/people_desk.hpp"
#include "ports/user_store.hpp"

namespace kaido::test {

inline constexpr std::size_t kPeople = 2;
inline constexpr session::WallTime kPeriod = 30;  ///< of a one-time password
inline constexpr session::WallTime kSessionSteps = 2;
inline constexpr session::WallTime kBegin = 60'000'000 * kPeriod + 7;

/// By its time step, beside that of now; or none of these.
enum class Code : std::uint8_t { of_before, of_now, of_next, of_the_other, recovery, none };

struct Event {
  enum class Kind : std::uint8_t {
    log_in,        ///< `who` with the device of `whose`
    log_in_twice,  ///< the same at two doors at once
    next_step,     ///< of the clock, by which sessions run out
    switch_user,   ///< disabled, or enabled again
    switch_device,
    switch_policy,  ///< of the user
    end_session,    ///< by an admin
    restart,        ///< of kaidod, whether it was killed or not
  };
  Kind kind = Kind::next_step;
  std::size_t who = 0;
  std::size_t whose = 0;
  Code code = Code::none;
};
[[nodiscard]] std::vector<Event> all_events();
[[nodiscard]] std::string to_string(const Event& event);
[[nodiscard]] std::string name_of(std::size_t who);

/// Codes are texts that say whose they are and of which step, and nothing is secret.
class OpenVault final : public OtpVault {
 public:
  Result<Sealed> make(std::string_view user, session::Algorithm algorithm) override;
  Result<std::optional<std::uint64_t>> match(std::string_view user,
                                             std::span<const std::uint8_t> sealed,
                                             const session::OtpShape& shape, const Secret& code,
                                             session::WallTime now) override;
  Result<Codes> make_codes(std::string_view user, std::size_t count) override;
  Result<std::array<std::uint8_t, 32>> hash_code(std::string_view user,
                                                 const Secret& code) override;
  Result<std::string> make_id() override;
  Result<Secret> session_key(std::string_view session) override;

 private:
  std::uint64_t ids_ = 0;
};

/// A certificate is the name of who has it, and so is a signature by its key.
class NameJudge final : public CertificateJudge {
 public:
  Result<void> trust(const PeopleTrust& /*trust*/) override { return {}; }
  [[nodiscard]] session::CertificateFacts judge(std::string_view certificates,
                                                session::WallTime now) const override;
  [[nodiscard]] bool signed_by(std::string_view certificates, std::string_view text,
                               std::string_view signature) const override;
};
[[nodiscard]] session::Fingerprint fingerprint_of(std::string_view name);

/// What they begin with: the person, a one-time password, a recovery code, a device.
[[nodiscard]] Transaction beginning(std::size_t who, std::optional<session::Policy> device_policy);

/// Does what the event says, but the clock and the restart; gives the answer of each login.
[[nodiscard]] std::vector<std::string> perform(PeopleDesk& desk, UserStore& store,
                                               const Event& event, session::WallTime now);

}  // namespace kaido::test
