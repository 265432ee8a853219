#include "api/people.hpp"

#include <sdbus-c++/Types.h>

#include <algorithm>
#include <map>
#include <utility>

#include "api/dictionary.hpp"
#include "api/write_people.hpp"
#include "kaido/dbus/names.hpp"

namespace kaido::api {
namespace {

using Call = sdbus::MethodCall;
using Values = std::map<std::string, sdbus::Variant>;
constexpr auto kAction = dbus::action_people;

constexpr std::uint32_t kMostEntries = 100'000;

/// Answers with what `make` writes of the value.
template <typename T, typename Make>
Done<T> answer_with(const Answer& answer, Make make) {
  return [answer, make = std::move(make)](const Result<T>& outcome) {
    if (!outcome) return answer.refuse(to_dbus(outcome.error()));
    answer.fulfil([&](sdbus::Message& reply) { make(reply, *outcome); });
  };
}

template <typename T>
Done<std::vector<T>> answer_list(const Answer& answer) {
  return answer_with<std::vector<T>>(
      answer, [](sdbus::Message& reply, const std::vector<T>& all) { write_list(reply, all); });
}

/// One that has nothing to say gives back what it was about.
Done<std::monostate> answer_name(const Answer& answer, const std::string& name) {
  return answer_with<std::monostate>(
      answer, [name](sdbus::Message& reply, const std::monostate& /*done*/) { reply << name; });
}

/// The reply is the only copy: libsystemd's own buffers cannot be wiped.
void write_secret(sdbus::Message& reply, const Secret& secret) {
  std::string text(secret.reveal_text());
  reply << text;
  wipe(text);
}

Secret read_secret(Call& call) {
  std::string text;
  call >> text;
  return Secret::absorb(text);
}

[[noreturn]] void refuse(std::string detail) {
  throw to_dbus(Error{Condition::invalid_argument, std::move(detail)});
}

/// Reads a dictionary whose keys are these and no other.
class Reader {
 public:
  explicit Reader(Values values) : values_(std::move(values)) {}
  template <typename T>
  std::optional<T> find(const std::string& key) {
    const auto node = values_.extract(key);
    if (node.empty()) return std::nullopt;
    if (!node.mapped().containsValueOfType<T>()) refuse(key + " is of another type");
    return node.mapped().get<T>();
  }
  void end() const {
    if (!values_.empty()) refuse("there is no key " + values_.begin()->first);
  }

 private:
  Values values_;
};

session::Policy policy_of(const std::string& text) {
  const auto policy = session::parse_policy(text);
  if (!policy) refuse("the policy is certificate+otp or certificate");
  return *policy;
}

std::optional<session::Policy> read_policy(Reader& reader) {
  const auto text = reader.find<std::string>("policy");
  return text ? std::optional(policy_of(*text)) : std::nullopt;
}

NewUser read_user(Values values) {
  Reader reader(std::move(values));
  NewUser user{.name = reader.find<std::string>("name").value_or(""),
               .display = reader.find<std::string>("display").value_or(""),
               .groups = reader.find<std::vector<std::string>>("groups").value_or(
                   std::vector<std::string>()),
               .policy = read_policy(reader).value_or(session::Policy::certificate_and_otp)};
  reader.end();
  return user;
}

}  // namespace

void PeopleMembers::offer() {
  offer_users();
  offer_codes();
  offer_devices();
  offer_sessions();
  offer_audit();
}

void PeopleMembers::offer_users() {
  object_.changing({.name = "ListUsers", .out = "aa{sv}", .out_name = "users"}, kAction,
                   [this](Call& /*call*/, const Answer& answer) {
                     control_.users(answer_list<session::User>(answer));
                   });
  object_.changing({.name = "AddUsers",
                    .in = "aa{sv}b",
                    .in_names = {"users", "dry_run"},
                    .out = "u",
                    .out_name = "count"},
                   kAction, [this](Call& call, const Answer& answer, const std::string& actor) {
                     std::vector<Values> rows;
                     bool dry_run = false;
                     call >> rows >> dry_run;
                     std::vector<NewUser> users;
                     users.reserve(rows.size());
                     for (auto& row : rows) users.push_back(read_user(std::move(row)));
                     control_.add_users(actor, std::move(users), dry_run,
                                        answer_with<std::uint32_t>(
                                            answer, [](sdbus::Message& reply, std::uint32_t count) {
                                              reply << count;
                                            }));
                   });
  object_.changing({.name = "ChangeUser",
                    .in = "sa{sv}",
                    .in_names = {"name", "change"},
                    .out = "s",
                    .out_name = "user"},
                   kAction, [this](Call& call, const Answer& answer, const std::string& actor) {
                     std::string name;
                     Values values;
                     call >> name >> values;
                     Reader reader(std::move(values));
                     UserChange change{.enabled = reader.find<bool>("enabled"),
                                       .display = reader.find<std::string>("display"),
                                       .groups = reader.find<std::vector<std::string>>("groups"),
                                       .policy = read_policy(reader)};
                     reader.end();
                     control_.change_user(actor, name, std::move(change),
                                          answer_name(answer, name));
                   });
  object_.changing(
      {.name = "RemoveUser", .in = "s", .in_names = {"name"}, .out = "s", .out_name = "user"},
      kAction, [this](Call& call, const Answer& answer, const std::string& actor) {
        std::string name;
        call >> name;
        control_.remove_user(actor, name, answer_name(answer, name));
      });
}

void PeopleMembers::offer_codes() {
  object_.changing({.name = "NewOtp",
                    .in = "ssuu",
                    .in_names = {"user", "algorithm", "digits", "period"},
                    .out = "s",
                    .out_name = "uri"},
                   kAction, [this](Call& call, const Answer& answer, const std::string& actor) {
                     std::string user;
                     std::string algorithm;
                     std::uint32_t digits = 0;
                     std::uint32_t period = 0;
                     call >> user >> algorithm >> digits >> period;
                     const auto known = session::parse_algorithm(algorithm);
                     if (!known) refuse("the algorithm is SHA1, SHA256 or SHA512");
                     if (digits > 8) refuse("6 to 8 digits are expected");
                     if (period > 120) refuse("a period of 15 to 120 seconds is expected");
                     control_.new_otp(actor, user,
                                      {.algorithm = *known,
                                       .digits = static_cast<std::uint8_t>(digits),
                                       .period = static_cast<std::uint16_t>(period)},
                                      answer_with<Secret>(answer, write_secret));
                   });
  object_.changing(
      {.name = "VerifyOtp",
       .in = "ss",
       .in_names = {"user", "code"},
       .out = "b",
       .out_name = "counts"},
      kAction, [this](Call& call, const Answer& answer, const std::string& actor) {
        std::string user;
        call >> user;
        control_.verify_otp(
            actor, user, read_secret(call),
            answer_with<bool>(answer, [](sdbus::Message& reply, bool counts) { reply << counts; }));
      });
  object_.changing({.name = "NewRecoveryCodes",
                    .in = "s",
                    .in_names = {"user"},
                    .out = "as",
                    .out_name = "codes"},
                   kAction, [this](Call& call, const Answer& answer, const std::string& actor) {
                     std::string user;
                     call >> user;
                     control_.new_recovery_codes(
                         actor, user,
                         answer_with<std::vector<Secret>>(
                             answer, [](sdbus::Message& reply, const std::vector<Secret>& codes) {
                               reply.openContainer("s");
                               for (const auto& code : codes) write_secret(reply, code);
                               reply.closeContainer();
                             }));
                   });
  object_.changing({.name = "NewBypassCode",
                    .in = "su",
                    .in_names = {"user", "minutes"},
                    .out = "s",
                    .out_name = "code"},
                   kAction, [this](Call& call, const Answer& answer, const std::string& actor) {
                     std::string user;
                     std::uint32_t minutes = 0;
                     call >> user >> minutes;
                     control_.new_bypass_code(actor, user, minutes,
                                              answer_with<Secret>(answer, write_secret));
                   });
}

void PeopleMembers::offer_devices() {
  object_.changing({.name = "ListDevices", .out = "aa{sv}", .out_name = "devices"}, kAction,
                   [this](Call& /*call*/, const Answer& answer) {
                     control_.devices(answer_list<session::Device>(answer));
                   });
  object_.changing(
      {.name = "AddDevice",
       .in = "ssayss",
       .in_names = {"user", "name", "certificate", "wireguard_key", "policy"},
       .out = "a{sv}",
       .out_name = "device"},
      kAction, [this](Call& call, const Answer& answer, const std::string& actor) {
        NewDevice device;
        std::vector<std::uint8_t> certificate;
        std::string policy;
        call >> device.user >> device.name >> certificate >> device.wireguard_key >> policy;
        if (!policy.empty()) device.policy = policy_of(policy);
        device.certificate.assign(certificate.begin(), certificate.end());
        control_.add_device(actor, std::move(device),
                            answer_with<session::Device>(
                                answer, [](sdbus::Message& reply, const session::Device& added) {
                                  write(reply, added);
                                }));
      });
  object_.changing({.name = "EnableDevice",
                    .in = "ssb",
                    .in_names = {"user", "name", "enabled"},
                    .out = "s",
                    .out_name = "device"},
                   kAction, [this](Call& call, const Answer& answer, const std::string& actor) {
                     std::string user;
                     std::string name;
                     bool enabled = false;
                     call >> user >> name >> enabled;
                     control_.enable_device(actor, user, name, enabled, answer_name(answer, name));
                   });
  object_.changing({.name = "RemoveDevice",
                    .in = "ss",
                    .in_names = {"user", "name"},
                    .out = "s",
                    .out_name = "device"},
                   kAction, [this](Call& call, const Answer& answer, const std::string& actor) {
                     std::string user;
                     std::string name;
                     call >> user >> name;
                     control_.remove_device(actor, user, name, answer_name(answer, name));
                   });
}

void PeopleMembers::offer_sessions() {
  object_.changing({.name = "ListSessions",
                    .in = "b",
                    .in_names = {"all"},
                    .out = "aa{sv}",
                    .out_name = "sessions"},
                   kAction, [this](Call& call, const Answer& answer) {
                     bool all = false;
                     call >> all;
                     control_.sessions(all, answer_list<session::Session>(answer));
                   });
  object_.changing(
      {.name = "EndSession", .in = "s", .in_names = {"id"}, .out = "s", .out_name = "session"},
      kAction, [this](Call& call, const Answer& answer, const std::string& actor) {
        std::string id;
        call >> id;
        control_.end_session(actor, id, answer_name(answer, id));
      });
  object_.changing(
      {.name = "ExtendSession",
       .in = "su",
       .in_names = {"id", "minutes"},
       .out = "x",
       .out_name = "ends"},
      kAction, [this](Call& call, const Answer& answer, const std::string& actor) {
        std::string id;
        std::uint32_t minutes = 0;
        call >> id >> minutes;
        control_.extend_session(
            actor, id, minutes,
            answer_with<session::WallTime>(
                answer, [](sdbus::Message& reply, session::WallTime ends) { reply << ends; }));
      });
}

void PeopleMembers::offer_audit() {
  object_.changing({.name = "Audit",
                    .in = "ssu",
                    .in_names = {"user", "act", "count"},
                    .out = "aa{sv}",
                    .out_name = "entries"},
                   kAction, [this](Call& call, const Answer& answer) {
                     AuditQuery query;
                     std::string act;
                     std::uint32_t count = 0;
                     call >> query.user >> act >> count;
                     if (!act.empty()) {
                       query.act = session::parse_act(act);
                       if (!query.act) refuse("there is no such act: " + act);
                     }
                     query.newest = std::min(count, kMostEntries);
                     control_.audit(std::move(query), answer_list<session::AuditEntry>(answer));
                   });
  object_.changing({.name = "VerifyAudit", .out = "a{sv}", .out_name = "verdict"}, kAction,
                   [this](Call& /*call*/, const Answer& answer) {
                     control_.verify_audit(answer_with<AuditVerdict>(
                         answer, [](sdbus::Message& reply, const AuditVerdict& verdict) {
                           write(reply, verdict);
                         }));
                   });
}

}  // namespace kaido::api
