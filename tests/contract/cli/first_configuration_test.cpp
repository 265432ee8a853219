// The README's "A first real configuration", as a newcomer types it.
#include <fstream>
#include <sstream>

#include "world.hpp"

namespace kaido::test {
namespace {

namespace fs = std::filesystem;

const fs::path source(KAIDO_SOURCE_DIR);

std::string read(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// The fenced block of the README that begins with `beginning`.
std::string block(const std::string& beginning) {
  const auto readme = read(source / "README.md");
  const auto at = readme.find("```\n" + beginning);
  if (at == std::string::npos) return "exit 99  # no such block in README.md";
  return readme.substr(at + 4, readme.find("\n```", at + 4) - at - 3);
}

class FirstConfiguration : public Cli {
 protected:
  void SetUp() override {
    const auto made = test::run(
        {"bash", "-euc", "cd " + folder_.string() + "\n" + block("umask 077; mkdir -p kaido-ca")});
    ASSERT_EQ(made.exit, 0) << made.err;
    gateway("osaka", "branch.toml");
    gateway("tokyo", "hub.toml");
    std::string key = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eH2A=\n";
    for (const auto* const name : {"osaka/wireguard/slot-1.key", "osaka/wireguard/slot-2.key",
                                   "osaka/wireguard/slot-3.key", "tokyo/wireguard/hub.key"}) {
      ++key[10];  // each its own
      secret(name, key);
    }
  }

  void gateway(const std::string& name, const std::string& sample) const {
    fs::create_directories(folder_ / name / "wireguard");
    for (const auto& file : {std::string("ca.crt"), name + ".crt", name + ".key"})
      fs::copy_file(folder_ / "kaido-ca" / file, folder_ / name / file);
    fs::copy_file(source / "configs" / sample, folder_ / name / "kaido.toml");
  }
  void secret(const std::string& name, const std::string& content) const {
    fs::permissions(write(name, content), fs::perms(0600));
  }
  [[nodiscard]] std::string file(const std::string& gateway) const {
    return folder_ / gateway / "kaido.toml";
  }
};

TEST_F(FirstConfiguration, IsRightOnTheBranchAndOnTheHub) {
  for (const auto* const name : {"osaka", "tokyo"}) {
    const auto checked = run({"config", "check", file(name)});
    EXPECT_EQ(checked.exit, 0) << checked.err;
    EXPECT_NE(checked.out.find(name), std::string::npos) << checked.out;
  }
}

TEST_F(FirstConfiguration, GivesTheHubItsEntryForTheBranch) {
  const auto entry = run({"--config", file("osaka"), "config", "site-entry", "tokyo"});
  ASSERT_EQ(entry.exit, 0) << entry.err;
  EXPECT_EQ(entry.err, "");
  EXPECT_NE(entry.out.find("\n[[site]]\n"), std::string::npos) << entry.out;
  auto hub = read(file("tokyo"));
  hub.erase(hub.find("[[site]]"));
  write("tokyo/kaido.toml", hub + entry.out);
  const auto checked = run({"config", "check", file("tokyo")});
  EXPECT_EQ(checked.exit, 0) << checked.err << entry.out;
  const auto told = run({"--config", file("osaka"), "config", "site-entry", "tokyo", "--json"});
  EXPECT_EQ(object_of(told.out).at("site_entry").as_string(), entry.out);
}

TEST_F(FirstConfiguration, SaysWhichKeyIsNotThereYet) {
  fs::remove(folder_ / "osaka/wireguard/slot-2.key");
  const auto entry = run({"--config", file("osaka"), "config", "site-entry", "tokyo"});
  EXPECT_EQ(entry.exit, 0);
  EXPECT_NE(entry.err.find("slot 2"), std::string::npos) << entry.err;
  EXPECT_EQ(run({"--config", file("osaka"), "config", "site-entry", "kyoto"}).exit, 6);
}

TEST_F(FirstConfiguration, ShowsAMistakeWithItsLine) {
  auto text = read(file("osaka"));
  text.replace(text.find("kind = \"ethernet\""), 4, "kin_");
  write("osaka/kaido.toml", text);
  const auto checked = run({"config", "check", file("osaka")});
  EXPECT_EQ(checked.exit, 3);
  EXPECT_NE(checked.err.find("kin_ = \"ethernet\"\n"), std::string::npos) << checked.err;
}

}  // namespace
}  // namespace kaido::test
