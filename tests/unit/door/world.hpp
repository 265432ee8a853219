// A hub with people whose portal a test steers, in virtual time.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "adapters/fake/clock.hpp"
#include "adapters/fake/portal.hpp"
#include "adapters/fake/workers.hpp"
#include "core/wireguard.hpp"
#include "engine/portal_door.hpp"
#include "unit/people/world.hpp"

namespace kaido::test {

inline const std::string kKey = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
inline const std::string kOtherKey = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
inline const std::string kHubKey = "the hub's key";
inline const std::string kHome = "192.0.2.9";

class DoorWorld : public PeopleWorld {
 protected:
  DoorWorld() {
    settings.groups = {
        {.name = "staff", .networks = {"corp", "gone", "lab"}, .hours = std::nullopt},
        {.name = "ops", .networks = {"lab", "servers"}, .hours = std::nullopt}};
    settings.wireguard_port = 51900;
    board.model.gateway.name = "tokyo";
    board.model.networks = {network("corp", {"10.1.0.0/16", "fd00:1::/64"}),
                            network("lab", {"10.1.2.0/24", "10.2.0.0/16"}),
                            network("servers", {"10.3.0.0/16"})};
  }

  void SetUp() override {
    add_person("alice");
    add_person("bob");
    configure();
    pass(std::chrono::minutes(10));  // no code of before the start counts
    door.start();
  }

  void configure() {
    board.model.people = settings;
    people.configured();
    workers.poll();
  }
  void pass(std::chrono::seconds time) { clock.go_to(clock.now() + time); }
  [[nodiscard]] session::WallTime now() const { return clock.wall_time(); }

  /// How it was answered.
  [[nodiscard]] portal::Body ask(portal::Body question) {
    const auto id = ++asked;
    fake.ask({.id = id, .body = std::move(question)});
    fake.pump();
    workers.poll();
    EXPECT_FALSE(fake.answers().empty());
    EXPECT_EQ(fake.answers().back().id, id);
    return fake.answers().back().body;
  }
  [[nodiscard]] std::string nonce(const std::string& source = kHome) {
    const auto answer = ask(portal::AskNonce{.source = source});
    const auto* const given = std::get_if<portal::Nonce>(&answer);
    EXPECT_NE(given, nullptr);
    return given == nullptr ? "" : given->nonce;
  }
  [[nodiscard]] static portal::Outcome outcome(const portal::Body& answer) {
    return std::get<portal::Answer>(answer).outcome;
  }

  /// Right in everything; a code for each moment counts once.
  [[nodiscard]] portal::LogIn login(const std::string& who, const std::string& key = "") {
    portal::LogIn question{.source = kHome,
                           .user = who,
                           .code = code(who, now()),
                           .certificates = who + "'s laptop",
                           .nonce = nonce(),
                           .wireguard_key = key};
    sign(question);
    return question;
  }
  static void sign(portal::LogIn& question) {
    question.signature = FakeJudge::sign(
        question.certificates,
        portal::login_text(question.nonce, "tokyo", question.user, question.wireguard_key));
  }
  [[nodiscard]] portal::Answer admitted(const portal::Body& answer) {
    EXPECT_EQ(outcome(answer), portal::Outcome::admitted);
    return std::get<portal::Answer>(answer);
  }
  /// Their session's id.
  [[nodiscard]] std::string open(const std::string& who) {
    return admitted(ask(login(who))).session;
  }

  [[nodiscard]] portal::OfSession about(portal::Verb verb, const std::string& session,
                                        const std::string& certificate = "alice's laptop") {
    portal::OfSession question{.verb = verb,
                               .source = kHome,
                               .certificates = certificate,
                               .nonce = nonce(),
                               .session = session};
    sign(question);
    return question;
  }
  static void sign(portal::OfSession& question) {
    question.signature = FakeJudge::sign(
        question.certificates,
        portal::session_text(question.nonce, "tokyo", question.verb, question.session));
  }

  [[nodiscard]] session::Device device_of(const std::string& who) {
    for (const auto& device : store.devices().value())
      if (device.user == who) return device;
    return {};
  }
  [[nodiscard]] session::Session stored(const std::string& id) {
    return store.session(id).value().value();
  }
  [[nodiscard]] std::size_t living() { return store.sessions(now())->size(); }
  [[nodiscard]] session::AuditNote last_note() {
    return desk.audit({.user = "", .act = {}, .newest = 1})->back().note;
  }

  fake::Clock clock;
  fake::Workers workers;
  fake::Portal fake;
  Conditions conditions;
  Board board;
  People people{clock, workers, &ports, board, conditions};
  PortalDoor door{clock, fake, people, board, [] { return kHubKey; }};
  std::uint64_t asked = 0;

 private:
  static Network network(const std::string& name, const std::vector<std::string>& prefixes) {
    Network network;
    network.name = name;
    for (const auto& prefix : prefixes) network.prefixes.push_back(Prefix::parse(prefix).value());
    return network;
  }
};

}  // namespace kaido::test
