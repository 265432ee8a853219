#include "text_people.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "core/session/audit.hpp"
#include "output/terminal.hpp"

namespace kaido::cli::text {
namespace {

using Word = std::pair<std::string_view, std::string_view>;

/// What this version does not know is shown as it came.
template <std::size_t N>
std::string word_for(const std::array<Word, N>& words, const std::string& code) {
  for (const auto& [known, word] : words)
    if (known == code) return std::string(word);
  return code;
}

std::string count_of(std::size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace

const char* const bad_duration =
    "give a time as 30m, 2h or 1d, from one minute to seven days (10080m)";
const char* const nothing_to_set = "say what to change: --name, --group, --no-groups or --policy";
const char* const verify_takes_nothing =
    "audit verify checks the whole audit; --user, --act and -n choose what audit shows";

std::string bad_act(const std::string& act) {
  std::string known;
  for (int i = 0; i <= static_cast<int>(session::Act::logins_refused); ++i)
    known.append(known.empty() ? "" : ", ") += to_string(static_cast<session::Act>(i));
  return fmt::format("{} is no act; there are: {}", printable(act), known);
}

std::string in_a_time(std::int64_t seconds) { return fmt::format("(in {})", duration(seconds)); }
const char* const over = "(over)";

std::string heading_users(std::size_t count) { return count_of(count, "user", "users"); }
std::string heading_devices(std::size_t count) { return count_of(count, "device", "devices"); }
std::string heading_sessions(std::size_t count) { return count_of(count, "session", "sessions"); }
std::string heading_living_sessions(std::size_t count) {
  return count_of(count, "living session", "living sessions");
}
std::string heading_audit(std::size_t count) {
  return count_of(count, "entry of the audit", "entries of the audit") + ", the newest last";
}
std::string heading_refusals(std::size_t count) {
  return count == 1 ? std::string("1 refusal")
                    : fmt::format("{} refusals, the newest first", count);
}
const char* const no_users = "There are no users. Add one: kaido user add NAME\n";
const char* const no_devices =
    "There are no devices. Add one: kaido device add USER NAME --certificate FILE\n";
const char* const no_sessions = "There are no sessions.\n";
const char* const no_living_sessions = "No session lives. Ended ones: kaido session list --all\n";
const char* const no_entries = "The audit has no such entries.\n";

const char* const column_user = "USER";
const char* const column_display = "NAME";
const char* const column_groups = "GROUPS";
const char* const column_policy = "POLICY";
const char* const column_otp = "ONE-TIME PASSWORD";
const char* const column_recovery = "RECOVERY CODES";
const char* const column_bypass = "BYPASS CODE UNTIL";
const char* const column_person_device = "DEVICE";
const char* const column_addresses = "ADDRESSES";
const char* const column_certificate_end = "CERTIFICATE UNTIL";
const char* const column_session = "SESSION";
const char* const column_door = "DOOR";
const char* const column_source = "FROM";
const char* const column_started = "SINCE";
const char* const column_ends = "UNTIL";
const char* const column_number = "NO.";
const char* const column_time = "TIME";
const char* const column_actor = "BY";
const char* const column_act = "ACT";
const char* const column_about = "ABOUT";
const char* const column_detail = "DETAIL";
const char* const column_why = "WHY";
const char* const label_groups = "Groups";
const char* const label_policy = "Policy";
const char* const label_otp = "One-time password";
const char* const label_recovery = "Recovery codes";
const char* const label_bypass = "Bypass code until";
const char* const label_added = "Added";
const char* const label_user = "User";
const char* const label_subject = "Certificate";
const char* const label_fingerprint = "SHA-256";
const char* const label_certificate_end = "Valid until";
const char* const label_wireguard_key = "WireGuard key";
const char* const label_addresses = "Addresses";
const char* const label_person_device = "Device";
const char* const label_door = "Door";
const char* const label_source = "From";
const char* const label_started = "Since";
const char* const label_ends = "Until";
const char* const label_ended = "Ended";

const char* const person_enabled = "enabled";
const char* const person_disabled = "disabled";
const char* const session_alive = "lives";
const char* const without_groups = "none: reaches nothing";
std::string otp_state(const std::string& state) {
  return state == "unconfirmed" ? "not confirmed" : state;
}
std::string otp_in_full(const UserReport& user) {
  if (user.otp == "none") return "none; make one: kaido user otp new " + user.name;
  auto line = fmt::format("{}; {}, {} digits, every {} s", otp_state(user.otp), user.algorithm,
                          user.digits, user.period);
  if (user.otp == "unconfirmed") line += "; confirm it: kaido user otp verify " + user.name;
  return line;
}
std::string recovery_left(std::uint32_t count) {
  return count == 0 ? std::string("none") : fmt::format("{} unused", count);
}
std::string door(const std::string& door) {
  return word_for(std::array{Word{"client", "client program"}, Word{"radius", "RADIUS"}}, door);
}
std::string session_end(const std::string& reason) {
  return word_for(
      std::array{Word{"", "expired"}, Word{"logged-out", "logged out"},
                 Word{"by-admin", "ended by an admin"}, Word{"user-removed", "user removed"},
                 Word{"user-disabled", "user disabled"}, Word{"device-removed", "device removed"},
                 Word{"device-disabled", "device disabled"},
                 Word{"replaced", "replaced by a newer one"}},
      reason);
}

std::string user_added(const std::string& name) {
  return fmt::format("Added {0}.\nThe one-time password is next: kaido user otp new {0}\n", name);
}
std::string user_enabled(const std::string& name, bool enabled) {
  return enabled ? fmt::format("{} may log in again.\n", name)
                 : fmt::format("{} may log in no more; living sessions were ended.\n", name);
}
std::string user_changed(const std::string& name) { return fmt::format("Changed {}.\n", name); }
std::string ask_user_remove(const std::string& name) {
  return fmt::format(
      "This removes {} with all devices and codes, and ends the sessions. The audit stays.\n"
      "Remove? [y/N] ",
      name);
}
std::string user_removed(const std::string& name) { return fmt::format("Removed {}.\n", name); }
std::string people_added(std::size_t count) {
  return fmt::format("Added {}.\n", heading_users(count));
}
std::string people_right(std::size_t count) {
  return fmt::format("{} can be added; nothing was changed.\n", heading_users(count));
}
std::string device_added(const std::string& user, const std::string& name) {
  return fmt::format("Added the device {} of {}:\n", name, user);
}
std::string device_enabled(const std::string& user, const std::string& name, bool enabled) {
  return enabled
             ? fmt::format("The device {} of {} may be used again.\n", name, user)
             : fmt::format("The device {} of {} may be used no more; its sessions were ended.\n",
                           name, user);
}
std::string device_removed(const std::string& user, const std::string& name) {
  return fmt::format("Removed the device {} of {}; its sessions were ended.\n", name, user);
}
std::string holds_private_key(const std::string& file) {
  return fmt::format(
      "{} holds a private key, which the gateway must not see: give a file with the "
      "certificate alone",
      file);
}
std::string session_ended(const std::string& id) { return fmt::format("Ended session {}.\n", id); }
std::string session_extended(const std::string& end) {
  return fmt::format("The session now ends at {}.\n", end);
}
std::string no_such_user(const std::string& name) { return fmt::format("user \"{}\"", name); }
std::string no_such_session(const std::string& id) {
  return fmt::format("no session's id is {} or begins with it", id);
}
std::string several_sessions(const std::string& id, std::size_t count) {
  return fmt::format("the ids of {} sessions begin with {}; give more of it", count, id);
}
const char* const short_session = "give at least four digits of a session's id";
const char* const see_users = "See the users with: kaido user list";
const char* const see_devices = "See users and devices with: kaido user list; kaido device list";
const char* const see_sessions = "See the sessions with: kaido session list";

const char* const secret_without_terminal =
    "standard output is no terminal, and the secret must not land in a log by accident; nothing "
    "was changed. Say --svg FILE, --uri or --json if it shall be written";
const char* const codes_without_terminal =
    "standard output is no terminal, and codes must not land in a log by accident; nothing was "
    "changed. Say --json if they shall be written";
std::string scan_it(const std::string& user) {
  return fmt::format(
      "{0} scans this now with an authenticator app; it is not shown again.\n"
      "Then confirm it with a code of the app: kaido user otp verify {0}\n",
      user);
}
std::string cannot_draw(const std::string& user) {
  return fmt::format(
      "This terminal has no room, or no characters, for a QR code. {0} enters this\n"
      "in an authenticator app now; it is not shown again. Then confirm it with a code\n"
      "of the app: kaido user otp verify {0}\n\n",
      user);
}
std::string no_qr(const std::string& why) {
  return fmt::format("no QR code can be made of it ({}); make a new one-time password with --uri",
                     why);
}
std::string svg_written(const std::string& file, const std::string& user) {
  return fmt::format(
      "Wrote {0}, which only you can read. Remove it once {1} has scanned it.\n"
      "Then confirm it with a code of the app: kaido user otp verify {1}\n",
      file, user);
}
std::string cannot_write_new(const std::string& file, const std::string& why) {
  return fmt::format("cannot make the file {}: {}; nothing was changed", file, why);
}
std::string svg_lost(const std::string& file, const std::string& why) {
  return fmt::format(
      "cannot write {}: {}. The one-time password was changed and nobody has it: "
      "make another",
      file, why);
}
const char* const ask_code = "Code (it is not shown): ";
const char* const no_code = "no code was given";
std::string cannot_read_code(const std::string& why) {
  return fmt::format("cannot read the code: {}", why);
}
std::string code_counts(const std::string& user) {
  return fmt::format("The code counts: the one-time password of {} is confirmed.\n", user);
}
std::string code_does_not_count(const std::string& user) {
  return fmt::format(
      "The code does not count: it is wrong, or it was used before.\n"
      "  → Wait for the next code and try again. If it never counts, compare the clocks of the\n"
      "    phone and of this gateway, or make a new one: kaido user otp new {}\n",
      user);
}
std::string recovery_codes(const std::string& user) {
  return fmt::format(
      "Recovery codes of {}. Each counts once in place of a one-time password;\n"
      "older ones count no more. They are not shown again.\n\n",
      user);
}
std::string bypass_code(const std::string& user, const std::string& end) {
  return fmt::format(
      "A bypass code of {}. It counts once in place of a one-time password, until\n"
      "{}. It is not shown again.\n\n",
      user, end);
}

const char* const csv_not_utf8 = "this is not UTF-8";
const char* const csv_save_as_utf8 = "save the table as \"CSV UTF-8\"";
const char* const csv_no_header =
    "the first line must name the columns: name,display,groups and, if wanted, policy";
const char* const csv_separated_by_commas =
    "columns are separated by commas; only groups by semicolons";
const char* const csv_quote_open = "this quotation mark is never closed";
const char* const csv_after_quote =
    "a comma or the end of the line is expected after the quotation";
const char* const csv_quote_inside =
    "a quotation mark inside: put the whole field in quotation marks, and double this one";
const char* const csv_display_long = "the name to display is longer than 200 bytes";
const char* const csv_control = "there is a control character or a line feed in this field";
const char* const csv_empty_group = "a group without a name: too many semicolons";
const char* const csv_nobody = "there is nobody in it";
std::string csv_bad_policy(const std::string& policy) {
  return fmt::format("{} is no policy: certificate+otp or certificate", policy);
}
std::string csv_unknown_column(const std::string& column) {
  return fmt::format("unknown column {}; name, display, groups and policy are known",
                     column.empty() ? "without a name" : column);
}
std::string csv_column_twice(const std::string& column) {
  return fmt::format("the column {} is there twice", column);
}
std::string csv_fields(std::size_t found, std::size_t expected) {
  return fmt::format("{}, and the first line names {}", count_of(found, "field", "fields"),
                     count_of(expected, "column", "columns"));
}
std::string csv_name_twice(const std::string& name, std::uint32_t line) {
  return fmt::format("{} is in line {} already", name, line);
}
std::string csv_group_twice(const std::string& group) {
  return fmt::format("the group {} is there twice", group);
}
std::string bad_user_name(const std::string& name) {
  constexpr std::string_view rule =
      "1 to 64 of a-z, 0-9, '.', '_', '-' and '@', a letter or a digit first";
  return name.empty() ? fmt::format("a user needs a name: {}", rule)
                      : fmt::format("{} is no user's name: {}", name, rule);
}
std::string did_you_mean(const std::string& name) { return fmt::format("did you mean {}?", name); }

std::string audit_whole(std::uint64_t entries) {
  return fmt::format("The audit is whole: {}, each follows from the one before.\n",
                     count_of(entries, "entry", "entries"));
}
std::string audit_faulty(const AuditCheck& check) {
  const auto place =
      check.first_bad == 0 ? std::string() : fmt::format(" at entry {}", check.first_bad);
  return fmt::format("The audit was changed{}: {} ({} seen)", place, check.fault,
                     count_of(check.entries, "entry", "entries"));
}
std::string newest_refusal(const std::string& reason, std::int64_t seconds_ago) {
  return fmt::format("Refused {}: {}", ago(seconds_ago), reason);
}
std::string unknown_refusal(const std::string& word) {
  return fmt::format("kaidod says \"{}\", which this version of kaido does not know", word);
}
std::string not_refused(const std::string& user) {
  return fmt::format("No refusal of {} is in the audit.\n", user);
}
const char* const typed_wrong =
    "A name that was typed wrong is recorded as it was typed; see the newest of everybody:\n"
    "  kaido audit --act login-refused\n";
std::string admitted(const std::string& when, const std::string& source, bool since_then) {
  return fmt::format("{}: {}, from {}\n", since_then ? "Admitted since then" : "Last admitted",
                     when, source);
}
const char* const never_admitted = "Never admitted so far.\n";

}  // namespace kaido::cli::text
