#include "text_login.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "output/moment.hpp"
#include "output/terminal.hpp"

namespace kaido::cli::text {
namespace {

using login::Reason;

std::string listed(const std::vector<Prefix>& prefixes) {
  std::string text;
  for (const auto& prefix : prefixes) text += (text.empty() ? "" : ", ") + prefix.to_string();
  return text;
}

/// "04:00 (in 7 h 20 min)", with the date where it is far.
std::string end_of(const login::Session& session) {
  constexpr std::int64_t near = 72'000;  // 20 h
  constexpr std::size_t date = sizeof "2026-11-28 " - 1;
  const auto left = session.ends - session.now;
  auto moment = local_minute(session.ends);
  if (left < near && moment.size() > date) moment.erase(0, date);
  return left > 0 ? fmt::format("{} (in {})", moment, duration(left)) : moment;
}

}  // namespace

const Help help_log_in{
    "login", "Log in at a hub with this device; or why somebody cannot log in",
    R"(Asks for the code and shows nothing of it; without a terminal reads it from standard
input. Of several hubs the one that answers first is taken. What is not said is
taken from ~/.config/kaido/login.toml:

  hubs = ["https://tokyo.example", "https://osaka.example:8443"]
  user = "mika"
  certificate = "laptop.crt"
  key = "laptop.key"
  trust = "ca.pem"               unless the system trusts the hub's certificate
  wireguard_key = "wireguard.key"
  write_config = "/etc/wireguard/kaido.conf"

With --wireguard-key the tunnel is Kaido's own: each session has a fresh pre-shared key, and
the configuration that --write-config names is the one that works. A tunnel with a
configuration of your own, whose key an admin has registered, needs neither.

Exit code 7 when --watch has seen the end of the session.

Examples:
  kaido login
  kaido login https://tokyo.example --user mika --certificate laptop.crt --key laptop.key
  kaido login --write-config ~/kaido.conf && sudo wg-quick up ~/kaido.conf
  sudo kaido login --up         and bring the tunnel up; 'sudo kaido logout' takes it down
  kaido login --watch           stay, and say when the session ends
  kaido login --state
  kaido login --extend
  kaido login explain mika      for admins: why was mika refused?)"};
const Help help_logout{"logout", "End the session of this device",
                       R"(Examples:
  kaido logout)"};
const char* const option_login_url = "Hubs, as https://HOST:PORT";
const char* const option_login_user = "Who you are (your ID)";
const char* const option_login_certificate = "This device's certificate, PEM";
const char* const option_login_key = "Its private key, PEM, mode 0600";
const char* const option_login_trust = "Authorities of the hub's certificate, PEM";
const char* const option_login_wireguard_key =
    "This device's private key of WireGuard; made when it is missing";
const char* const option_write_config = "Write a configuration for wg-quick";
const char* const option_up = "Bring the tunnel up by it, in place of the last session's";
const char* const option_no_code = "Ask for no code: the policy of the device is certificate";
const char* const option_login_state = "Is there a session, and until when?";
const char* const option_extend = "Let the session end later";
const char* const option_login_watch =
    "Stay, warn 15 minutes before the end, and say when it is over";
const char* const login_option_for_session =
    "--state and --extend are about the session there is, and take nothing else but --watch";
const char* const login_option_for_explain = "this is for logging in, not for 'explain'";

const char* const no_hub_given =
    "which hub? Say https://HOST:PORT, or write hubs in ~/.config/kaido/login.toml";
const char* const no_certificate_given =
    "this device's certificate and key are needed: --certificate FILE --key FILE, or certificate "
    "and key in ~/.config/kaido/login.toml";
const char* const no_user_given = "who are you? Say --user NAME; there is no terminal to ask on";
const char* const config_and_wireguard_key =
    "--wireguard-key and --write-config go together: the configuration has this device's private "
    "key and the session's pre-shared key";
const char* const up_needs_config =
    "--up needs --wireguard-key FILE and --write-config FILE: of what tunnel?";
const char* const ask_user = "ID: ";
const char* const bad_login_user = "an ID has 1 to 128 bytes and no control characters";
std::string bad_url(const std::string& what) {
  return fmt::format("{} is no address of a hub", what);
}
const char* const url_remedy = "such as \"https://hub.example:8443\", without a path";
std::string too_many_hubs(std::size_t most) { return fmt::format("at most {} hubs", most); }
const char* const no_home =
    "there is no place to remember the session: neither HOME nor XDG_STATE_HOME is set";

std::string unknown_key(const std::string& key) { return fmt::format("unknown key {}", key); }
std::string expected_list(const std::string& found) {
  return fmt::format("hubs: expected a list of strings, found {}", found);
}
std::string expected_text(const std::string& key, const std::string& found) {
  return fmt::format("{}: expected a string that is not empty, found {}", key, found);
}

std::string ask_passphrase(const std::string& file) {
  return fmt::format("Passphrase of {}: ", printable(file));
}
std::string key_needs_passphrase(const std::string& file) {
  return fmt::format("{} is locked by a passphrase, and there is no terminal to ask for it", file);
}
std::string wrong_passphrase(const std::string& file) {
  return fmt::format("the passphrase does not open {}", file);
}
std::string no_key_in(const std::string& file) {
  return fmt::format("{} has no private key in PEM", file);
}
const char* const key_remedy = "A key begins with -----BEGIN PRIVATE KEY----- or similar";
std::string key_of_wrong_kind(const std::string& file) {
  return fmt::format("{}: only EC, RSA and Ed25519 keys can sign a login", file);
}
std::string key_does_not_fit(const std::string& key, const std::string& certificate) {
  return fmt::format("{} is not the key of the first certificate in {}", key, certificate);
}
std::string no_certificate_in(const std::string& file) {
  return fmt::format("{} has no certificate, or one that cannot be read", file);
}
std::string certificates_too_long(const std::string& file) {
  return fmt::format(
      "{} has more certificates than a hub takes; the device's own and those of "
      "authorities in between are enough",
      file);
}
std::string no_wireguard_key_in(const std::string& file) {
  return fmt::format("{} has no private key of WireGuard", file);
}
const char* const wireguard_key_remedy =
    "It is one line as 'wg genkey' writes it; a file that is missing is made";
const char* const cannot_make_key = "cannot make a key of WireGuard: there is no randomness";
const char* const cannot_sign = "the device's key cannot sign";
std::string trust_unusable(const std::string& file, const std::string& why) {
  return file.empty() ? fmt::format("the system's list of authorities cannot be used: {}", why)
                      : fmt::format("the authorities in {} cannot be used: {}", file, why);
}
const char* const trust_remedy = "--trust names a file of certificates in PEM";
std::string tls_unusable(const std::string& why) {
  return fmt::format("TLS 1.3 cannot be used: {}", why);
}
std::string state_broken(const std::string& file) {
  return fmt::format("{} does not say what a session is", file);
}
const char* const state_broken_remedy = "Remove it and log in again";
std::string cannot_write(const std::string& file, const std::string& why) {
  return fmt::format("cannot write {}: {}", file, why);
}
std::string not_written(const std::string& detail) {
  return fmt::format("cannot write {}", detail);
}
const char* const no_file = "it is no file";
std::string not_our_file(const std::string& file) {
  return fmt::format("{} was not written by kaido login, and stays as it is", file);
}
const char* const not_our_file_remedy = "Name another file, or move this one away";

std::string in_words(const login::Trouble& trouble) {
  const auto& detail = trouble.detail;
  switch (trouble.reason) {
    case Reason::no_address:
      return fmt::format("its address cannot be found ({})", detail);
    case Reason::not_reached:
      return fmt::format("it cannot be reached ({})", detail);
    case Reason::no_connection:
      return "it does not answer";
    case Reason::no_answer:
      return "it is reached, but gives no answer in time";
    case Reason::closed:
      return "it closed the connection before it answered";
    case Reason::no_tls:
      return "what answers there does not speak TLS";
    case Reason::old_tls:
      return "it does not speak TLS 1.3";
    case Reason::tls:
      return detail.empty() ? "TLS failed" : fmt::format("TLS failed ({})", detail);
    case Reason::untrusted:
      return fmt::format("the hub's certificate is not trusted ({}); --trust names its authority",
                         detail);
    case Reason::expired:
      return "the hub's certificate has expired, or this device's clock is wrong";
    case Reason::not_yet_valid:
      return "the hub's certificate is not valid yet: this device's clock may be wrong";
    case Reason::other_name:
      return "the hub's certificate is for another name";
    case Reason::too_long:
      return "its answer is too long";
    case Reason::not_understood:
      return fmt::format("its answer cannot be understood: {}", detail);
    case Reason::no_portal:
      return "no portal of Kaido is there";
    case Reason::wrong_host:
      return "the hub does not answer to this name";
    case Reason::bad_request:
      return fmt::format("the hub does not take what this version of kaido asks (status {})",
                         detail);
    case Reason::refused:
      return "it refuses to answer this device";
    case Reason::wait:
      return fmt::format("there were too many attempts: wait {} and try again", detail);
    case Reason::unavailable:
      return "it cannot let anybody in now";
    case Reason::cancelled:
      return "it was not waited for";
  }
  __builtin_unreachable();
}

std::string no_hub(const std::vector<login::HubUrl>& urls,
                   const std::vector<login::Trouble>& troubles) {
  if (urls.size() == 1) return hub_failed(urls[0], troubles[0]);
  std::string reasons;
  for (std::size_t i = 0; i < urls.size(); ++i)
    reasons +=
        fmt::format("{}{}: {}", i == 0 ? "" : "; ", urls[i].to_string(), in_words(troubles[i]));
  return "no hub can be used: " + reasons;
}
std::string hub_failed(const login::HubUrl& url, const login::Trouble& trouble) {
  return fmt::format("{} cannot be used: {}", url.to_string(), in_words(trouble));
}
const char* const login_refused =
    "The hub refused the login. Check ID, code and certificate; your admin can see why.";
const char* const session_refused = "The hub refused: it knows no such session of this device.";
const char* const session_refused_remedy = "Log in again: kaido login";
std::string certificate_is_over(std::int64_t end) {
  return fmt::format("By this device's clock its certificate has expired on {}", local_minute(end));
}
std::string wait_before(std::int64_t seconds) {
  return fmt::format("There were too many attempts: wait {} and try again.", duration(seconds));
}
const char* const hub_unavailable = "The hub cannot let anybody in now.";
const char* const hub_unavailable_remedy = "Try again in a minute; then tell your admin";

std::string logged_in(const login::HubUrl& hub, const login::Session& session) {
  return fmt::format("Logged in at {} until {}.\n", hub.to_string(), end_of(session));
}
std::string still_logged_in(const login::HubUrl& hub, const login::Session& session) {
  return logged_in(hub, session);
}
std::string session_extended_until(const login::Session& session) {
  return fmt::format("The session now ends at {}.\n", end_of(session));
}
std::string reaches(const login::Session& session) {
  std::string text;
  if (!session.addresses.empty())
    text += fmt::format("Own addresses: {}\n", listed(session.addresses));
  return text + (session.networks.empty()
                     ? std::string("It reaches no network; your admin can change that.\n")
                     : fmt::format("Reaches: {}\n", listed(session.networks)));
}
std::string bring_up(const login::Session& session, const std::string& config) {
  if (!config.empty())
    return fmt::format("Bring the tunnel up: sudo wg-quick up {}\n", printable(config));
  if (!session.hub_key) return "Bring the tunnel up with this device's IKEv2 client.\n";
  return "To bring the tunnel up, log in with --wireguard-key FILE --write-config FILE.\n";
}
std::string tunnel_is_up(const std::string& config) {
  return fmt::format("The tunnel is up by {}.\n", printable(config));
}
std::string tunnel_failed(const std::string& verb, const std::string& config,
                          const std::string& why) {
  return fmt::format("wg-quick {} {}: {}", verb, printable(config), printable(why));
}
std::string clock_differs(std::int64_t offset) {
  return fmt::format("This device's clock is {} {} the hub's.\n", duration(std::abs(offset)),
                     offset > 0 ? "behind" : "ahead of");
}
const char* const session_not_kept =
    "The session lives, but this device does not remember it: it ends by itself.\n";
const char* const hub_without_wireguard =
    "the hub has no WireGuard, so no configuration was written";
std::string logged_out(const login::HubUrl& hub) {
  return fmt::format("Logged out at {}.\n", hub.to_string());
}
const char* const no_own_session = "There is no session.\n";
const char* const own_session_over = "The session is over: log in again.\n";
const char* const own_session_was_over = "The session was over already.\n";
std::string ends_soon(std::int64_t left) {
  return fmt::format("The session ends in {}. To go on: kaido login --extend\n", duration(left));
}
std::string still_on_hub(std::int64_t ends) {
  return fmt::format("The session is not ended; it ends by itself at {}", local_minute(ends));
}

}  // namespace kaido::cli::text
