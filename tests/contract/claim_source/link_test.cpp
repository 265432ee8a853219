// What only the real one can meet: a reflector that says what it should not.
#include "adapters/reflector_link/link.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>

#include "server.hpp"

namespace kaido::test {
namespace {

class ReflectorLink : public testing::Test {
 protected:
  bool run_until(const std::function<bool()>& done) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!done()) {
      if (std::chrono::steady_clock::now() > limit) return false;
      server_.run();
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(5));
    }
    return true;
  }
  void start(reflector_link::Link& link) {
    link.start([this](const ClaimEvent& event) { events_.push_back(event); });
    ASSERT_TRUE(run_until([this] { return server_.connected() && !events_.empty(); }));
  }

  Server server_;
  boost::asio::io_context io_;
  std::vector<ClaimEvent> events_;
};

TEST_F(ReflectorLink, TellsOnceOfAReflectorThatIsOlder) {
  reflector_link::Link link(io_, server_.path());
  start(link);
  const std::string older(reflector::kOldestSize, '\0');
  server_.send(older);
  server_.send(older);
  server_.tell({.kind = reflector::Kind::claim});
  ASSERT_TRUE(run_until([this] { return events_.size() > 2; }));
  EXPECT_TRUE(std::holds_alternative<ReflectorOutdated>(events_[1]));
  EXPECT_TRUE(std::holds_alternative<ClaimHeard>(events_[2])) << "a new one is there meanwhile";
  server_.stop();
  server_.start();
  ASSERT_TRUE(run_until([this] { return events_.size() > 4 && server_.connected(); }));
  server_.send(older);
  ASSERT_TRUE(run_until([this] { return events_.size() > 5; }));
  EXPECT_TRUE(std::holds_alternative<ReflectorOutdated>(events_[5])) << "once for each connection";
}

TEST_F(ReflectorLink, ReadsOfANewerReflectorWhatItKnows) {
  reflector_link::Link link(io_, server_.path());
  start(link);
  reflector::Message message;
  message.generation = 5;
  std::string newer(reinterpret_cast<const char*>(&message), sizeof(message));
  server_.send(newer + "and what is new");
  ASSERT_TRUE(run_until([this] { return events_.size() > 1; }));
  EXPECT_EQ(std::get<ClaimHeard>(events_[1]).message.generation, 5U);
}

TEST_F(ReflectorLink, LeavesMessagesOfAnotherLengthOrKindAlone) {
  reflector_link::Link link(io_, server_.path());
  start(link);
  reflector::Message unknown;
  unknown.kind = static_cast<reflector::Kind>(77);
  server_.send("short");
  server_.send(std::string(sizeof(reflector::Message) + 1, '\1'));
  server_.send({reinterpret_cast<const char*>(&unknown), sizeof(unknown)});
  server_.tell({.kind = reflector::Kind::claim, .interface = 0xfffffff});
  ASSERT_TRUE(run_until([this] { return events_.size() > 1; }));
  EXPECT_EQ(events_.size(), 2);
  EXPECT_EQ(std::get<ClaimHeard>(events_[1]).device, "");  // gone since
}

TEST_F(ReflectorLink, MayEndWhileConnectedAndWhileItTriesTo) {
  {
    reflector_link::Link link(io_, server_.path());
    start(link);
  }
  server_.stop();
  {
    reflector_link::Link link(io_, server_.path());
    link.start([this](const ClaimEvent& event) { events_.push_back(event); });
    io_.restart();
    io_.run_for(std::chrono::milliseconds(20));
  }
  io_.restart();
  io_.run();
  EXPECT_EQ(events_.size(), 2);  // up; then, of the second, down
}

}  // namespace
}  // namespace kaido::test
