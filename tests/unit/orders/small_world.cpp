#include "unit/orders/small_world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

namespace kaido::test {
namespace {

using Kind = Event::Kind;

constexpr std::array kKinds{"logs in",       "logs in twice",   "the clock goes on",
                            "user switched", "device switched", "policy switched",
                            "session ended", "kaidod restarts"};
constexpr std::array kCodes{"the code of before", "the code of now", "the next code",
                            "the other's code",   "a recovery code", "no code"};

std::string code_text(const Event& event, session::WallTime now) {
  const auto step = now / kPeriod;
  switch (event.code) {
    case Code::of_before:
      return fmt::format("{} {}", name_of(event.who), step - 1);
    case Code::of_now:
      return fmt::format("{} {}", name_of(event.who), step);
    case Code::of_next:
      return fmt::format("{} {}", name_of(event.who), step + 1);
    case Code::of_the_other:
      return fmt::format("{} {}", name_of(1 - event.who), step);
    case Code::recovery:
      return "recovery";
    case Code::none:
      return "";
  }
  return "";
}

session::Settings settings() { return {.session_minutes = kSessionSteps * kPeriod / 60}; }

std::string answer_of(const Result<LoginOutcome>& outcome) {
  if (!outcome) return outcome.error().to_string();
  const auto* const refused = std::get_if<session::Refused>(&*outcome);
  return refused == nullptr ? "admitted" : to_string(refused->why);
}

std::vector<std::string> log_in(PeopleDesk& desk, const Event& event, const Asked& asked) {
  const LoginRequest request{.user = name_of(event.who),
                             .code = Secret(std::string_view(code_text(event, asked.now))),
                             .certificates = name_of(event.whose),
                             .door = session::Door::client,
                             .source = "192.0.2.1",
                             .wireguard_key = "",
                             .signed_text = "",
                             .signature = name_of(event.whose)};
  const std::vector<LoginRequest> requests(event.kind == Kind::log_in_twice ? 2 : 1, request);
  std::vector<std::string> answers;
  for (const auto& outcome : desk.log_in(asked, settings(), requests))
    answers.push_back(answer_of(outcome));
  return answers;
}

void end_session(PeopleDesk& desk, UserStore& store, const Event& event, const Asked& asked) {
  const auto living = store.sessions(asked.now).value();
  const auto found = std::ranges::find(living, name_of(event.who), &session::Session::user);
  if (found != living.end()) desk.end_session(asked, found->id).value();
}

}  // namespace

std::string name_of(std::size_t who) { return who == 0 ? "alice" : "bob"; }

std::vector<Event> all_events() {
  std::vector<Event> events{{.kind = Kind::next_step}, {.kind = Kind::restart}};
  for (std::size_t who = 0; who < kPeople; ++who) {
    for (const auto kind :
         {Kind::switch_user, Kind::switch_device, Kind::switch_policy, Kind::end_session})
      events.push_back({.kind = kind, .who = who});
    for (const auto code : {Code::of_before, Code::of_now, Code::of_next, Code::of_the_other,
                            Code::recovery, Code::none})
      for (std::size_t whose = 0; whose < kPeople; ++whose)
        events.push_back({.kind = Kind::log_in, .who = who, .whose = whose, .code = code});
    for (const auto code : {Code::of_now, Code::recovery})
      events.push_back({.kind = Kind::log_in_twice, .who = who, .whose = who, .code = code});
  }
  return events;
}

std::string to_string(const Event& event) {
  const auto* const what = kKinds.at(static_cast<std::size_t>(event.kind));
  if (event.kind == Kind::next_step || event.kind == Kind::restart) return what;
  if (event.kind != Kind::log_in && event.kind != Kind::log_in_twice)
    return fmt::format("{} of {}", what, name_of(event.who));
  return fmt::format("{} {} with {} and {}'s device", name_of(event.who), what,
                     kCodes.at(static_cast<std::size_t>(event.code)), name_of(event.whose));
}

// ---- vault and judge

Result<OtpVault::Sealed> OpenVault::make(std::string_view user, session::Algorithm /*algorithm*/) {
  return Sealed{.bytes = {user.begin(), user.end()}, .seed = Secret(user)};
}

Result<std::optional<std::uint64_t>> OpenVault::match(std::string_view user,
                                                      std::span<const std::uint8_t> /*sealed*/,
                                                      const session::OtpShape& shape,
                                                      const Secret& code, session::WallTime now) {
  const auto step = now / shape.period;
  for (const auto one : {step + 1, step, step - 1})
    if (code.reveal_text() == fmt::format("{} {}", user, one))
      return static_cast<std::uint64_t>(one);
  return std::nullopt;
}

Result<OtpVault::Codes> OpenVault::make_codes(std::string_view user, std::size_t count) {
  Codes made;
  for (std::size_t i = 0; i < count; ++i) {
    made.codes.emplace_back(std::string_view(fmt::format("recovery{}", i)));
    made.hashes.push_back(hash_code(user, made.codes.back()).value());
  }
  return made;
}

Result<std::array<std::uint8_t, 32>> OpenVault::hash_code(std::string_view user,
                                                          const Secret& code) {
  std::array<std::uint8_t, 32> hash{};
  const auto text = fmt::format("{:.8}:{:.20}", user, code.reveal_text());
  std::ranges::copy(text, hash.begin());
  return hash;
}

Result<std::string> OpenVault::make_id() { return fmt::format("{:032x}", ++ids_); }

Result<Secret> OpenVault::session_key(std::string_view session) { return Secret(session); }

session::Fingerprint fingerprint_of(std::string_view name) {
  session::Fingerprint fingerprint{};
  std::ranges::copy(name, fingerprint.begin());
  return fingerprint;
}

session::CertificateFacts NameJudge::judge(std::string_view certificates,
                                           session::WallTime /*now*/) const {
  session::CertificateFacts facts;
  facts.fault.reset();
  facts.fingerprint = fingerprint_of(certificates);
  return facts;
}

bool NameJudge::signed_by(std::string_view certificates, std::string_view /*text*/,
                          std::string_view signature) const {
  return signature == certificates;
}

// ---- what happens

Transaction beginning(std::size_t who, std::optional<session::Policy> device_policy) {
  const auto name = name_of(who);
  session::Device device;
  device.user = name;
  device.name = "laptop";
  device.fingerprint = fingerprint_of(name);
  device.policy = device_policy;
  OpenVault vault;
  const auto hash = vault.hash_code(name, Secret(std::string_view("recovery"))).value();
  session::User user;
  user.name = name;
  return {.changes = {change::AddUser{user},
                      change::SetOtp{.user = name, .otp = {.sealed = {1}, .shape = {}}},
                      change::ConfirmOtp{name},
                      change::SetCodes{name, false, {{.hash = hash, .bypass = false}}},
                      change::AddDevice{device}},
          .notes = {}};
}

std::vector<std::string> perform(PeopleDesk& desk, UserStore& store, const Event& event,
                                 session::WallTime now) {
  const Asked asked{.actor = "root", .now = now, .utc_offset = 0};
  const auto name = name_of(event.who);
  const auto user = store.user(name).value().value();
  UserChange change;
  switch (event.kind) {
    case Kind::log_in:
    case Kind::log_in_twice:
      return log_in(desk, event, asked);
    case Kind::next_step:
    case Kind::restart:
      desk.stored(asked).value();  // as kaidod reads it: what ran out is ended
      break;
    case Kind::switch_user:
      change.enabled = !user.enabled;
      desk.change_user(asked, settings(), name, change).value();
      break;
    case Kind::switch_policy:
      change.policy = user.policy == session::Policy::certificate
                          ? session::Policy::certificate_and_otp
                          : session::Policy::certificate;
      desk.change_user(asked, settings(), name, change).value();
      break;
    case Kind::switch_device:
      desk.enable_device(asked, name, "laptop",
                         !store.device(fingerprint_of(name)).value().value().enabled)
          .value();
      break;
    case Kind::end_session:
      end_session(desk, store, event, asked);
      break;
  }
  return {};
}

}  // namespace kaido::test
