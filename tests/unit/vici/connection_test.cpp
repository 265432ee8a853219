#include "wire/vici/connection.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "adapters/vici/charon.hpp"
#include "scripted_server.hpp"

namespace kaido::vici {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

class AConnection : public testing::Test {
 protected:
  AConnection() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kaido-vici.XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ / "vici";
  }
  ~AConnection() override {
    if (connection_) connection_->close();
    std::filesystem::remove_all(folder_);
  }

  bool run_until(const std::function<bool()>& done) {
    const auto limit = std::chrono::steady_clock::now() + 10s;
    io_.restart();
    while (!done())
      if (io_.run_one_until(limit) == 0) return done();
    return true;
  }
  Result<void> open(std::chrono::milliseconds timeout = 5s) {
    std::optional<Result<void>> opened;
    connection_ = std::make_shared<Connection>(
        io_, path_,
        Connection::Handlers{
            .on_open = [&](Result<void> result) { opened = std::move(result); },
            .on_event = [this](const std::string& name, const Section&) { events_ += name + " "; },
            .on_closed = [this](const Error& error) { closed_ = error; }},
        timeout);
    connection_->open();
    EXPECT_TRUE(run_until([&] { return opened.has_value(); }));
    return *opened;
  }
  Result<Section> ask(const std::string& name) {
    std::optional<Result<Section>> answer;
    connection_->command(name, Section{}, [&](Result<Section> result) { answer = result; });
    EXPECT_FALSE(answer);
    EXPECT_TRUE(run_until([&] { return answer.has_value(); }));
    return *answer;
  }
  /// The error that both of two commands and the connection end with when the server answers so.
  void expect_end(const ScriptedServer::Answer& answer, Condition condition) {
    ScriptedServer server(io_, path_, answer);
    ASSERT_TRUE(open());
    std::vector<Condition> outcomes;
    for (int i = 0; i < 2; ++i)
      connection_->command("version", Section{}, [&](const Result<Section>& result) {
        ASSERT_FALSE(result);
        outcomes.push_back(result.error().condition);
      });
    ASSERT_TRUE(run_until([&] { return closed_.has_value(); }));
    EXPECT_EQ(outcomes, (std::vector{condition, condition}));
    EXPECT_EQ(closed_->condition, condition);
  }

  std::filesystem::path folder_;
  std::string path_;
  boost::asio::io_context io_;
  std::shared_ptr<Connection> connection_;
  std::optional<Error> closed_;
  std::string events_;
};

TEST_F(AConnection, ToNoSocketSaysThatCharonIsAbsent) {
  const auto opened = open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().condition, Condition::charon_absent);
}

TEST_F(AConnection, ToASocketThatNobodyServesSaysThatCharonIsAbsent) {
  {
    boost::asio::local::stream_protocol::acceptor gone(io_, path_);
  }
  EXPECT_EQ(open().error().condition, Condition::charon_absent);
}

TEST_F(AConnection, WithAPathTooLongSaysThatCharonIsAbsent) {
  path_ += std::string(200, 'x');
  EXPECT_EQ(open().error().condition, Condition::charon_absent);
}

TEST_F(AConnection, AsksAndIsAnswered) {
  ScriptedServer server(io_, path_, ScriptedServer::behave);
  ASSERT_TRUE(open());
  EXPECT_EQ(ask("version")->get("version"), "5.9.8");
}

TEST_F(AConnection, TurnsARefusalIntoCharonsWords) {
  ScriptedServer server(io_, path_, [](const Packet&) {
    Section no;
    no.add("success", "no").add("errmsg", "bad proposal");
    return ScriptedServer::response(no);
  });
  ASSERT_TRUE(open());
  const auto answer = ask("load-conn");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), (Error{Condition::charon_refused, "load-conn: bad proposal"}));
  EXPECT_FALSE(closed_);
}

TEST_F(AConnection, SaysWhichCommandCharonDoesNotKnow) {
  ScriptedServer server(
      io_, path_, [](const Packet&) { return frame(PacketType::command_unknown, "", "").value(); });
  ASSERT_TRUE(open());
  EXPECT_EQ(ask("dance").error().condition, Condition::charon_refused);
}

TEST_F(AConnection, SendsOneCommandAtATimeInOrder) {
  std::string seen;
  ScriptedServer server(io_, path_, [&](const Packet& packet) {
    seen += packet.name + "? ";
    return ScriptedServer::response();
  });
  ASSERT_TRUE(open());
  for (const auto* name : {"a", "b", "c"})
    connection_->command(name, Section{},
                         [&, name](const Result<Section>&) { seen += name + "! "s; });
  ASSERT_TRUE(run_until([&] { return seen.ends_with("c! "); }));
  EXPECT_EQ(std::erase(seen, ' '), 6);
  EXPECT_LT(seen.find("a?"), seen.find("b?"));
  EXPECT_LT(seen.find("a!"), seen.find("b!"));
  EXPECT_LT(seen.find("b!"), seen.find("c!"));
}

TEST_F(AConnection, CollectsAStreamAndPassesOtherEventsOn) {
  ScriptedServer server(io_, path_, [](const Packet& packet) {
    if (packet.type == PacketType::event_register) return ScriptedServer::confirm();
    Section one;
    one.add("n", "1");
    return ScriptedServer::event("list-sa", one) + ScriptedServer::event("log", {}) +
           ScriptedServer::event("list-sa", one) + ScriptedServer::response();
  });
  ASSERT_TRUE(open());
  for (int round = 0; round < 2; ++round) {
    std::optional<Result<std::vector<Section>>> sas;
    connection_->stream("list-sas", "list-sa", {}, [&](auto result) { sas = std::move(result); });
    ASSERT_TRUE(run_until([&] { return sas.has_value(); }));
    EXPECT_EQ((*sas)->size(), 2U);
  }
  EXPECT_EQ(events_, "log log ");
}

TEST_F(AConnection, SendsAMessageLargerThanTheSocketsBuffer) {
  std::size_t received = 0;
  ScriptedServer server(io_, path_, [&](const Packet& packet) {
    received = packet.message.list("certs").size();
    return ScriptedServer::response();
  });
  ASSERT_TRUE(open());
  Section message;
  message.add_list("certs", std::vector<std::string>(8, std::string(60000, 'c')));
  std::optional<Result<Section>> answer;
  connection_->command("load-conn", message, [&](auto result) { answer = std::move(result); });
  ASSERT_TRUE(run_until([&] { return answer.has_value(); }));
  EXPECT_TRUE(*answer);
  EXPECT_EQ(received, 8U);
}

TEST_F(AConnection, DoesNotSendWhatCharonWouldRefuse) {
  ScriptedServer server(io_, path_, ScriptedServer::behave);
  ASSERT_TRUE(open());
  Section message;
  message.add_list("certs", std::vector<std::string>(10, std::string(60000, 'c')));
  std::optional<Result<Section>> answer;
  connection_->command("load-conn", message, [&](auto result) { answer = std::move(result); });
  ASSERT_TRUE(run_until([&] { return answer.has_value(); }));
  EXPECT_EQ(answer->error().condition, Condition::charon_protocol);
  EXPECT_TRUE(ask("version"));
}

TEST_F(AConnection, EndsOnHalfAFrame) {
  ScriptedServer server(io_, path_, ScriptedServer::behave);
  server.set([&](const Packet&) {
    boost::asio::post(io_, [&] { server.drop_clients(); });
    return "\0\0\0\x20\1\3\1k"s;
  });
  ASSERT_TRUE(open());
  EXPECT_EQ(ask("version").error().condition, Condition::charon_protocol);
  EXPECT_TRUE(closed_);
}

TEST_F(AConnection, EndsOnGarbage) {
  expect_end([](const Packet&) { return "HTTP/1.1 400 Bad Request\r\n\r\n"s; },
             Condition::charon_protocol);
}

TEST_F(AConnection, EndsOnAMalformedMessage) {
  expect_end([](const Packet&) { return "\0\0\0\2\1\2"s; }, Condition::charon_protocol);
}

TEST_F(AConnection, EndsOnAnAnswerThatDoesNotFit) {
  expect_end([](const Packet&) { return ScriptedServer::confirm(); }, Condition::charon_protocol);
}

TEST_F(AConnection, EndsWhenCharonCloses) {
  expect_end([](const Packet&) { return std::nullopt; }, Condition::charon_absent);
}

TEST_F(AConnection, EndsOnAnAnswerToNoQuestion) {
  ScriptedServer server(io_, path_, [](const Packet&) {
    return ScriptedServer::response() + ScriptedServer::response();
  });
  ASSERT_TRUE(open());
  EXPECT_TRUE(ask("version"));
  ASSERT_TRUE(run_until([&] { return closed_.has_value(); }));
  EXPECT_EQ(closed_->condition, Condition::charon_protocol);
}

TEST_F(AConnection, EndsWhenCharonDoesNotAnswerInTime) {
  ScriptedServer server(io_, path_, [](const Packet&) { return ""s; });
  ASSERT_TRUE(open(20ms));
  EXPECT_EQ(ask("version").error().condition, Condition::charon_absent);
  EXPECT_TRUE(closed_);
}

TEST_F(AConnection, ClosedByItsOwnerCallsNobody) {
  ScriptedServer server(io_, path_, [](const Packet&) { return ""s; });
  ASSERT_TRUE(open());
  bool called = false;
  for (int i = 0; i < 3; ++i)
    connection_->command("version", Section{}, [&](const Result<Section>&) { called = true; });
  io_.run_one_for(10ms);
  connection_->close();
  connection_.reset();
  while (io_.poll_one() != 0) continue;
  EXPECT_FALSE(called);
  EXPECT_FALSE(closed_);
}

class ThePort : public AConnection {
 protected:
  std::unique_ptr<Charon> charon_ = std::make_unique<Charon>(io_, path_);
  std::size_t ups_ = 0;
  std::size_t downs_ = 0;
  void start() {
    charon_->start([this](const IkeEvent& event) {
      ups_ += std::holds_alternative<CharonUp>(event);
      downs_ += std::holds_alternative<CharonDown>(event);
    });
  }
};

TEST_F(ThePort, RecoversFromGarbage) {
  auto server =
      std::make_unique<ScriptedServer>(io_, path_, [](const Packet&) { return "junk!"s; });
  start();
  ASSERT_TRUE(run_until([&] { return downs_ == 1; }));
  server->set(ScriptedServer::behave);
  ASSERT_TRUE(run_until([&] { return ups_ == 1; }));
  EXPECT_EQ(downs_, 1U);
}

TEST_F(ThePort, ComesUpWhenCharonComesLate) {
  start();
  ASSERT_TRUE(run_until([&] { return downs_ == 1; }));
  std::optional<Result<void>> order;
  charon_->initiate("kaido-x", [&](Result<void> result) { order = std::move(result); });
  ASSERT_TRUE(run_until([&] { return order.has_value(); }));
  EXPECT_EQ(order->error().condition, Condition::charon_absent);
  ScriptedServer server(io_, path_, ScriptedServer::behave);
  EXPECT_TRUE(run_until([&] { return ups_ == 1; }));
  EXPECT_EQ(downs_, 1U) << "one word per loss, not one per attempt";
}

TEST_F(ThePort, SaysDownOnceAndUpAgainWhenItsConnectionsAreCut) {
  ScriptedServer server(io_, path_, ScriptedServer::behave);
  start();
  ASSERT_TRUE(run_until([&] { return ups_ == 1; }));
  server.drop_clients();
  ASSERT_TRUE(run_until([&] { return ups_ == 2; }));
  EXPECT_EQ(downs_, 1U);
}

Section sa_named(const std::string& name, const std::string& id) {
  Section section;
  section.add("uniqueid", id).add("state", "ESTABLISHED");
  Section message;
  message.add_section(name, section);
  return message;
}

TEST_F(ThePort, AsksAgainWhileAnSaThatIsUpIsMissing) {
  int lists = 0;
  int busy = 0;
  ScriptedServer server(io_, path_, [&](const Packet& packet) {
    auto answer = *ScriptedServer::behave(packet);
    if (packet.name != "list-sas") return answer;
    // Listed at first, then left out because charon works on it.
    if (++lists > 1 && busy-- > 0) return answer;
    return ScriptedServer::event("list-sa", sa_named("kaido-x", "7")) + answer;
  });
  start();
  ASSERT_TRUE(run_until([&] { return ups_ == 1; }));
  for (const int rounds : {2, 100, 0}) {
    busy = rounds;
    std::optional<Result<std::vector<IkeSa>>> sas;
    charon_->list([&](auto result) { sas = std::move(result); });
    ASSERT_TRUE(run_until([&] { return sas.has_value(); }));
    EXPECT_EQ((*sas)->size(), rounds == 100 ? 0U : 1U) << "one that stays away is gone";
  }
}

IkeDesired many_connections() {
  IkeDesired desired;
  for (int i = 0; i < 100; ++i) {
    desired.connections.emplace_back();
    desired.connections.back().name = "kaido-" + std::to_string(i);
  }
  return desired;
}

TEST_F(ThePort, EndsALargeLoadWhereverTheConnectionIsLost) {
  for (const std::string last : {"load-conn", "log"}) {
    ScriptedServer server(io_, path_, ScriptedServer::behave);
    charon_ = std::make_unique<Charon>(io_, path_);
    ups_ = 0;
    start();
    ASSERT_TRUE(run_until([&] { return ups_ == 1; }));
    std::size_t loads = 0;
    server.set([&](const Packet& packet) -> std::optional<std::string> {
      loads += packet.name == "load-conn";
      if (packet.type == PacketType::event_unregister) return ScriptedServer::confirm();
      const bool end = last == "log" ? packet.name == "log" : loads == 60;
      if (end) boost::asio::post(io_, [&] { server.drop_clients(); });
      return end ? "" : ScriptedServer::behave(packet);
    });
    bool over = false;
    charon_->reconcile(many_connections(), [&](const auto&) { over = true; });
    EXPECT_TRUE(run_until([&] { return over; })) << last;
    server.set(ScriptedServer::behave);
    over = false;
    EXPECT_TRUE(run_until([&] { return ups_ == 2; }));
    charon_->list([&](const auto& sas) { over = sas.has_value(); });
    EXPECT_TRUE(run_until([&] { return over; })) << "later orders are carried out";
  }
}

TEST_F(ThePort, HearsNoLogWhileItLoadsManyConnectionsAndHearsItAgainAfterwards) {
  std::string heard;
  std::size_t loads = 0;
  ScriptedServer server(io_, path_, [&](const Packet& packet) {
    loads += packet.name == "load-conn";
    if (packet.name == "log") heard += packet.type == PacketType::event_register ? "on " : "off ";
    if (packet.type == PacketType::event_unregister) return ScriptedServer::confirm();
    return *ScriptedServer::behave(packet);
  });
  start();
  ASSERT_TRUE(run_until([&] { return ups_ == 1; }));
  std::optional<Result<std::vector<std::string>>> outcome;
  charon_->reconcile(many_connections(), [&](auto result) { outcome = std::move(result); });
  ASSERT_TRUE(run_until([&] { return outcome.has_value(); }));
  ASSERT_TRUE(*outcome);
  EXPECT_EQ((*outcome)->size(), 100U);
  EXPECT_EQ(loads, 100U);
  EXPECT_EQ(heard, "on off on ");
}

TEST_F(ThePort, FailsWhatIsUnderWayWhenTheConnectionIsLost) {
  ScriptedServer server(io_, path_, ScriptedServer::behave);
  start();
  ASSERT_TRUE(run_until([&] { return ups_ == 1; }));
  server.set([](const Packet&) { return std::nullopt; });
  std::vector<Condition> outcomes;
  const auto note = [&](const auto& result) {
    ASSERT_FALSE(result);
    outcomes.push_back(result.error().condition);
  };
  charon_->reconcile(
      {.credentials = {SharedCertificates({.own_der = "c", .authority_der = {}}), Secret("k")},
       .connections = {}},
      note);
  charon_->terminate(1, note);
  charon_->list(note);
  ASSERT_TRUE(run_until([&] { return outcomes.size() == 3; }));
  for (const auto condition : outcomes) EXPECT_EQ(condition, Condition::charon_absent);
}

TEST_F(ThePort, MayBeDestroyedWithOrdersUnderWay) {
  ScriptedServer server(io_, path_, ScriptedServer::behave);
  start();
  ASSERT_TRUE(run_until([&] { return ups_ == 1; }));
  server.set([](const Packet&) { return ""s; });
  bool called = false;
  charon_->reconcile({}, [&](const auto&) { called = true; });
  charon_->list([&](const auto&) { called = true; });
  io_.run_one_for(10ms);
  charon_.reset();
  server.drop_clients();
  while (io_.poll_one() != 0) continue;
  EXPECT_FALSE(called);
}

TEST_F(ThePort, MayBeDestroyedFromItsOwnCallback) {
  ScriptedServer server(io_, path_, ScriptedServer::behave);
  start();
  ASSERT_TRUE(run_until([&] { return ups_ == 1; }));
  charon_->list([&](const auto&) { charon_.reset(); });
  EXPECT_TRUE(run_until([&] { return charon_ == nullptr; }));
  while (io_.poll_one() != 0) continue;
}

}  // namespace
}  // namespace kaido::vici
