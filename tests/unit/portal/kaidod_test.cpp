// kaidod that is away, comes back, is slow, speaks nonsense; and who else wants to be kaidod.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "unit/portal/fixture.hpp"
#include "unit/portal/words.hpp"

namespace kaido::portal {
namespace {

class WithKaidod : public PortalTest {
 protected:
  std::unique_ptr<Client> connected() const {
    auto client = std::make_unique<Client>(port());
    EXPECT_TRUE(client->handshake());
    return client;
  }
  /// A client that waits for this kaidod.
  std::unique_ptr<Client> asking(const Kaidod& kaidod, std::uint64_t* id = nullptr) const {
    auto client = connected();
    client->send(Client::post("/api/v1/nonce", "{}"));
    const auto question = kaidod.receive();
    EXPECT_TRUE(question);
    if (id != nullptr && question) *id = question->id;
    return client;
  }
};

TEST_F(WithKaidod, NobodyIsServedWhileItIsAwayAndAllAreOnceItIsBack) {
  start();
  const auto client = connected();
  EXPECT_EQ(client->ask("/api/v1/nonce", "{}").status, 503);
  auto first = kaidod();
  expect_login(*client, first);
  first.hang_up();
  EXPECT_EQ(client->ask("/api/v1/nonce", "{}").status, 503);
  const auto second = kaidod();
  expect_login(*client, second);
}

TEST_F(WithKaidod, WhoWaitsIsToldWhenItGoesAway) {
  start();
  auto kaidod = this->kaidod();
  const auto client = asking(kaidod);
  const auto another = asking(kaidod);
  kaidod.hang_up();
  EXPECT_EQ(client->receive().status, 503);
  EXPECT_EQ(another->receive().status, 503);
}

TEST_F(WithKaidod, TheNewestConnectionWins) {
  start();
  const auto old = kaidod();
  const auto client = asking(old);
  const auto fresh = kaidod();
  EXPECT_TRUE(old.is_closed());
  EXPECT_EQ(client->receive().status, 503);
  expect_login(*client, fresh);
}

TEST_F(WithKaidod, AnswersThatFitNoQuestionAreIgnored) {
  start();
  const auto kaidod = this->kaidod();
  std::uint64_t id = 0;
  const auto client = connected();
  client->send(Client::post("/api/v1/login", login_json()));
  id = kaidod.receive().value().id;
  kaidod.send(id + 1, Answer{.outcome = Outcome::admitted});
  kaidod.send(0, Answer{.outcome = Outcome::admitted});
  kaidod.send(id, Nonce{.nonce = "n", .hub = "hub"});
  kaidod.send(id, AskNonce{.source = "192.0.2.1"});
  kaidod.send(id, Answer{.outcome = Outcome::refused});
  kaidod.send(id, Answer{.outcome = Outcome::admitted});
  EXPECT_EQ(client->receive().status, 403);
  expect_login(*client, kaidod);
}

TEST_F(WithKaidod, AnAnswerGoesToWhoAskedWhateverTheirOrder) {
  start();
  const auto kaidod = this->kaidod();
  std::uint64_t first_id = 0;
  std::uint64_t second_id = 0;
  const auto first = asking(kaidod, &first_id);
  const auto second = asking(kaidod, &second_id);
  kaidod.send(second_id, Nonce{.nonce = "2"});
  kaidod.send(first_id, Nonce{.nonce = "1"});
  EXPECT_EQ(first->receive().body, R"({"nonce":"1","hub":""})");
  EXPECT_EQ(second->receive().body, R"({"nonce":"2","hub":""})");
}

TEST_F(WithKaidod, OneThatSaysNothingMakesNobodyWaitForEver) {
  settings_.limits.answer_time = std::chrono::milliseconds(100);
  start();
  const auto kaidod = this->kaidod();
  std::uint64_t id = 0;
  const auto client = asking(kaidod, &id);
  EXPECT_EQ(client->receive().status, 503);
  kaidod.send(id, Nonce{.nonce = "late"});
  EXPECT_EQ(client->ask("/api/v1/login", "{}").status, 400);
  EXPECT_EQ(client->ask("/api/v1/nonce", "{}").status, 503);
}

TEST_F(WithKaidod, NoMoreThanItsLimitWaitForIt) {
  settings_.limits.waiting = 2;
  start();
  const auto kaidod = this->kaidod();
  std::uint64_t id = 0;
  const auto first = asking(kaidod, &id);
  const auto second = asking(kaidod);
  const auto third = connected();
  EXPECT_EQ(third->ask("/api/v1/nonce", "{}").status, 503);
  kaidod.send(id, Nonce{});
  EXPECT_EQ(first->receive().status, 200);
  expect_login(*third, kaidod);
}

TEST_F(WithKaidod, OneThatDoesNotReadGetsEverythingOnceItReads) {
  start();
  const auto kaidod = this->kaidod();
  // More than a socket holds.
  constexpr int kClients = 15;
  std::vector<std::unique_ptr<Client>> clients;
  const auto large = with(login_json(), "certificates", json_text(std::string(kLargestText, 'x')));
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(connected());
    clients.back()->send(Client::post("/api/v1/login", large));
  }
  for (int i = 0; i < kClients; ++i) {
    const auto question = kaidod.receive();
    ASSERT_TRUE(question) << i;
    kaidod.send(question->id, Answer{.outcome = Outcome::refused});
  }
  for (const auto& client : clients) EXPECT_EQ(client->receive().status, 403);
}

TEST_F(WithKaidod, NonsenseEndsTheConnection) {
  start();
  for (const auto& nonsense : {std::string("x"), std::string(kLargest + 100, 'x')}) {
    const auto kaidod = this->kaidod();
    const auto client = asking(kaidod);
    kaidod.send_raw(nonsense);
    EXPECT_EQ(client->receive().status, 503);
    EXPECT_TRUE(kaidod.is_closed());
  }
}

/// As another user: 0 when the portal hangs up.
int try_as_stranger(const sockaddr_un& address) {
  constexpr uid_t kStranger = 12'345;
  if (setuid(kStranger) != 0) return 1;
  const int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) return 2;
  std::array<char, 1> byte{};
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  if (poll(&waiting, 1, 10'000) != 1) return 3;
  return recv(fd, byte.data(), byte.size(), 0) <= 0 ? 0 : 4;
}

TEST_F(WithKaidod, AnotherUserIsNotTakenForIt) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  start();
  const auto kaidod = this->kaidod();
  std::filesystem::permissions(folder_, std::filesystem::perms::all);
  std::filesystem::permissions(socket_path_, std::filesystem::perms::all);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_path_.data(), socket_path_.size());
  const auto child = fork();
  if (child == 0) _exit(try_as_stranger(address));
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  expect_login(*connected(), kaidod);
  stop();
  EXPECT_EQ(lines_.back(), "<4>a process that is not root's wanted to be kaidod: refused");
}

TEST_F(WithKaidod, ItsSocketIsForItsOwnerAlone) {
  start();
  EXPECT_EQ(std::filesystem::status(socket_path_).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

}  // namespace
}  // namespace kaido::portal
