#include "wire/seqpacket/client.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "kaido/descriptor.hpp"

namespace kaido::seqpacket {
namespace {

/// The other end: listens, and has one connection.
class Listener {
 public:
  explicit Listener(const std::string& path)
      : listener_(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    std::filesystem::remove(path);
    if (!listener_ ||
        bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        listen(listener_.get(), 1) != 0)
      throw std::runtime_error("cannot listen");
  }
  bool accept() {
    peer_ = Descriptor(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    return static_cast<bool>(peer_);
  }
  void send(std::string_view text) const {
    EXPECT_EQ(::send(peer_.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  /// How many messages there were.
  [[nodiscard]] int read_all() const {
    std::array<char, 4096> message{};
    int count = 0;
    while (recv(peer_.get(), message.data(), message.size(), 0) > 0) ++count;
    return count;
  }
  void hang_up() { peer_.close(); }

 private:
  Descriptor listener_;
  Descriptor peer_;
};

class SeqpacketClient : public testing::Test {
 protected:
  static constexpr std::size_t kLargest = 8;

  void SetUp() override { std::filesystem::remove(path_); }
  void TearDown() override { std::filesystem::remove(path_); }

  void start() {
    client_->start({.on_up = [this] { said_.emplace_back("up"); },
                    .on_down = [this] { said_.emplace_back("down"); },
                    .on_message =
                        [this](std::span<const std::byte> bytes, std::size_t length) {
                          said_.push_back(std::string(reinterpret_cast<const char*>(bytes.data()),
                                                      bytes.size()) +
                                          '/' + std::to_string(length));
                          if (said_.back() == "die/3") client_.reset();
                        },
                    .on_writable = [this] { said_.emplace_back("writable"); }});
  }
  bool run_until(std::size_t said) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (said_.size() < said && std::chrono::steady_clock::now() < limit) {
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(5));
    }
    return said_.size() >= said;
  }
  void run_all() {
    io_.restart();
    io_.poll();
  }

  using Said = std::vector<std::string>;
  std::string path_ = testing::TempDir() + "seqpacket-" + std::to_string(getpid()) + ".sock";
  boost::asio::io_context io_{1};
  std::unique_ptr<Client> client_ = std::make_unique<Client>(io_, path_, kLargest);
  Said said_;
};

TEST_F(SeqpacketClient, ReadsTheBeginningOfALongMessageAndSaysItsLength) {
  Listener listener(path_);
  start();
  EXPECT_TRUE(said_.empty()) << "never from inside a call";
  ASSERT_TRUE(run_until(1));
  ASSERT_TRUE(listener.accept());
  listener.send("hi");
  listener.send("12345678901");
  ASSERT_TRUE(run_until(3));
  EXPECT_EQ(said_, (Said{"up", "hi/2", "12345678/11"}));
}

TEST_F(SeqpacketClient, ReportsOnceThatNobodyListensAndConnectsWhenSomebodyDoes) {
  start();
  ASSERT_TRUE(run_until(1));
  io_.restart();
  io_.run_for(2 * Client::kFirstRetry);
  const Listener listener(path_);
  ASSERT_TRUE(run_until(2));
  EXPECT_EQ(said_, (Said{"down", "up"}));
}

TEST_F(SeqpacketClient, ConnectsAgainWhenTheConnectionEnds) {
  Listener listener(path_);
  start();
  ASSERT_TRUE(run_until(1));
  ASSERT_TRUE(listener.accept());
  listener.hang_up();
  ASSERT_TRUE(run_until(2));
  EXPECT_FALSE(client_->is_connected());
  ASSERT_TRUE(run_until(3));
  EXPECT_EQ(said_, (Said{"up", "down", "up"}));
}

TEST_F(SeqpacketClient, SaysWhenABusyPeerHasRoomAgain) {
  Listener listener(path_);
  start();
  ASSERT_TRUE(run_until(1));
  ASSERT_TRUE(listener.accept());
  const std::vector<std::byte> message(1000);
  int sent = 0;
  while (client_->send(message)) ++sent;
  EXPECT_GT(sent, 0);
  run_all();
  EXPECT_EQ(said_, Said{"up"});
  EXPECT_EQ(listener.read_all(), sent);
  ASSERT_TRUE(run_until(2));
  EXPECT_EQ(said_.back(), "writable");
  EXPECT_TRUE(client_->send(message));
  EXPECT_EQ(listener.read_all(), 1);
}

TEST_F(SeqpacketClient, MayBeDestroyedByItsOwnHandler) {
  Listener listener(path_);
  start();
  ASSERT_TRUE(run_until(1));
  ASSERT_TRUE(listener.accept());
  listener.send("die");
  listener.send("late");
  ASSERT_TRUE(run_until(2));
  run_all();
  EXPECT_EQ(said_, (Said{"up", "die/3"}));
}

}  // namespace
}  // namespace kaido::seqpacket
