// Where the key comes from, and when it is not used.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <iterator>
#include <thread>

#include "contract/otp_vault/vault.hpp"

namespace kaido {
namespace {

namespace fs = std::filesystem;
using session::Algorithm;

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class OtpKeyFile : public ::testing::Test {
 protected:
  /// The reason why not; empty: it is used.
  std::string fault() {
    const auto made = vault.make("alice", Algorithm::sha1);
    if (made) return {};
    EXPECT_EQ(made.error().condition, Condition::otp_key_unusable);
    EXPECT_NE(made.error().detail.find(folder.path.string()), std::string::npos);
    EXPECT_EQ(made.error().to_string().find(kMaster.substr(0, 8)), std::string::npos);
    return made.error().detail;
  }
  void expect_fault(std::string_view part) {
    const auto why = fault();
    EXPECT_NE(why.find(part), std::string::npos) << "\"" << why << "\"";
  }

  VaultFolder folder;
  bool seeds = false;
  FileVault vault{folder.key(), [this] { return seeds; }};
};

TEST_F(OtpKeyFile, IsMadeWhereNothingIsSealedYet) {
  EXPECT_EQ(fault(), "");
  struct stat status{};
  ASSERT_EQ(::stat(folder.key().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  EXPECT_EQ(status.st_size, 32);
  EXPECT_NE(content(folder.key()), std::string(32, '\0'));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path), {}), 1) << "nothing is left beside";
}

TEST_F(OtpKeyFile, IsKeptForTheNextVault) {
  const auto sealed = vault.make("alice", Algorithm::sha1);
  ASSERT_TRUE(sealed);
  seeds = true;
  FileVault next(folder.key(), [] { return true; });
  const auto found = next.match("alice", sealed->bytes, {}, Secret("no code"), 59);
  ASSERT_TRUE(found) << found.error().to_string();
  EXPECT_EQ(*found, std::nullopt);
}

TEST_F(OtpKeyFile, IsNeverMadeAnewWhileSeedsAreSealed) {
  seeds = true;
  expect_fault("is missing, and one-time passwords are sealed with it");
  EXPECT_FALSE(fs::exists(folder.key()));
}

TEST_F(OtpKeyFile, IsTriedAgainAfterAnError) {
  seeds = true;
  expect_fault("is missing");
  folder.write_key(kMaster);
  EXPECT_EQ(fault(), "");
  fs::remove(folder.key());
  EXPECT_EQ(fault(), "") << "it was loaded once";
}

TEST_F(OtpKeyFile, OfAnotherSizeIsRefused) {
  for (const std::size_t size : {0U, 31U, 33U, 4096U}) {
    folder.write_key(std::string(size, 'k'));
    expect_fault("32 bytes");
    EXPECT_EQ(content(folder.key()).size(), size) << "it is left as it was";
  }
}

TEST_F(OtpKeyFile, ThatOthersMayReadOrWriteIsRefused) {
  for (const unsigned mode : {0640U, 0604U, 0620U, 0602U, 0660U, 0440U, 0601U, 0666U}) {
    folder.write_key(kMaster, mode);
    expect_fault("others");
  }
  for (const unsigned mode : {0400U, 0600U}) {
    folder.write_key(kMaster, mode);
    FileVault fresh(folder.key(), [] { return true; });
    EXPECT_TRUE(fresh.make("alice", Algorithm::sha1)) << mode;
  }
}

TEST_F(OtpKeyFile, ThatIsALinkIsRefused) {
  const auto target = folder.path / "elsewhere";
  std::ofstream(target, std::ios::binary) << kMaster;
  ASSERT_EQ(chmod(target.c_str(), 0600), 0);
  fs::create_symlink(target, folder.key());
  expect_fault("symbolic link");
  fs::remove(target);
  expect_fault("symbolic link");
  EXPECT_FALSE(fs::exists(target)) << "no key is made where a link points";
}

TEST_F(OtpKeyFile, ThatIsNoFileIsRefusedWithoutWaiting) {
  fs::create_directory(folder.key());
  expect_fault("not a file");
  fs::remove(folder.key());
  ASSERT_EQ(mkfifo(folder.key().c_str(), 0600), 0);
  expect_fault("not a file");
}

TEST_F(OtpKeyFile, OfAnotherUserIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  folder.write_key(kMaster);
  ASSERT_EQ(::chown(folder.key().c_str(), 12345, 12345), 0);
  expect_fault("another user");
}

TEST_F(OtpKeyFile, GivenBySystemdWithAnAccessListIsUsed) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root has root's files";
  folder.write_key(kMaster, 0400);
  // posix_acl_xattr(5), version 2: user::r--, user:12345:r--, group::---, mask::r--, other::---
  using namespace std::string_view_literals;
  constexpr auto kNobody = "\xFF\xFF\xFF\xFF"sv;
  const auto list = std::string("\2\0\0\0"sv)
                        .append("\1\0\4\0"sv)
                        .append(kNobody)
                        .append("\2\0\4\0\x39\x30\0\0"sv)
                        .append("\4\0\0\0"sv)
                        .append(kNobody)
                        .append("\x10\0\4\0"sv)
                        .append(kNobody)
                        .append("\x20\0\0\0"sv)
                        .append(kNobody);
  if (::setxattr(folder.key().c_str(), "system.posix_acl_access", list.data(), list.size(), 0) != 0)
    GTEST_SKIP() << "no access lists here";
  struct stat status{};
  ASSERT_EQ(::stat(folder.key().c_str(), &status), 0);
  ASSERT_EQ(status.st_mode & 07777U, 0440U);
  EXPECT_EQ(fault(), "");
}

TEST_F(OtpKeyFile, ThatCannotBeWrittenIsSaid) {
  FileVault lost((folder.path / "no-folder" / "otp.key").string(), [] { return false; });
  const auto made = lost.make_codes("alice", 1);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().condition, Condition::otp_key_unusable);
  EXPECT_NE(made.error().detail.find("No such file"), std::string::npos);
}

TEST_F(OtpKeyFile, IsNeededByEverythingButIds) {
  seeds = true;
  EXPECT_FALSE(vault.make_codes("alice", 1));
  EXPECT_FALSE(vault.hash_code("alice", Secret("a")));
  EXPECT_FALSE(vault.match("alice", {}, {}, Secret("a"), 59));
  EXPECT_TRUE(vault.make_id());
}

TEST_F(OtpKeyFile, AStoreThatThrowsIsAnError) {
  FileVault broken(folder.key(), []() -> bool { throw std::runtime_error("no store"); });
  const auto made = broken.make("alice", Algorithm::sha1);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().condition, Condition::internal);
  EXPECT_FALSE(fs::exists(folder.key()));
}

TEST_F(OtpKeyFile, IsMadeOnceByManyThreads) {
  std::vector<std::thread> threads;
  std::vector<std::array<std::uint8_t, 32>> hashes(4);
  threads.reserve(hashes.size());
  for (auto& hash : hashes)
    threads.emplace_back([&] { hash = vault.hash_code("alice", Secret("a")).value(); });
  for (auto& thread : threads) thread.join();
  for (const auto& hash : hashes) EXPECT_EQ(hash, hashes.front());
}

}  // namespace
}  // namespace kaido
