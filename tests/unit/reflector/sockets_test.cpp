#include "reflector/sockets.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace kaido::reflector {
namespace {

std::string path_of(const std::string& name) {
  return testing::TempDir() + "reflector-" + std::to_string(getpid()) + "-" + name;
}

TEST(Listen, TakesAnIpv6AddressAndAPort) {
  EXPECT_EQ(parse_listen("[::]:862")->port, 862);
  EXPECT_EQ(parse_listen("[fd4b::1]:0")->address, IpAddress::parse("fd4b::1"));
  for (const auto* text : {"", "862", ":::862", "[::]", "[::]:", "[::]:x", "[::]:70000", "[::]:-1",
                           "[127.0.0.1]:862", "127.0.0.1:862", "[::1]:86 "})
    EXPECT_FALSE(parse_listen(text)) << text;
}

TEST(LinkSocket, IsForItsOwnerOnlyAndTakesTheStaleOnesPlace) {
  const auto path = path_of("link");
  {
    const auto first = open_link(path);
  }
  const auto second = open_link(path);
  struct stat status{};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  std::filesystem::remove(path);
}

TEST(LinkSocket, LeavesAFileThatIsNoSocket) {
  const auto path = path_of("file");
  std::ofstream(path) << "precious";
  EXPECT_THROW((void)open_link(path), std::runtime_error);
  EXPECT_TRUE(std::filesystem::is_regular_file(path));
  std::filesystem::remove(path);
}

TEST(PassedSockets, AreTakenByTheirKind) {
  const auto child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {  // its descriptors and its environment are its own
    const auto high = [](int fd) { return fcntl(fd, F_DUPFD, 20); };
    const int link = high(socket(AF_UNIX, SOCK_SEQPACKET, 0));
    const int other = high(socket(AF_INET, SOCK_DGRAM, 0));
    const int udp = high(socket(AF_INET6, SOCK_DGRAM, 0));
    dup2(link, 3);
    dup2(other, 4);
    dup2(udp, 5);
    setenv("LISTEN_FDS", "3", 1);
    setenv("LISTEN_PID", "1", 1);
    const bool foreign = passed_by_systemd().udp.get() >= 0;
    setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
    const auto sockets = passed_by_systemd();
    _exit(!foreign && sockets.link.get() == 3 && sockets.udp.get() == 5 ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace kaido::reflector
