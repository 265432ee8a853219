// People that a test tells what to answer, and who remember what was asked.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/control/people_control.hpp"

namespace kaido::api {

class FakePeople final : public PeopleControl {
 public:
  void users(Done<std::vector<session::User>> done) override { give(done, user_list); }
  void add_users(const std::string& actor, std::vector<NewUser> users, bool dry_run,
                 Done<std::uint32_t> done) override {
    for (const auto& user : users)
      say(actor, dry_run ? "check " : "add ", user.name, user.display,
          and_policy(user.groups.empty() ? "" : user.groups.front(),
                     user.policy == session::Policy::certificate ? std::optional(user.policy)
                                                                 : std::nullopt));
    give(done, static_cast<std::uint32_t>(users.size()));
  }
  void change_user(const std::string& actor, const std::string& name, UserChange change,
                   Done<std::monostate> done) override {
    say(actor, "change ", name, change.enabled ? *change.enabled ? "enable" : "disable" : "",
        and_policy(change.display.value_or("-"), change.policy));
    give(done, {});
  }
  void remove_user(const std::string& actor, const std::string& name,
                   Done<std::monostate> done) override {
    say(actor, "remove ", name);
    give(done, {});
  }
  void new_otp(const std::string& actor, const std::string& user, session::OtpShape shape,
               Done<Secret> done) override {
    say(actor, "otp ", user, to_string(shape.algorithm),
        std::to_string(shape.digits) + "/" + std::to_string(shape.period));
    give(done, Secret(std::string_view("otpauth://totp/x")));
  }
  void verify_otp(const std::string& actor, const std::string& user, Secret code,
                  Done<bool> done) override {
    say(actor, "verify ", user);
    give(done, code == Secret(std::string_view("123456")));
  }
  void new_recovery_codes(const std::string& actor, const std::string& user,
                          Done<std::vector<Secret>> done) override {
    say(actor, "recovery ", user);
    give(done, std::vector{Secret(std::string_view("aaaaa-bbbbb")),
                           Secret(std::string_view("ccccc-ddddd"))});
  }
  void new_bypass_code(const std::string& actor, const std::string& user, std::uint32_t minutes,
                       Done<Secret> done) override {
    say(actor, "bypass ", user, std::to_string(minutes));
    give(done, Secret(std::string_view("eeeee-fffff")));
  }
  void devices(Done<std::vector<session::Device>> done) override { give(done, device_list); }
  void add_device(const std::string& actor, NewDevice device, Done<session::Device> done) override {
    say(actor, "device ", device.user, device.name, and_policy(device.certificate, device.policy));
    give(done, device_list.front());
  }
  void enable_device(const std::string& actor, const std::string& user, const std::string& device,
                     bool enabled, Done<std::monostate> done) override {
    say(actor, enabled ? "enable " : "disable ", user, device);
    give(done, {});
  }
  void remove_device(const std::string& actor, const std::string& user, const std::string& device,
                     Done<std::monostate> done) override {
    say(actor, "forget ", user, device);
    give(done, {});
  }
  void sessions(bool all, Done<std::vector<session::Session>> done) override {
    auto list = session_list;
    if (!all) std::erase_if(list, [](const auto& one) { return one.ended != 0; });
    give(done, std::move(list));
  }
  void end_session(const std::string& actor, const std::string& id,
                   Done<std::monostate> done) override {
    say(actor, "end ", id);
    give(done, {});
  }
  void extend_session(const std::string& actor, const std::string& id, std::uint32_t minutes,
                      Done<session::WallTime> done) override {
    say(actor, "extend ", id, std::to_string(minutes));
    give(done, session::WallTime{1'800'000'000});
  }
  void audit(AuditQuery query, Done<std::vector<session::AuditEntry>> done) override {
    say("", "audit ", query.user, query.act ? to_string(*query.act) : "",
        std::to_string(query.newest));
    give(done, entries);
  }
  void verify_audit(Done<AuditVerdict> done) override { give(done, verdict); }

  std::vector<session::User> user_list;
  std::vector<session::Device> device_list;
  std::vector<session::Session> session_list;
  std::vector<session::AuditEntry> entries;
  AuditVerdict verdict;
  std::optional<Error> trouble;
  std::vector<std::string> asked;  ///< "uid 0: add alice …"

 private:
  template <typename T>
  void give(Done<T>& done, T value) {
    if (trouble) return done(std::unexpected(*trouble));
    done(std::move(value));
  }
  static std::string and_policy(std::string text, std::optional<session::Policy> policy) {
    return policy ? text.append(" ").append(to_string(*policy)) : text;
  }
  template <typename... Parts>
  void say(const std::string& actor, const std::string& what, const Parts&... parts) {
    auto line = actor + ": " + what;
    const char* between = "";
    ((line.append(between).append(parts), between = " "), ...);
    asked.push_back(std::move(line));
  }
};

}  // namespace kaido::api
