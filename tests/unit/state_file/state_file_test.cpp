#include "adapters/state_file/state_file.hpp"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "adapters/state_file/lock.hpp"

namespace kaido {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "kaido-state-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path path;
};

Remembered much() {
  Remembered remembered;
  remembered.disabled = {"tokyo/a:isp1/ikev2", "plain/a:isp1/wireguard"};
  remembered.before.settings = {{"ipv4/ip_forward", "0"}, {"ipv6/conf/eth1/accept_ra", "1"}};
  remembered.before.routes = {
      {.destination = *Prefix::parse("0.0.0.0/0"),
       .metric = 100,
       .gateway = IpAddress::parse("192.168.1.1"),
       .device = "eth1",
       .source = IpAddress::parse("192.168.1.5"),
       .protocol = 16},
      {.destination = *Prefix::parse("::/0"), .metric = 1024, .device = "ppp0", .protocol = 3}};
  remembered.before.devices = {"eth1", "ppp0"};
  remembered.before.later = {{.destination = *Prefix::parse("0.0.0.0/0"),
                              .metric = 50,
                              .gateway = IpAddress::parse("203.0.113.1"),
                              .device = "eth1",
                              .onlink = true,
                              .protocol = 3}};
  remembered.gateways = {{"eth1", {*IpAddress::parse("192.168.1.1"), *IpAddress::parse("fe80::1")}},
                         {"ppp0", {*IpAddress::parse("0.0.0.0")}}};
  return remembered;
}

std::string content(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(StateFile, GivesBackWhatItWasGiven) {
  const Folder folder;
  StateFile file(folder.path / "state.json");
  ASSERT_TRUE(file.save(much()));
  const auto loaded = StateFile(folder.path / "state.json").load();
  ASSERT_TRUE(loaded);
  EXPECT_EQ(*loaded, much());
}

TEST(StateFile, IsEmptyBeforeTheFirstTime) {
  const Folder folder;
  const auto loaded = StateFile(folder.path / "state.json").load();
  ASSERT_TRUE(loaded);
  EXPECT_EQ(*loaded, Remembered{});
}

TEST(StateFile, IsReadableByItsOwnerAlone) {
  const Folder folder;
  ASSERT_TRUE(StateFile(folder.path / "state.json").save(much()));
  struct stat status{};
  ASSERT_EQ(stat((folder.path / "state.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(StateFile, ABrokenFileIsSetAside) {
  for (
      const std::string text :
      {"", "{", "[]", R"({"disabled":[]})",
       R"({"disabled":[1],"settings_before":{},"routes_before":[]})",
       R"({"disabled":[],"settings_before":{},"routes_before":[{"destination":"x"}]})",
       R"({"disabled":[],"settings_before":{},"routes_before":[{"destination":"0.0.0.0/0","device":"e","metric":-1,"protocol":3}]})"}) {
    const Folder folder;
    const auto name = folder.path / "state.json";
    std::ofstream(name) << text;
    const auto loaded = StateFile(name).load();
    ASSERT_FALSE(loaded) << text;
    EXPECT_NE(loaded.error().detail.find("state.json.broken"), std::string::npos);
    EXPECT_FALSE(fs::exists(name));
    EXPECT_EQ(content(folder.path / "state.json.broken"), text);
    EXPECT_TRUE(StateFile(name).load());
  }
}

TEST(StateFile, AFileThatCannotBeReadIsNotTakenForAnEmptyOne) {
  const Folder folder;
  const auto name = folder.path / "state.json";
  fs::create_symlink(name, name);  // a loop: cannot be opened even by root
  StateFile file(name);
  const auto loaded = file.load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().condition, Condition::state_not_read);
  const auto saved = file.save(much());
  ASSERT_FALSE(saved) << "what it holds would be lost";
  EXPECT_EQ(saved.error().condition, Condition::state_not_read);
  EXPECT_TRUE(fs::is_symlink(name));
}

TEST(StateFile, SaysThatAFolderIsNotThere) {
  const Folder folder;
  const auto saved = StateFile(folder.path / "missing" / "state.json").save(much());
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().condition, Condition::state_not_written);
  EXPECT_NE(saved.error().detail.find("state.json"), std::string::npos);
}

TEST(StateFile, AFullDiskKeepsTheOldContent) {
  const Folder folder;
  if (mount("tmpfs", folder.path.c_str(), "tmpfs", 0, "size=16k") != 0)
    GTEST_SKIP() << "may not mount a small file system here";
  StateFile file(folder.path / "state.json");
  const bool first = file.save(much()).has_value();
  auto large = much();
  for (int i = 0; i < 2000; ++i) large.disabled.insert("tunnel-" + std::to_string(i));
  const auto second = file.save(large);
  const auto loaded = file.load();
  const auto entries = std::distance(fs::directory_iterator(folder.path), {});
  umount(folder.path.c_str());
  EXPECT_TRUE(first);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().condition, Condition::state_not_written);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(*loaded, much());
  EXPECT_EQ(entries, 1) << "something was left behind";
}

TEST(Lock, IsForOneAtATimeAndNamesItsHolder) {
  const Folder folder;
  auto first = lock_state(folder.path);
  ASSERT_TRUE(first);
  const auto second = lock_state(folder.path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().condition, Condition::daemon_running);
  EXPECT_NE(second.error().detail.find("process " + std::to_string(getpid()) + ","),
            std::string::npos)
      << second.error().detail;
  first->close();
  EXPECT_TRUE(lock_state(folder.path)) << "also when its holder was killed";
}

TEST(Lock, MakesTheFolderThatAFirstStartLacks) {
  const Folder folder;
  EXPECT_TRUE(lock_state(folder.path / "state"));
  const auto nowhere = lock_state(folder.path / "not" / "there");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().condition, Condition::state_not_written);
}

}  // namespace
}  // namespace kaido
