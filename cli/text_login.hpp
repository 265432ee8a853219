// The texts of `kaido login` and `kaido logout`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "login/messages.hpp"
#include "login/trouble.hpp"
#include "login/url.hpp"
#include "text.hpp"

namespace kaido::cli::text {

// --help
extern const Help help_log_in;
extern const Help help_logout;
extern const char* const option_login_url;
extern const char* const option_login_user;
extern const char* const option_login_certificate;
extern const char* const option_login_key;
extern const char* const option_login_trust;
extern const char* const option_login_wireguard_key;
extern const char* const option_write_config;
extern const char* const option_up;
extern const char* const option_no_code;
extern const char* const option_login_state;
extern const char* const option_extend;
extern const char* const option_login_watch;
extern const char* const login_option_for_explain;
extern const char* const login_option_for_session;

// what is missing
extern const char* const no_hub_given;
extern const char* const no_certificate_given;
extern const char* const no_user_given;
extern const char* const config_and_wireguard_key;
extern const char* const up_needs_config;
extern const char* const ask_user;
extern const char* const bad_login_user;
[[nodiscard]] std::string bad_url(const std::string& what);
extern const char* const url_remedy;
[[nodiscard]] std::string too_many_hubs(std::size_t most);
extern const char* const no_home;

// login.toml
[[nodiscard]] std::string unknown_key(const std::string& key);
[[nodiscard]] std::string expected_list(const std::string& found);
[[nodiscard]] std::string expected_text(const std::string& key, const std::string& found);

// files
[[nodiscard]] std::string ask_passphrase(const std::string& file);
[[nodiscard]] std::string key_needs_passphrase(const std::string& file);
[[nodiscard]] std::string wrong_passphrase(const std::string& file);
[[nodiscard]] std::string no_key_in(const std::string& file);
extern const char* const key_remedy;
[[nodiscard]] std::string key_of_wrong_kind(const std::string& file);
[[nodiscard]] std::string key_does_not_fit(const std::string& key, const std::string& certificate);
[[nodiscard]] std::string no_certificate_in(const std::string& file);
[[nodiscard]] std::string certificates_too_long(const std::string& file);
[[nodiscard]] std::string no_wireguard_key_in(const std::string& file);
extern const char* const wireguard_key_remedy;
extern const char* const cannot_make_key;
extern const char* const cannot_sign;
[[nodiscard]] std::string trust_unusable(const std::string& file, const std::string& why);
extern const char* const trust_remedy;
[[nodiscard]] std::string tls_unusable(const std::string& why);
[[nodiscard]] std::string state_broken(const std::string& file);
extern const char* const state_broken_remedy;
[[nodiscard]] std::string cannot_write(const std::string& file, const std::string& why);
[[nodiscard]] std::string not_written(const std::string& detail);
extern const char* const no_file;
[[nodiscard]] std::string not_our_file(const std::string& file);
extern const char* const not_our_file_remedy;

// what a hub says
[[nodiscard]] std::string in_words(const login::Trouble& trouble);
[[nodiscard]] std::string no_hub(const std::vector<login::HubUrl>& urls,
                                 const std::vector<login::Trouble>& troubles);
[[nodiscard]] std::string hub_failed(const login::HubUrl& url, const login::Trouble& trouble);
extern const char* const login_refused;
extern const char* const session_refused;
extern const char* const session_refused_remedy;
[[nodiscard]] std::string certificate_is_over(std::int64_t end);
[[nodiscard]] std::string wait_before(std::int64_t seconds);
extern const char* const hub_unavailable;
extern const char* const hub_unavailable_remedy;

// what came of it
[[nodiscard]] std::string logged_in(const login::HubUrl& hub, const login::Session& session);
[[nodiscard]] std::string session_extended_until(const login::Session& session);
[[nodiscard]] std::string still_logged_in(const login::HubUrl& hub, const login::Session& session);
[[nodiscard]] std::string reaches(const login::Session& session);
/// `config` empty: none was written.
[[nodiscard]] std::string bring_up(const login::Session& session, const std::string& config);
[[nodiscard]] std::string tunnel_is_up(const std::string& config);
[[nodiscard]] std::string tunnel_failed(const std::string& verb, const std::string& config,
                                        const std::string& why);
[[nodiscard]] std::string clock_differs(std::int64_t offset);
extern const char* const session_not_kept;
extern const char* const hub_without_wireguard;
[[nodiscard]] std::string logged_out(const login::HubUrl& hub);
extern const char* const no_own_session;
extern const char* const own_session_over;
extern const char* const own_session_was_over;
[[nodiscard]] std::string ends_soon(std::int64_t left);
[[nodiscard]] std::string still_on_hub(std::int64_t ends);

}  // namespace kaido::cli::text
