// What --help says of the verbs about people.
#include "text_people.hpp"

namespace kaido::cli::text {

const Help help_user{"user", "The people who may log in on this hub, and their codes",
                     R"(Examples:
  kaido user list
  kaido user add mika --name 'Mika Yamada' --group staff
  kaido user otp new mika       a one-time password, as a QR code
  kaido user show mika          all about one, with devices and sessions)"};
const Help help_user_add{
    "add", "Add a user",
    R"(NAME is 1 to 64 of a-z, 0-9, '.', '_', '-' and '@', a letter or digit first.

Examples:
  kaido user add mika
  kaido user add mika --name '山田 美香' --group staff --group admins)"};
const Help help_user_list{"list", "All users", R"(Examples:
  kaido user list
  kaido user list --json | jq -r '.users[] | select(.otp != "confirmed") | .name')"};
const Help help_user_show{"show", "All about a user: codes, devices, living sessions",
                          R"(Examples:
  kaido user show mika)"};
const Help help_user_disable{"disable", "Let a user log in no more; sessions end at once",
                             R"(Examples:
  kaido user disable mika)"};
const Help help_user_enable{"enable", "Let a user log in again after 'disable'",
                            R"(Examples:
  kaido user enable mika)"};
const Help help_user_set{"set", "Change the name shown, the groups or the policy",
                         R"(The groups given replace those of before.

Examples:
  kaido user set mika --name 'Mika Sato'
  kaido user set mika --group staff --group admins
  kaido user set mika --no-groups
  kaido user set branch-printers --policy certificate)"};
const Help help_user_remove{"remove", "Remove a user with devices and codes; sessions end at once",
                            R"(What the audit says of the user stays.

Examples:
  kaido user remove mika
  kaido user remove mika --yes  do not ask)"};
const Help help_user_import{
    "import", "Add many users out of a CSV file: all of them or none",
    R"(The first line names the columns: name, display, groups, policy; only the name must
be there. Groups are separated by semicolons. UTF-8. All mistakes are shown with line and column, and then nothing
is changed; exit code 3.

  name,display,groups
  mika,山田 美香,staff;admins
  tom,"Miller, Tom",staff

Examples:
  kaido user import people.csv --dry-run   check only
  kaido user import people.csv
  kaido user import - < people.csv)"};
const Help help_otp{"otp", "One-time passwords, recovery codes and bypass codes",
                    R"(Examples:
  kaido user otp new mika
  kaido user otp verify mika    confirms it with a first code
  kaido user otp recovery-codes mika
  kaido user otp bypass mika --for 2h)"};
const Help help_otp_new{
    "new", "A new one-time password, shown once as a QR code",
    R"(The old one counts no more. Most authenticator apps know SHA1, 6 digits and 30
seconds only. Where standard output is no terminal, say what shall be written.

Examples:
  kaido user otp new mika
  kaido user otp new mika --svg mika.svg   a picture that only you can read
  kaido user otp new mika --uri            the text that the QR code holds
  kaido user otp new mika --algorithm SHA256 --digits 8 --period 60)"};
const Help help_otp_verify{
    "verify", "Confirm a one-time password with a code of it",
    R"(Asks for the code, and shows nothing of it; without a terminal reads it from
standard input. The code is used up. Exit code 1 when it does not count.

Examples:
  kaido user otp verify mika
  kaido user otp verify mika --code-fd 3 3< code.txt)"};
const Help help_otp_recovery_codes{
    "recovery-codes", "Ten codes for when the authenticator app is lost",
    R"(Each counts once in place of a one-time password. Older ones count no more.

Examples:
  kaido user otp recovery-codes mika
  kaido user otp recovery-codes mika --json | jq -r '.codes[]')"};
const Help help_otp_bypass{"bypass", "One code that counts once, for a time",
                           R"(For somebody who forgot the phone. An older one counts no more.

Examples:
  kaido user otp bypass mika --for 2h
  kaido user otp bypass mika --for 30m)"};

const Help help_device{"device", "The devices of people, by their certificates", R"(Examples:
  kaido device list
  kaido device add mika laptop --certificate laptop.crt)"};
const Help help_device_add{
    "add", "Add a device of a user",
    R"(The certificate must be valid now, of a CA of [people], and not of another device.
Its private key stays on the device.

Examples:
  kaido device add mika laptop --certificate laptop.crt
  kaido device add mika phone --certificate phone.crt --wireguard-key KEY)"};
const Help help_device_list{"list", "All devices, or those of one user", R"(Examples:
  kaido device list
  kaido device list mika)"};
const Help help_device_enable{"enable", "Let a device be used again after 'disable'",
                              R"(Examples:
  kaido device enable mika laptop)"};
const Help help_device_disable{"disable", "Let a device be used no more; its sessions end at once",
                               R"(Examples:
  kaido device disable mika laptop)"};
const Help help_device_remove{"remove", "Remove a device; its sessions end at once", R"(Examples:
  kaido device remove mika laptop)"};

const Help help_session{"session", "Who is logged in, and until when", R"(Examples:
  kaido session list
  kaido session end 4f1d2a9c)"};
const Help help_session_list{"list", "The living sessions", R"(Examples:
  kaido session list
  kaido session list --all      the newest 1,000, ended ones too)"};
const Help help_session_show{"show", "All about a session",
                             R"(ID is a session's, or its first digits, four at least.

Examples:
  kaido session show 4f1d2a9c)"};
const Help help_session_end{"end", "End a session at once",
                            R"(ID is a session's, or its first digits, four at least.

Examples:
  kaido session end 4f1d2a9c)"};
const Help help_session_extend{"extend", "Let a session end later",
                               R"(ID is a session's, or its first digits, four at least.

Examples:
  kaido session extend 4f1d2a9c --for 2h)"};

const Help help_audit{"audit", "Who did what: people, codes, devices, sessions, logins",
                      R"(Examples:
  kaido audit
  kaido audit --user mika -n 200
  kaido audit --act login-refused
  kaido audit verify            was anything changed or taken away?)"};
const Help help_audit_verify{
    "verify", "Was the audit changed, or is a part of it missing?",
    R"(Each entry holds the hash of the one before. Exit code 1 when it does not fit.

Examples:
  kaido audit verify)"};
const Help help_login_explain{"explain", "Why a user was refused, and what to do",
                              R"(The person is not told why; you are. The newest 20 refusals.

Examples:
  kaido login explain mika)"};

const char* const option_user = "The user";
const char* const option_new_user = "What the user logs in as";
const char* const option_typed_user = "The user, as the name was typed";
const char* const option_display = "The name that people read, of any script";
const char* const option_group = "A [[group]] of the configuration; may be said again";
const char* const option_groups = "In place of those of before; may be said again";
const char* const option_no_groups = "In no group";
const char* const option_policy =
    "What a login needs: certificate+otp, or certificate for a machine without a person";
const char* const option_device_policy = "The same, in place of the user's";
const char* const option_people_file = "A CSV file, - for standard input";
const char* const option_dry_run = "Check only; change nothing";
const char* const option_algorithm = "SHA1, SHA256 or SHA512 (SHA1 unless told)";
const char* const option_digits = "Of a code, 6 to 8 (6 unless told)";
const char* const option_period = "For which a code is shown, 15 to 120 (30 unless told)";
const char* const option_svg = "Write the QR code as a new picture";
const char* const option_uri = "Print the otpauth:// text; it holds the secret";
const char* const option_code_fd = "Read the code from this file descriptor";
const char* const option_for = "For how long: 30m, 2h, 1d; at most 7d";
const char* const option_device = "The device";
const char* const option_certificate = "Its certificate, PEM or DER";
const char* const option_wireguard_key = "Its public key of WireGuard, base64";
const char* const option_session = "A session, or its first digits";
const char* const option_all = "Ended ones too";
const char* const option_audit_user = "About this user only";
const char* const option_act = "This act only, as login-refused";
const char* const option_audit_count = "How many, 1 to 100000 (50 unless told)";

}  // namespace kaido::cli::text
