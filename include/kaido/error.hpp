// Every failure has a name: the catalogue of conditions, and the error type that carries one.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace kaido {

enum class Severity : std::uint8_t { info, warning, error };
[[nodiscard]] const char* to_string(Severity severity);

/// A named trouble. The text of each (cause, remedy) lies in conditions.cpp and nowhere else.
enum class Condition : std::uint8_t {
  config_invalid,
  config_not_written,
  state_not_written,
  state_not_read,
  certificate_unusable,
  certificate_expires_soon,
  key_unusable,
  permission_denied,
  needs_restart,
  daemon_running,
  charon_absent,
  charon_refused,
  charon_protocol,
  charon_outdated,
  wireguard_unsupported,
  kernel_refused,
  kernel_unreachable,
  firewall_refused,
  forwarding_dropped,
  bus_absent,
  uplink_missing,
  uplink_down,
  uplink_no_address,
  uplink_no_gateway,
  uplink_enslaved,
  tunnel_no_answer,
  tunnel_refused,
  tunnel_wrong_identity,
  tunnel_certificate_expired,
  tunnel_certificate_untrusted,
  tunnel_proposals_differ,
  tunnel_selectors_differ,
  tunnel_no_handshake,
  tunnel_failed,
  network_unreachable,
  network_outside_limits,
  probe_budget_spent,
  path_silent,
  path_upload_dead,
  path_download_dead,
  path_data_dead,
  path_size_limited,
  path_lossy,
  path_slow,
  all_paths_silent,
  ipsec_blocked,
  reflector_silent,
  reflector_absent,
  reflector_outdated,
  claim_ignored,
  people_not_configured,
  user_store_failed,
  user_store_newer,
  user_store_restored,
  audit_broken,
  otp_key_unusable,
  addresses_exhausted,
  login_refused,
  invalid_argument,
  already_exists,
  not_found,
  torn_down,
  internal,
};

struct ConditionInfo {
  std::string_view code;  ///< stable, kebab-case, shown to people and programs alike
  Severity severity;
  std::string_view cause;   ///< one sentence
  std::string_view remedy;  ///< one sentence
};

[[nodiscard]] const ConditionInfo& info(Condition condition);

/// What went wrong: the condition and what was tried. Never holds a secret.
struct Error {
  Condition condition = Condition::internal;
  std::string detail;
  /// How grave it is here; nullopt: as the catalogue says.
  std::optional<Severity> gravity = std::nullopt;

  [[nodiscard]] Severity severity() const;
  /// "cause: detail. remedy"
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const Error&, const Error&) = default;
};

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> failure(Condition condition, std::string detail) {
  return std::unexpected(Error{condition, std::move(detail)});
}

}  // namespace kaido
