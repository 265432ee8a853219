// The texts of the verbs about people: user, device, session, audit, login explain.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "people_report.hpp"
#include "text.hpp"

namespace kaido::cli::text {

// --help, in text_people_help.cpp
extern const Help help_user;
extern const Help help_user_add;
extern const Help help_user_list;
extern const Help help_user_show;
extern const Help help_user_disable;
extern const Help help_user_enable;
extern const Help help_user_set;
extern const Help help_user_remove;
extern const Help help_user_import;
extern const Help help_otp;
extern const Help help_otp_new;
extern const Help help_otp_verify;
extern const Help help_otp_recovery_codes;
extern const Help help_otp_bypass;
extern const Help help_device;
extern const Help help_device_add;
extern const Help help_device_list;
extern const Help help_device_enable;
extern const Help help_device_disable;
extern const Help help_device_remove;
extern const Help help_session;
extern const Help help_session_list;
extern const Help help_session_show;
extern const Help help_session_end;
extern const Help help_session_extend;
extern const Help help_audit;
extern const Help help_audit_verify;
extern const Help help_login_explain;
extern const char* const option_user;
extern const char* const option_new_user;
extern const char* const option_typed_user;
extern const char* const option_display;
extern const char* const option_group;
extern const char* const option_groups;
extern const char* const option_no_groups;
extern const char* const option_policy;
extern const char* const option_device_policy;
extern const char* const option_people_file;
extern const char* const option_dry_run;
extern const char* const option_algorithm;
extern const char* const option_digits;
extern const char* const option_period;
extern const char* const option_svg;
extern const char* const option_uri;
extern const char* const option_code_fd;
extern const char* const option_for;
extern const char* const option_device;
extern const char* const option_certificate;
extern const char* const option_wireguard_key;
extern const char* const option_session;
extern const char* const option_all;
extern const char* const option_audit_user;
extern const char* const option_act;
extern const char* const option_audit_count;
extern const char* const bad_duration;
extern const char* const nothing_to_set;
extern const char* const verify_takes_nothing;
[[nodiscard]] std::string bad_act(const std::string& act);

// moments
[[nodiscard]] std::string in_a_time(std::int64_t seconds);  ///< "(in 3 h 20 min)"
extern const char* const over;

// headings and columns
[[nodiscard]] std::string heading_users(std::size_t count);
[[nodiscard]] std::string heading_devices(std::size_t count);
[[nodiscard]] std::string heading_sessions(std::size_t count);
[[nodiscard]] std::string heading_living_sessions(std::size_t count);
[[nodiscard]] std::string heading_audit(std::size_t count);
[[nodiscard]] std::string heading_refusals(std::size_t count);
extern const char* const no_users;
extern const char* const no_devices;
extern const char* const no_sessions;
extern const char* const no_living_sessions;
extern const char* const no_entries;
extern const char* const column_user;
extern const char* const column_display;
extern const char* const column_groups;
extern const char* const column_policy;
extern const char* const column_otp;
extern const char* const column_recovery;
extern const char* const column_bypass;
extern const char* const column_person_device;
extern const char* const column_addresses;
extern const char* const column_certificate_end;
extern const char* const column_session;
extern const char* const column_door;
extern const char* const column_source;
extern const char* const column_started;
extern const char* const column_ends;
extern const char* const column_number;
extern const char* const column_time;
extern const char* const column_actor;
extern const char* const column_act;
extern const char* const column_about;
extern const char* const column_detail;
extern const char* const column_why;
extern const char* const label_groups;
extern const char* const label_policy;
extern const char* const label_otp;
extern const char* const label_recovery;
extern const char* const label_bypass;
extern const char* const label_added;
extern const char* const label_user;
extern const char* const label_subject;
extern const char* const label_fingerprint;
extern const char* const label_certificate_end;
extern const char* const label_wireguard_key;
extern const char* const label_addresses;
extern const char* const label_person_device;
extern const char* const label_door;
extern const char* const label_source;
extern const char* const label_started;
extern const char* const label_ends;
extern const char* const label_ended;

// states
extern const char* const person_enabled;
extern const char* const person_disabled;
extern const char* const session_alive;
extern const char* const without_groups;
[[nodiscard]] std::string otp_state(const std::string& state);
[[nodiscard]] std::string otp_in_full(const UserReport& user);
[[nodiscard]] std::string recovery_left(std::uint32_t count);
[[nodiscard]] std::string door(const std::string& door);
/// How a session that does not live ended.
[[nodiscard]] std::string session_end(const std::string& reason);

// what was done
[[nodiscard]] std::string user_added(const std::string& name);
[[nodiscard]] std::string user_enabled(const std::string& name, bool enabled);
[[nodiscard]] std::string user_changed(const std::string& name);
[[nodiscard]] std::string ask_user_remove(const std::string& name);
[[nodiscard]] std::string user_removed(const std::string& name);
[[nodiscard]] std::string people_added(std::size_t count);
[[nodiscard]] std::string people_right(std::size_t count);
[[nodiscard]] std::string device_added(const std::string& user, const std::string& name);
[[nodiscard]] std::string device_enabled(const std::string& user, const std::string& name,
                                         bool enabled);
[[nodiscard]] std::string device_removed(const std::string& user, const std::string& name);
[[nodiscard]] std::string holds_private_key(const std::string& file);
[[nodiscard]] std::string session_ended(const std::string& id);
[[nodiscard]] std::string session_extended(const std::string& end);
[[nodiscard]] std::string no_such_user(const std::string& name);
[[nodiscard]] std::string no_such_session(const std::string& id);
[[nodiscard]] std::string several_sessions(const std::string& id, std::size_t count);
extern const char* const short_session;
extern const char* const see_users;
extern const char* const see_devices;
extern const char* const see_sessions;

// codes
extern const char* const secret_without_terminal;
extern const char* const codes_without_terminal;
[[nodiscard]] std::string scan_it(const std::string& user);
[[nodiscard]] std::string cannot_draw(const std::string& user);
[[nodiscard]] std::string no_qr(const std::string& why);
[[nodiscard]] std::string svg_written(const std::string& file, const std::string& user);
[[nodiscard]] std::string cannot_write_new(const std::string& file, const std::string& why);
[[nodiscard]] std::string svg_lost(const std::string& file, const std::string& why);
extern const char* const ask_code;
extern const char* const no_code;
[[nodiscard]] std::string cannot_read_code(const std::string& why);
[[nodiscard]] std::string code_counts(const std::string& user);
[[nodiscard]] std::string code_does_not_count(const std::string& user);
[[nodiscard]] std::string recovery_codes(const std::string& user);
[[nodiscard]] std::string bypass_code(const std::string& user, const std::string& end);

// user import
extern const char* const csv_not_utf8;
extern const char* const csv_save_as_utf8;
extern const char* const csv_no_header;
extern const char* const csv_separated_by_commas;
extern const char* const csv_quote_open;
extern const char* const csv_after_quote;
extern const char* const csv_quote_inside;
extern const char* const csv_display_long;
extern const char* const csv_control;
extern const char* const csv_empty_group;
extern const char* const csv_nobody;
[[nodiscard]] std::string csv_bad_policy(const std::string& policy);
[[nodiscard]] std::string csv_unknown_column(const std::string& column);
[[nodiscard]] std::string csv_column_twice(const std::string& column);
[[nodiscard]] std::string csv_fields(std::size_t found, std::size_t expected);
[[nodiscard]] std::string csv_name_twice(const std::string& name, std::uint32_t line);
[[nodiscard]] std::string csv_group_twice(const std::string& group);
[[nodiscard]] std::string bad_user_name(const std::string& name);
[[nodiscard]] std::string did_you_mean(const std::string& name);

// audit, login explain
[[nodiscard]] std::string audit_whole(std::uint64_t entries);
[[nodiscard]] std::string audit_faulty(const AuditCheck& check);
[[nodiscard]] std::string newest_refusal(const std::string& reason, std::int64_t seconds_ago);
[[nodiscard]] std::string unknown_refusal(const std::string& word);
[[nodiscard]] std::string not_refused(const std::string& user);
extern const char* const typed_wrong;
[[nodiscard]] std::string admitted(const std::string& when, const std::string& source,
                                   bool since_then);
extern const char* const never_admitted;

}  // namespace kaido::cli::text
