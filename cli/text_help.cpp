// What --help says.
#include "text.hpp"

namespace kaido::cli::text {

const char* const program =
    "Kaido: VPN tunnels of this gateway, what works and what does not, its configuration and "
    "people.";
const char* const footer = R"(Exit codes:
  0  fine
  1  something does not work (status, tunnels, paths, switch), a code does not
     count (user otp verify), the audit was changed (audit verify), or there is
     no session (login --state, --extend)
  2  the command line has a mistake
  3  the configuration, the FILE of user import, or login.toml has mistakes
  4  kaidod, the bus to it, or the hub (login) does not answer
  5  not permitted
  6  kaidod or the hub refused or failed
  7  the session is over (login --watch)

Examples:
  kaido status                  what works, what does not, why, and what to do
  kaido tunnels tokyo           every tunnel to the hub tokyo
  kaido paths --watch           loss and delay of every path, live
  kaido config check            is the configuration right?
  kaido user list               who may log in on this hub
  kaido VERB --help             more about a verb)";

const char* const verbs = "Verbs";

const Help help_status{"status", "What works, what does not, why, and what to do",
                       R"(Exit code 1 when something does not work.

Examples:
  kaido status
  kaido status --watch          draw again whenever something changes
  kaido status --json | jq .works)"};
const Help help_tunnels{
    "tunnels", "All tunnels; with a name, all about it",
    R"(Exit code 1 when one of those shown is neither up, listening nor disabled.

Examples:
  kaido tunnels
  kaido tunnels tokyo           every tunnel to the hub tokyo
  kaido tunnels tokyo/a:isp1/ikev2
  kaido tunnels --watch
  kaido tunnels --json | jq -r '.tunnels[] | select(.state != "up") | .name')"};
const Help help_up{"up", "Let a tunnel run again after 'down'",
                   R"(NAME is a tunnel, or the beginning of names: tokyo, tokyo/a, tokyo/a:isp1.

Examples:
  kaido up tokyo/a:isp1/ikev2
  kaido up tokyo                every tunnel to the hub tokyo)"};
const Help help_down{"down", "Take a tunnel down until 'up', also across restarts",
                     R"(NAME is a tunnel, or the beginning of names: tokyo, tokyo/a, tokyo/a:isp1.
Traffic moves to another path first, where there is one.

Examples:
  kaido down tokyo/a:isp1/ikev2
  kaido down tokyo              every tunnel to the hub tokyo)"};
const Help help_config{"config", "Check, compare, apply and show the configuration",
                       R"(Examples:
  kaido config check            before anything else; needs no daemon
  kaido config diff             what would change
  kaido config apply            change it; only what differs is touched)"};
const Help help_check{"check", "Is a configuration right? Needs no daemon",
                      R"(Exit code 3 when it has mistakes; all of them are shown.

Examples:
  kaido config check
  kaido config check new.toml)"};
const Help help_diff{"diff", "What applying a configuration would change",
                     R"(Examples:
  kaido config diff             the daemon's configuration file against what runs
  kaido config diff new.toml)"};
const Help help_apply{"apply", "Apply a configuration; only what differs is touched",
                      R"(A configuration with mistakes changes nothing at all.

Examples:
  kaido config apply            the daemon's configuration file as it is now
  kaido config apply new.toml   save it as the configuration file, and apply it
  kaido config apply - < new.toml)"};
const Help help_show{"show", "The configuration in force, with every default; no secrets",
                     R"(Examples:
  kaido config show
  kaido config show > now.toml)"};
const Help help_site_entry{"site-entry", "The [[site]] entry of this gateway for a hub's admin",
                           R"(Needs no daemon. Holds public keys only.

Examples:
  kaido config site-entry tokyo)"};
const Help help_log{"log", "The newest messages of kaidod",
                    R"(The journal has all of them: journalctl -u kaidod

Examples:
  kaido log
  kaido log -n 200
  kaido log --follow)"};
const Help help_teardown{
    "teardown", "Remove everything that Kaido made, and only that",
    R"(All tunnels and routes of Kaido go, and with them the traffic in them. The
configuration stays: 'kaido config apply' brings everything back. Works without
the daemon too.

Examples:
  kaido teardown
  kaido teardown --yes          do not ask)"};
const Help help_version{"version", "Versions of this program and of kaidod", R"(Examples:
  kaido version)"};

const char* const option_json = "Print JSON (its keys: doc/kaido/cli/README.md)";
const char* const option_config = "The configuration file, for what works without kaidod";
const char* const option_version = "Print the version of this program and exit";
const char* const option_state_dir = "The state folder of kaidod, for when it does not answer";
const char* const option_watch = "Draw again whenever something changes";
const char* const option_name = "A tunnel, or the beginning of names: tokyo, tokyo/a";
const char* const option_hub = "The hub that the entry is for";
const char* const option_file_check = "A configuration; without it the one of --config";
const char* const option_file_given =
    "A configuration, - for standard input; without it the daemon's file";
const char* const option_count = "How many, 1 to 500 (50 unless told)";
const char* const option_follow = "Go on with new messages";
const char* const option_yes = "Do not ask";

}  // namespace kaido::cli::text
